"""Links in letters: they work without signing in, change nothing when they are read, and cannot be made up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.test import override_settings

from coaching.live.models import Event
from coaching.outbox import envelope, letters, rendering
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client
from coaching.practice.models import Barrier
from coaching.reminders import actions, links, queries
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import CLIENTS, PRACTITIONERS, Topic
from tests.reminders.things import session

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = (NOW - timedelta(days=1)).date()


def path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


@pytest.fixture
def no_csrf() -> Browser:
    """A mail program: no cookies, no token of a form."""
    return Browser(enforce_csrf_checks=True)


@pytest.mark.parametrize("topic", sorted({*CLIENTS, *PRACTITIONERS}))
def test_reading_the_way_out_changes_nothing_and_one_post_stops(
    teresa: Client, no_csrf: Browser, topic: Topic
) -> None:
    address = path(links.stopping(teresa.user, topic))
    for read in (no_csrf.get, no_csrf.head):
        assert read(address).status_code == 200
        assert not ReminderChoice.objects.exists()
    assert no_csrf.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert queries.choice_of(teresa.user).off == [topic]


def test_stopping_twice_and_two_topics(teresa: Client, no_csrf: Browser, outsider: Client) -> None:
    for topic in (Topic.PRACTICE, Topic.PRACTICE, Topic.MESSAGES):
        no_csrf.post(path(links.stopping(teresa.user, topic)))
    assert queries.choice_of(teresa.user).off == ["practice", "messages"]
    assert queries.choice_of(outsider.user).off == []


def test_other_choices_stay(teresa: Client, no_csrf: Browser) -> None:
    actions.choose(person=teresa.user, daily_cap=1, now=NOW)
    no_csrf.post(path(links.stopping(teresa.user, Topic.LESSONS)))
    assert queries.choice_of(teresa.user).daily_cap == 1


def test_a_link_that_was_changed_is_refused_in_words(teresa: Client, outsider: Client, no_csrf: Browser) -> None:
    address = path(links.stopping(teresa.user, Topic.PRACTICE))
    other = address.replace(f"/{teresa.user.pk}.", f"/{outsider.user.pk}.")
    question = path(links.answering(teresa, DAY))
    for changed in (address[:-3] + "/", other, "/reminders/stop/x/", "/reminders/why/x/", question[:-2] + "/"):
        for answer in (no_csrf.get(changed), Browser().post(changed, {"why": "time"})):
            assert answer.status_code == 404
            assert "This link is not whole." in answer.content.decode()
    assert not ReminderChoice.objects.exists()


def test_a_link_for_one_thing_does_not_open_another(teresa: Client, no_csrf: Browser) -> None:
    token = path(links.answering(teresa, DAY)).split("/")[-2]
    assert no_csrf.post(f"/reminders/stop/{token}/").status_code == 404


def test_the_page_says_nothing_about_the_person(teresa: Client, no_csrf: Browser) -> None:
    page = no_csrf.get(path(links.stopping(teresa.user, Topic.PRACTICE)))
    assert "Teresa" not in page.content.decode()
    assert teresa.user.email not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def letter_of(teresa: Client) -> tuple[Letter, letters.Told]:
    session(of=teresa, starts_at=NOW + timedelta(days=1))
    actions.sweep(NOW)
    letter = Letter.objects.get()
    told = letters.tell_in_their_words(letter, NOW)
    assert told
    return letter, told


@override_settings(SITE_URL="https://portal.practice-of-marta.example")
def test_the_headers_name_the_way_out_whole_and_on_one_line(teresa: Client) -> None:
    letter, told = letter_of(teresa)
    rendered = rendering.render(told, person=teresa.user)
    sent = envelope.message(rendered, to=letter.email, key=letter.key, now=NOW).as_bytes().decode("ascii")
    head = sent.split("\r\n\r\n", 1)[0].replace("\r\n ", " ")
    lines = dict(line.split(": ", 1) for line in head.split("\r\n"))
    address = links.stopping(teresa.user, Topic.SESSIONS)
    assert lines["List-Unsubscribe"].strip() == f"<{address}>"
    assert lines["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith("https://portal.practice-of-marta.example/reminders/stop/")


@override_settings(SITE_URL="http://localhost:8000")
def test_one_click_is_promised_by_https_only(teresa: Client) -> None:
    letter, told = letter_of(teresa)
    sent = envelope.message(rendering.render(told, person=teresa.user), to=letter.email, key="k", now=NOW)
    assert sent["List-Unsubscribe"]
    assert sent["List-Unsubscribe-Post"] is None


def test_the_foot_of_a_letter_leads_to_both_pages(teresa: Client) -> None:
    _letter, told = letter_of(teresa)
    rendered = rendering.render(told, person=teresa.user)
    for words in (rendered.text, rendered.html):
        assert told.way_out in words
        assert "/settings/reminders/" in words


def test_one_tap_says_what_is_in_the_way(teresa: Client) -> None:
    browser, address = Browser(), path(links.answering(teresa, DAY))
    page = browser.get(address).content.decode()
    assert "I am not sure I do it right" in page
    assert not Barrier.objects.exists()
    answer = browser.post(address, {"why": "unsure"})
    assert "Marta sees what you said" in answer.content.decode()
    barrier = Barrier.objects.get()
    assert (barrier.client, barrier.asked_on, barrier.why) == (teresa, DAY, "unsure")
    event = Event.objects.get()
    assert (event.person, event.kind) == (teresa.practitioner.user, "practice.barrier")


def test_another_tap_changes_the_answer(teresa: Client) -> None:
    browser, address = Browser(), path(links.answering(teresa, DAY))
    for why in ("time", "sore"):
        browser.post(address, {"why": why})
    assert Barrier.objects.get().why == "sore"


def test_an_answer_that_is_none_is_asked_again(teresa: Client) -> None:
    answer = Browser().post(path(links.answering(teresa, DAY)), {"why": "aliens"})
    assert answer.status_code == 400
    assert "Please tap one of these answers." in answer.content.decode()
    assert not Barrier.objects.exists()


def test_a_question_needs_the_token_of_a_form(teresa: Client, no_csrf: Browser) -> None:
    assert no_csrf.post(path(links.answering(teresa, DAY)), {"why": "time"}).status_code == 403


def test_who_left_is_not_asked_any_more(teresa: Client) -> None:
    people.end(client=teresa, now=NOW)
    assert Browser().get(path(links.answering(teresa, DAY))).status_code == 404


def test_the_answer_reaches_the_practitioner_until_it_is_seen(
    teresa: Client, as_marta: Browser, as_outsider: Browser
) -> None:
    Browser().post(path(links.answering(teresa, DAY)), {"why": "place"})
    page = as_marta.get("/today/").content.decode()
    assert "I have no quiet place" in page
    assert as_outsider.post(f"/clients/{teresa.pk}/in-the-way/seen/").status_code == 404
    after = as_marta.post(f"/clients/{teresa.pk}/in-the-way/seen/", follow=True).content.decode()
    assert "I have no quiet place" not in after
