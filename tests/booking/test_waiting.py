"""The waiting list: who is offered what, in which turn, and what becomes of it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking import actions, queries
from coaching.booking.models import Appointment, SessionType, WaitingPlace
from coaching.booking.rules import Stretch
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.actions import graduate
from coaching.people.models import Client, Practitioner
from tests import cast

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def full(marta: Practitioner, coaching: SessionType, now: datetime) -> None:
    """Marta has no time at all for two months."""
    actions.set_dates(practitioner=marta, first=now.date(), last=now.date() + timedelta(days=61), now=now)


def open_on(marta: Practitioner, day: datetime) -> None:
    """One hour opens: ten o'clock in Lisbon."""
    one = day.astimezone(marta.zone)
    actions.set_dates(
        practitioner=marta,
        first=one.date(),
        last=one.date(),
        stretches=[Stretch(one.time(), (one + HOUR).time())],
        now=cast.NOW,
    )


def join(client: Client, coaching: SessionType, now: datetime, **more: object) -> WaitingPlace:
    return actions.join(client=client, session_type=coaching, now=now, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("full")
def test_the_first_in_turn_is_asked_and_then_the_next(
    teresa: Client, outsider: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    first, second = join(teresa, coaching, now - HOUR), join(outsider, coaching, now - MINUTE)
    assert actions.sweep(now=now) == 0
    open_on(marta, wednesday)
    assert actions.sweep(now=now) == 1
    assert actions.sweep(now=now) == 0  # told once
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("told", "waiting")
    offer = first.offer
    assert offer is not None
    assert (offer.starts_at, offer.status, offer.held_until) == (wednesday, "offered", now + 2 * HOUR)
    assert queries.all_free_slots(coaching, now) == []  # it is held
    told = tell_in_their_words(Letter.objects.get(kind="booking.offered"), now)
    assert told is not None
    assert told.subject == "A time has opened: Wednesday 25 November, 10:00"
    assert "It is yours until **Monday 23 November, 12:00**." in "".join(told.paragraphs)
    over = now + 2 * HOUR
    assert tell_in_their_words(Letter.objects.get(kind="booking.offered"), over) is None
    assert actions.sweep(now=over) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.offer, second.state) == ("passed", None, "told")
    assert not Appointment.objects.filter(client=teresa).exists()  # an offer that nobody took leaves nothing


@pytest.mark.usefixtures("full")
def test_an_offer_is_taken_in_one_tap_from_the_letter(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    join(teresa, coaching, now)
    open_on(marta, wednesday)
    actions.sweep(now=now)
    told = tell_in_their_words(Letter.objects.get(kind="booking.offered"), now)
    assert told is not None
    assert told.action is not None
    link = told.action.url.removeprefix("http://testserver")
    browser = Browser(enforce_csrf_checks=True)
    assert "A time has opened, and it is held for you" in browser.get(link).content.decode()
    assert Appointment.objects.get().status == "offered"
    for _ in range(2):
        done = browser.post(link, {"answer": "take"})
        assert done.status_code == 303
    assert "Booked" in browser.get(done["Location"]).content.decode()
    session = Appointment.objects.get()
    assert (session.status, session.held_until) == ("confirmed", None)
    assert WaitingPlace.objects.get().state == "booked"
    assert Letter.objects.filter(kind="booking.confirmed").count() == 2
    assert [change.what for change in session.changes.all()] == ["booked"]


@pytest.mark.usefixtures("full")
def test_who_lets_it_pass_makes_room_for_the_next(
    teresa: Client,
    outsider: Client,
    as_teresa: Browser,
    as_outsider: Browser,
    marta: Practitioner,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    join(teresa, coaching, now - HOUR)
    join(outsider, coaching, now)
    open_on(marta, wednesday)
    actions.sweep(now=now)
    offer = Appointment.objects.get()
    assert "Take this time" in as_teresa.get(f"/sessions/{offer.pk}/offer/").content.decode()
    assert as_outsider.get(f"/sessions/{offer.pk}/offer/").status_code == 404
    assert as_outsider.post(f"/sessions/{offer.pk}/offer/", {"answer": "take"}).status_code == 404
    assert as_teresa.get(f"/sessions/{offer.pk}/").status_code == 404  # it is no session yet
    as_teresa.post(f"/sessions/{offer.pk}/offer/", {"answer": "pass"})
    actions.sweep(now=now)
    assert Appointment.objects.get().client == outsider


@pytest.mark.usefixtures("full")
def test_an_expired_offer_cannot_be_taken_and_its_link_says_so(
    teresa: Client,
    marta: Practitioner,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join(teresa, coaching, now)
    open_on(marta, wednesday)
    actions.sweep(now=now)
    offer = Appointment.objects.get()
    told = tell_in_their_words(Letter.objects.get(kind="booking.offered"), now)
    assert told is not None
    assert told.action is not None
    link = told.action.url.removeprefix("http://testserver")
    over = now + 2 * HOUR
    with pytest.raises(actions.Passed):
        actions.accept(offer=offer, by=teresa.user, now=over)
    monkeypatch.setattr(timezone, "now", lambda: over)
    assert Browser().post(link, {"answer": "take"}).status_code == 410
    actions.sweep(now=over)
    assert Browser().get(link).status_code == 410
    with pytest.raises(actions.Passed):
        actions.accept(offer=offer, by=teresa.user, now=over)


def test_only_what_opens_is_offered_not_what_they_saw_and_did_not_want(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    booked = cast.appointment(client=outsider, session_type=coaching, start=wednesday)
    place = join(teresa, coaching, now)
    assert actions.sweep(now=now) == 0
    actions.cancel(appointment=booked, by=outsider.user, why="", now=now)
    assert actions.sweep(now=now + 3 * MINUTE) == 0  # it can still be taken back
    assert actions.sweep(now=now + 4 * MINUTE) == 1
    place.refresh_from_db()
    offer = place.offer
    assert offer is not None
    assert wednesday - HOUR <= offer.starts_at < wednesday + timedelta(minutes=75)


@pytest.mark.usefixtures("full")
def test_who_has_booked_meanwhile_is_not_asked_unless_they_stay_for_an_earlier_time(
    teresa: Client,
    as_teresa: Browser,
    marta: Practitioner,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    join(teresa, coaching, now)
    cast.appointment(client=teresa, session_type=coaching, start=wednesday + timedelta(days=1))
    open_on(marta, wednesday)
    assert actions.sweep(now=now) == 0
    assert "Stay, for an earlier time" in as_teresa.get("/book/coaching/waiting/").content.decode()
    as_teresa.post("/book/coaching/waiting/", {"answer": "stay"})
    assert actions.sweep(now=now) == 1


@pytest.mark.usefixtures("full")
def test_a_later_time_than_what_they_have_is_not_offered(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    assert join(teresa, coaching, now).stays
    open_on(marta, wednesday + timedelta(days=1))
    assert actions.sweep(now=now) == 0


@pytest.mark.usefixtures("full")
def test_the_list_ends_with_graduation(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    place = join(teresa, coaching, now)
    graduate(client=teresa, now=now)
    open_on(marta, wednesday)
    assert actions.sweep(now=now) == 0
    place.refresh_from_db()
    assert place.state == "left"
    with pytest.raises(actions.Settled):
        join(teresa, coaching, now)


@pytest.mark.usefixtures("full")
def test_no_later_than_a_day(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    place = join(teresa, coaching, now, until=wednesday.date())
    open_on(marta, wednesday + timedelta(days=1))
    assert actions.sweep(now=now) == 0
    assert join(teresa, coaching, now, until=wednesday.date() + timedelta(days=1)) == place
    assert actions.sweep(now=now) == 1


@pytest.mark.usefixtures("full")
def test_at_night_the_letter_waits_for_the_morning(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    join(teresa, coaching, now)
    open_on(marta, wednesday)
    night = now + timedelta(hours=13)  # 23:00 in Lisbon
    actions.sweep(now=night)
    letter = Letter.objects.get(kind="booking.offered")
    assert letter.due_at == night + timedelta(hours=9)
    assert Appointment.objects.get().held_until == night + timedelta(hours=11)


def test_joining_and_leaving_on_the_page(
    as_teresa: Browser,
    as_outsider: Browser,
    as_marta: Browser,
    coaching: SessionType,
    outsider: Client,
    now: datetime,
) -> None:
    join(outsider, coaching, now - HOUR)
    assert "Join the list" in as_teresa.get("/book/coaching/waiting/").content.decode()
    assert as_teresa.post("/book/coaching/waiting/", {"answer": "join", "until": "2020-01-01"}).status_code == 422
    as_teresa.post("/book/coaching/waiting/", {"answer": "join", "until": "2026-12-01"})
    page = as_teresa.get("/book/coaching/waiting/").content.decode()
    assert "One person is before you." in page
    assert "Olaf" not in page
    assert "Teresa Almada" in as_marta.get("/sessions/asked/").content.decode()
    as_teresa.post("/book/coaching/waiting/", {"answer": "leave"})
    assert WaitingPlace.objects.waiting().get().client == outsider
    assert as_marta.get("/book/coaching/waiting/").status_code == 404


@pytest.mark.usefixtures("full")
def test_nobody_else_can_book_what_is_held(
    teresa: Client, outsider: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    join(teresa, coaching, now)
    open_on(marta, wednesday)
    actions.sweep(now=now)

    def book(moment: datetime) -> Appointment:
        return actions.book(
            session_type=coaching, client=outsider, start=wednesday, token=uuid4(), by=outsider.user, now=moment
        )

    with pytest.raises(actions.Taken):
        book(now)
    assert book(now + 2 * HOUR).status == "confirmed"  # the hold is over, even before the sweep has seen it
    assert actions.sweep(now=now + 2 * HOUR) == 0
    assert WaitingPlace.objects.get().state == "passed"
