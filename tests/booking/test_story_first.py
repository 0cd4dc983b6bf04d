"""A session type can ask for the story first: every door says so, and the way leads there and back."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from coaching.booking import actions, links, queries
from coaching.booking.links import Purpose
from coaching.booking.models import Appointment, SessionType, WaitingPlace
from coaching.people.models import Client, Practitioner
from coaching.story.actions import tell_story
from coaching.story.rules import steps

ASKS = "First tell the story."


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def needy(coaching: SessionType) -> SessionType:
    coaching.needs_story = True
    coaching.save(update_fields=["needs_story"])
    return coaching


def _start(needy: SessionType, now: datetime) -> datetime:
    return queries.all_free_slots(needy, now)[0].start


@pytest.fixture
def told(teresa: Client, now: datetime) -> Client:
    tell_story(client=teresa, happened="x", now=now)
    return teresa


def _form(start: datetime) -> dict:
    return {"start": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "token": str(uuid4()), "message": ""}


@pytest.mark.parametrize("door", ["book_type", "book_repeat", "book_waiting"])
def test_a_client_without_a_story_is_asked_for_it_and_one_with_it_is_not(
    as_teresa: Browser, teresa: Client, needy: SessionType, door: str, now: datetime
) -> None:
    address = reverse(door, args=[needy.slug])
    page = as_teresa.get(f"{address}?start=2026-11-26T14:15:00Z").content.decode()
    assert ASKS in page
    assert f"next={address}?start=2026-11-26T14:15:00Z" in unquote(unquote(page))
    tell_story(client=teresa, happened="x", now=now)
    assert ASKS not in as_teresa.get(address).content.decode()


def test_the_form_books_nothing_without_a_story(
    as_teresa: Browser, teresa: Client, needy: SessionType, now: datetime
) -> None:
    answer = as_teresa.post(reverse("book_type", args=[needy.slug]), _form(_start(needy, now)))
    assert answer.status_code == 409
    assert ASKS in answer.content.decode()
    assert not Appointment.objects.exists()


def test_the_actions_refuse_it_too(teresa: Client, needy: SessionType, now: datetime) -> None:
    how = {"session_type": needy, "client": teresa, "token": uuid4(), "by": teresa.user, "now": now}
    start = _start(needy, now)
    with pytest.raises(actions.StoryFirst):
        actions.book(start=start, **how)
    with pytest.raises(actions.StoryFirst):
        actions.book_series(starts=[start, start + timedelta(weeks=1)], every_weeks=1, **how)
    with pytest.raises(actions.StoryFirst):
        actions.join(client=teresa, session_type=needy, now=now)
    with pytest.raises(actions.StoryFirst):
        actions.book_first(
            session_type=needy,
            start=start,
            token=uuid4(),
            email="v@example.org",
            name="V",
            time_zone="UTC",
            now=now,
        )
    assert not Appointment.objects.exists()
    assert not WaitingPlace.objects.exists()


def test_with_a_story_it_is_booked(as_teresa: Browser, told: Client, needy: SessionType, now: datetime) -> None:
    as_teresa.post(reverse("book_type", args=[needy.slug]), _form(_start(needy, now)))
    assert Appointment.objects.get().client == told


def test_the_practitioner_books_it_all_the_same_and_reads_that_it_is_not_told(
    as_marta: Browser, teresa: Client, needy: SessionType, now: datetime
) -> None:
    form = {**_form(_start(needy, now)), "client": teresa.pk}
    page = as_marta.post(reverse("book_type", args=[needy.slug]), form, follow=True).content.decode()
    assert Appointment.objects.get().client == teresa
    assert "has not told the story yet" in page


def test_a_visitor_does_not_find_it(client: Browser, needy: SessionType) -> None:
    SessionType.objects.filter(pk=needy.pk).update(audience="anyone")
    assert needy.name not in client.get(reverse("book")).content.decode()
    assert "/accounts/login/" in client.get(reverse("book_type", args=[needy.slug]))["Location"]
    SessionType.objects.filter(pk=needy.pk).update(needs_story=False)
    assert needy.name in client.get(reverse("book")).content.decode()


def _offered(teresa: Client, needy: SessionType, now: datetime) -> Appointment:
    """A time that was offered before the type asked for a story."""
    start = _start(needy, now)
    return Appointment.objects.create(
        practitioner=needy.practitioner,
        client=teresa,
        session_type=needy,
        status=Appointment.Status.OFFERED,
        held_until=now + timedelta(hours=2),
        starts_at=start,
        ends_at=start + timedelta(minutes=needy.minutes),
        blocked_from=start,
        blocked_until=start + timedelta(minutes=needy.minutes),
        client_zone="Europe/Lisbon",
        practitioner_zone="Europe/Copenhagen",
        token=uuid4(),
        created_at=now,
    )


def test_an_offer_waits_for_the_story_and_can_still_be_let_pass(
    as_teresa: Browser, teresa: Client, needy: SessionType, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = _offered(teresa, needy, now)
    WaitingPlace.objects.create(client=teresa, session_type=needy, state="told", since=now, offer=offer)
    with pytest.raises(actions.StoryFirst):
        actions.accept(offer=offer, by=teresa.user, now=now)
    link = links.path_to(Purpose.OFFER, offer, person=teresa.user, now=now)
    for address in (reverse("session_offer", args=[offer.pk]), link):
        answer = as_teresa.post(address, {"answer": "take"})
        assert ASKS in answer.content.decode()
    as_teresa.post(reverse("session_offer", args=[offer.pk]), {"answer": "pass"})
    assert WaitingPlace.objects.get().state == "passed"


def test_nothing_is_offered_to_who_has_not_told_it(
    teresa: Client, marta: Practitioner, needy: SessionType, now: datetime
) -> None:
    WaitingPlace.objects.create(client=teresa, session_type=needy, since=now - timedelta(days=1), passed_over=[])
    assert actions.offer_next(practitioner=marta, now=now) == 0
    tell_story(client=teresa, happened="x", now=now)
    assert actions.offer_next(practitioner=marta, now=now) == 1


def test_a_link_of_a_letter_asks_for_it_too(
    client: Browser, teresa: Client, needy: SessionType, now: datetime
) -> None:
    start = _start(needy, now)
    marta = needy.practitioner
    session = actions.book(session_type=needy, client=teresa, start=start, token=uuid4(), by=marta.user, now=now)
    actions.cancel(appointment=session, by=marta.user, why="", now=now)
    session.refresh_from_db()
    again = links.path_to(Purpose.AGAIN, session, person=teresa.user, now=now)
    assert ASKS in client.get(again).content.decode()


def test_the_way_leads_there_and_back(as_teresa: Browser, teresa: Client, needy: SessionType) -> None:
    back = reverse("book_type", args=[needy.slug]) + "?start=2026-11-26T14:15:00Z"
    as_teresa.get("/story/", {"next": back})
    answers = {"happened": {"happened": "x"}, "began": {"cause": "stress"}, "signs": {"none": "on"}}
    answers["consent"] = {"agree": "on"}
    for step in steps():
        if step != "how":
            as_teresa.post(f"/story/step/{step}/", answers.get(step, {}))
    assert as_teresa.session["after_story"] == back
    assert as_teresa.post("/story/told/")["Location"] == back
    assert as_teresa.get("/story/", {"next": back})["Location"] == back
    assert ASKS not in as_teresa.get(back).content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example", "x:1", "x"])
def test_the_way_back_never_leads_out_of_the_house(
    as_teresa: Browser, teresa: Client, away: str, now: datetime
) -> None:
    as_teresa.get("/story/", {"next": away})
    assert "after_story" not in as_teresa.session
    tell_story(client=teresa, happened="x", now=now)
    assert as_teresa.get("/story/", {"next": away}).status_code == 200


def test_the_type_says_that_it_asks_for_it(as_marta: Browser, needy: SessionType) -> None:
    assert "A client tells the story first." in as_marta.get(reverse("types")).content.decode()
