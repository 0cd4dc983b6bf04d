"""What happened to a session, in sentences."""

from datetime import datetime, timedelta
from uuid import uuid4

from coaching.booking import actions, history
from coaching.booking.models import SessionType
from coaching.people.models import Client, Practitioner


def test_every_change_is_told_with_who_did_it_and_both_clocks(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now
    )
    actions.move(appointment=session, start=wednesday + timedelta(hours=2), by=marta.user, now=now, why="A meeting")
    actions.undo(appointment=session, by=marta.user, now=now)
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    changes = list(session.changes.select_related("by"))
    hers = history.told(changes, reader=marta.user, other=teresa.user, now=now)
    assert [line.words for line in hers] == [
        "Teresa booked it for Wednesday 25 November, 11:00 (10:00 in Lisbon).",
        "You moved it from Wednesday 25 November, 11:00 (10:00 in Lisbon) "
        "to Wednesday 25 November, 13:00 (12:00 in Lisbon).",
        "You took that back: it is Wednesday 25 November, 11:00 (10:00 in Lisbon) again.",
        "Teresa cancelled it.",
    ]
    assert hers[1].why == "A meeting"
    mine = history.told(changes, reader=teresa.user, other=marta.user, now=now)
    assert mine[0].words == "You booked it for Wednesday 25 November, 10:00 (11:00 in Copenhagen)."


def test_another_day_on_the_other_clock_is_named(
    teresa: Client, outsider: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    late = wednesday + timedelta(hours=10)
    said = history.on_both_clocks(late, teresa.user, outsider.user, now)
    assert said == "Wednesday 25 November, 20:00 (Thursday 26 November, 01:45 in Kathmandu)"
