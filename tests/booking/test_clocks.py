"""New zone data under booked sessions: the hour that was told stays, and both are written to if anything moves."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import zones
from coaching.booking import actions, history
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

HOUR = timedelta(hours=1)
NEXT = "9999z"


def book(coaching: SessionType, client: Client, start: datetime, now: datetime) -> Appointment:
    return actions.book(session_type=coaching, client=client, start=start, token=uuid4(), by=client.user, now=now)


def told_otherwise(*sessions: Appointment, **minutes: int) -> None:
    """As if older zone data had told them, by clocks so many minutes further ahead: client=, practitioner=."""
    for session in sessions:
        offsets: dict[str, Any] = {
            f"{who}_offset": getattr(session, f"{who}_offset") + further for who, further in minutes.items()
        }
        Appointment.objects.filter(pk=session.pk).update(zone_edition="2000a", **offsets)
    Letter.objects.all().delete()


def letter_to(person: Client | Practitioner, now: datetime) -> str:
    told = tell_in_their_words(Letter.objects.get(kind="booking.clocks", person=person.user), now)
    assert told is not None
    return "\n".join([told.subject, *told.paragraphs])


def test_a_booking_remembers_what_both_clocks_show(
    coaching: SessionType, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    assert (session.client_offset, session.practitioner_offset) == (0, 60)
    assert session.zone_edition == zones.EDITION
    Letter.objects.all().delete()
    assert actions.keep_hours(now=now) == 0
    assert not Letter.objects.exists()


def test_when_both_clocks_change_alike_the_instant_moves_and_both_keep_their_hour(
    coaching: SessionType, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    told_otherwise(session, client=60, practitioner=60)
    assert actions.keep_hours(now=now) == 1
    session.refresh_from_db()
    assert session.starts_at == wednesday + HOUR
    assert (session.ends_at, session.blocked_until) == (wednesday + 2 * HOUR, wednesday + 2.25 * HOUR)
    assert session.sequence == 1
    assert "Still Wednesday 25 November, 11:00" in letter_to(teresa, now)
    assert "Still Wednesday 25 November, 12:00" in letter_to(marta, now)
    assert actions.keep_hours(now=now) == 0
    assert Letter.objects.count() == 2


def test_when_only_the_practitioners_clock_changes_the_client_reads_a_new_hour(
    coaching: SessionType, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    told_otherwise(session, practitioner=-60)
    actions.keep_hours(now=now)
    session.refresh_from_db()
    assert session.starts_at == wednesday - HOUR
    assert "Still Wednesday 25 November, 10:00" in letter_to(marta, now)
    said = letter_to(teresa, now)
    assert "Now Wednesday 25 November, 09:00" in said
    assert "It was to be at 10:00." in said


def test_when_only_the_clients_clock_changes_the_instant_stays_and_both_are_told(
    coaching: SessionType, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    told_otherwise(session, client=-60)
    actions.keep_hours(now=now)
    session.refresh_from_db()
    assert session.starts_at == wednesday
    assert "It was to be at 09:00." in letter_to(teresa, now)
    assert "Still Wednesday 25 November, 11:00" in letter_to(marta, now)


@pytest.mark.parametrize("further", [75, -75])
def test_sessions_one_after_the_other_move_together(
    coaching: SessionType, teresa: Client, wednesday: datetime, now: datetime, further: int
) -> None:
    starts = [wednesday + n * 1.25 * HOUR for n in range(3)]
    sessions = [book(coaching, teresa, start, now) for start in starts]
    told_otherwise(*sessions, client=further, practitioner=further)
    assert actions.keep_hours(now=now) == 3
    found = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(found) == [start + timedelta(minutes=further) for start in starts]


def test_a_session_whose_hour_somebody_has_stays_where_it_is_and_says_so(
    coaching: SessionType, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    book(coaching, teresa, wednesday + 1.25 * HOUR, now)
    told_otherwise(session, client=60, practitioner=60)
    assert actions.keep_hours(now=now) == 1
    session.refresh_from_db()
    assert session.starts_at == wednesday
    assert "It was to be at 11:00." in letter_to(teresa, now)
    assert "It was to be at 12:00." in letter_to(marta, now)


def test_what_nobody_noted_is_noted_and_what_is_over_or_cancelled_is_left_alone(
    coaching: SessionType, teresa: Client, stranger: Client, wednesday: datetime, now: datetime
) -> None:
    unnoted = cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    over = cast.appointment(client=teresa, session_type=coaching, start=now - 2 * HOUR)
    assert actions.keep_hours(now=now) == 0
    unnoted.refresh_from_db()
    over.refresh_from_db()
    assert (unnoted.client_offset, unnoted.practitioner_offset, unnoted.zone_edition) == (0, 60, zones.EDITION)
    assert over.zone_edition == ""
    assert not Letter.objects.exists()


def test_a_process_with_older_zone_data_moves_nothing_back(
    coaching: SessionType, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    told_otherwise(session, practitioner=60)
    Appointment.objects.update(zone_edition=NEXT)
    assert actions.keep_hours(now=now) == 0
    session.refresh_from_db()
    assert session.starts_at == wednesday


def test_the_history_says_that_the_clocks_changed(
    coaching: SessionType, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    session = book(coaching, teresa, wednesday, now)
    told_otherwise(session, client=60, practitioner=60)
    actions.keep_hours(now=now)
    lines = history.told(list(session.changes.all()), reader=teresa.user, other=marta.user, now=now)
    assert lines[-1].words.startswith("The rules of the clocks changed: it is Wednesday 25 November, 11:00")


def test_there_are_as_many_queries_for_thirty_sessions_that_stay_as_for_one(
    coaching: SessionType, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    asked = []
    for count in (1, 30):
        Appointment.objects.all().delete()
        for n in range(count):
            cast.appointment(client=teresa, session_type=coaching, start=wednesday + 2 * n * HOUR)
        with CaptureQueriesContext(connection) as queries:
            actions.keep_hours(now=now)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10


def test_the_edition_is_that_of_the_zone_data_in_use() -> None:
    assert zones.EDITION >= "2025b"
    assert zones.minutes_ahead("Asia/Kathmandu", datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))) == 345
