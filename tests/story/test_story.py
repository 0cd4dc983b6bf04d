"""Telling the story, the signs that need a doctor, and who read it."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from coaching.live.models import Event
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.story import actions, queries, rules
from coaching.story.models import Consent, Story, StoryReading
from coaching.story.suggesting import suggest
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in

ANSWERS = {
    "happened": {"happened": "I lifted a crate.", "since": "since June"},
    "when": {"kind": "accident", "words": "Fell off a bicycle.", "year": "2019"},
    "began": {"cause": "stress"},
    "where": {"parts": ["left-knee", "right-low-back"], "where": "Low on the right."},
    "how": {"strength-right-low-back": "6", "quality-right-low-back": "burning"},
    "helps": {"eases": "Warmth.", "worsens": "Long drives."},
    "days": {"work": "Sitting.", "sleep": "On the left."},
    "wish": {"wish": "Sleep on the side."},
    "reserve": {"value": "4"},
    "signs": {"none": "on"},
    "consent": {"agree": "on"},
}


def test_the_story_is_told_step_by_step_and_handed_over(
    as_teresa: Browser, teresa: Client, marta: Practitioner
) -> None:
    page = as_teresa.get("/story/").content.decode()
    assert "Tell your story." in page
    steps = rules.steps()
    for number, (step, answers) in enumerate(ANSWERS.items()):
        answer = as_teresa.post(f"/story/step/{step}/", answers)
        after = steps[number + 1] if number + 1 < len(steps) else None
        assert answer["Location"] == (f"/story/step/{after}/" if after else "/story/")
    assert "ready to hand over" in as_teresa.get("/story/").content.decode()
    as_teresa.post("/story/told/")
    as_teresa.post("/story/told/")
    assert "Marta has your story." in as_teresa.get("/story/").content.decode()
    assert queries.story_of(teresa).told_at is not None
    assert Letter.objects.filter(kind="story.told", person=marta.user).count() == 1


def test_a_story_is_left_and_gone_on_with_on_another_device(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post("/story/step/happened/", ANSWERS["happened"])
    other_device = signed_in(teresa)
    page = other_device.get("/story/").content.decode()
    assert "I lifted a crate." in page
    assert 'href="/story/step/when/"' in page
    assert "I lifted a crate." in other_device.get("/story/step/happened/").content.decode()


def test_nothing_is_handed_over_half(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post("/story/step/happened/", ANSWERS["happened"])
    assert as_teresa.post("/story/told/")["Location"] == "/story/step/when/"
    assert queries.story_of(teresa).told_at is None


@pytest.mark.parametrize(
    ("step", "bad", "sentence"),
    [
        ("happened", {"happened": "  "}, "Write a sentence or two"),
        ("began", {"cause": "witchcraft"}, "witchcraft"),
        ("signs", {}, "Tick what is so"),
        ("signs", {"signs": ["fever"], "none": "on"}, "take one of them away"),
        ("signs", {"signs": ["bogus"]}, "bogus"),
        ("consent", {}, "Without your agreement"),
        ("where", {"where": "x" * 4001}, "4000"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(
    as_teresa: Browser, step: str, bad: dict, sentence: str
) -> None:
    answer = as_teresa.post(f"/story/step/{step}/", bad)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Story.objects.exists()
    assert not Consent.objects.exists()


def test_a_sign_is_answered_with_what_to_do_and_brought_to_the_practitioner(
    as_teresa: Browser, teresa: Client, marta: Practitioner, django_capture_on_commit_callbacks
) -> None:
    answer = as_teresa.post("/story/step/signs/", {"signs": ["seat_numb", "weight"]})
    assert answer["Location"] == "/story/now/"
    page = as_teresa.get("/story/now/").content.decode()
    assert "emergency department now" in page
    assert "Marta has been told" in page
    assert [story.client for story in queries.signs_undecided(marta)] == [teresa]
    letter = Letter.objects.get(kind="story.sign")
    told = tell_in_their_words(letter, NOW)
    assert told is not None
    for detail in ("Numb", "numb", "weight", "Teresa", "Almada", "doctor"):
        assert detail not in f"{told.subject} {told.preheader} {told.paragraphs}"
    event = Event.objects.get(person=marta.user, kind="story.sign")
    assert event.about == {"client": teresa.pk}


def test_the_same_signs_again_bring_no_second_letter_and_a_new_one_does(teresa: Client) -> None:
    actions.answer_signs(client=teresa, signs=["fever"], now=NOW)
    actions.see_signs(story=queries.story_of(teresa), now=NOW)
    actions.answer_signs(client=teresa, signs=["fever"], now=NOW + timedelta(minutes=1))
    assert Letter.objects.filter(kind="story.sign").count() == 1
    assert queries.story_of(teresa).signs_seen_at is not None
    actions.answer_signs(client=teresa, signs=["fever", "chest"], now=NOW + timedelta(minutes=2))
    assert Letter.objects.filter(kind="story.sign").count() == 2
    assert queries.story_of(teresa).signs_seen_at is None


def test_a_sign_that_was_seen_or_taken_back_is_told_no_more(
    as_marta: Browser, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    actions.answer_signs(client=teresa, signs=["fever"], now=NOW)
    actions.answer_signs(client=outsider, signs=["fever"], now=NOW)
    as_marta.post(f"/story/{teresa.pk}/seen/")
    actions.answer_signs(client=outsider, signs=[], now=NOW)
    assert [story.client for story in queries.signs_undecided(marta)] == [teresa]  # seen is not decided
    for letter in Letter.objects.filter(kind="story.sign"):
        assert tell_in_their_words(letter, NOW) is None


def test_an_unknown_sign_is_an_error_of_the_caller(teresa: Client) -> None:
    with pytest.raises(ValueError, match="No such safety sign"):
        actions.answer_signs(client=teresa, signs=["bogus"], now=NOW)


def test_each_opening_is_remembered_and_visible_to_the_client(
    as_teresa: Browser, as_marta: Browser, teresa: Client
) -> None:
    actions.tell_story(client=teresa, happened="SECRET crate", cause="both", now=NOW)
    assert "Nobody yet." in as_teresa.get("/story/").content.decode()
    page = as_marta.get(f"/story/{teresa.pk}/").content.decode()
    assert "SECRET crate" in page
    assert "some sorting out comes first" in page
    as_marta.get(f"/story/{teresa.pk}/")
    assert StoryReading.objects.count() == 1
    assert "Marta Lindqvist, <" in as_teresa.get("/story/").content.decode()


def test_a_story_that_is_not_handed_over_is_not_shown(
    as_marta: Browser, as_teresa: Browser, teresa: Client
) -> None:
    as_teresa.post("/story/step/happened/", {"happened": "HALF A STORY"})
    page = as_marta.get(f"/story/{teresa.pk}/").content.decode()
    assert "HALF A STORY" not in page
    assert "still telling" in page
    assert not StoryReading.objects.exists()


def test_the_practitioner_decides_the_path(as_marta: Browser, teresa: Client) -> None:
    actions.tell_story(client=teresa, happened="x", cause="stress", now=NOW)
    as_marta.post(f"/story/{teresa.pk}/path/", {"path": "injury"})
    teresa.refresh_from_db()
    assert teresa.path == "injury"
    assert "decided: Today" in as_marta.get(f"/story/{teresa.pk}/").content.decode()
    as_marta.post(f"/story/{teresa.pk}/path/", {"path": "bogus"})
    teresa.refresh_from_db()
    assert teresa.path == "injury"


@pytest.mark.parametrize(
    ("cause", "signs", "path"),
    [
        ("stress", [], "common"),
        ("accident", [], "injury"),
        ("both", ["weight"], "injury"),
        ("unknown", [], ""),
        ("stress", ["chest"], ""),
    ],
)
def test_a_path_is_suggested_with_its_reason(cause: str, signs: list[str], path: str) -> None:
    suggestion = suggest(cause=cause, signs=signs)
    assert suggestion.path == path
    assert suggestion.reason.endswith(".")


def test_a_new_wording_is_asked_again(as_teresa: Browser, teresa: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.tell_story(client=teresa, happened="x", now=NOW)
    monkeypatch.setattr(rules, "CONSENT_VERSION", "2027-01")
    page = as_teresa.get("/story/").content.decode()
    assert 'class="btn big" href="/story/step/consent/"' in page
    assert "There is a new wording" in page
    assert "has your story" not in page
    assert "has a new wording" in as_teresa.get("/today/").content.decode()
    as_teresa.post("/story/step/consent/", {"agree": "on"})
    assert "has a new wording" not in as_teresa.get("/today/").content.decode()
    assert "has your story" in as_teresa.get("/story/").content.decode()
    assert Consent.objects.filter(client=teresa).count() == 2


def test_another_practitioner_finds_no_story(teresa: Client) -> None:
    actions.tell_story(client=teresa, happened="SECRET", now=NOW)
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.get(f"/story/{teresa.pk}/").status_code == 404
    assert stranger.post(f"/story/{teresa.pk}/seen/").status_code == 404
    assert stranger.post(f"/story/{teresa.pk}/path/", {"path": "common"}).status_code == 404
    assert not StoryReading.objects.exists()


def test_a_step_that_is_none_does_not_exist(as_teresa: Browser) -> None:
    assert as_teresa.get("/story/step/bogus/").status_code == 404


def test_who_agrees_gets_a_copy_of_the_wording_once(as_teresa: Browser, teresa: Client) -> None:
    for _ in range(2):
        as_teresa.post("/story/step/consent/", {"agree": "on"})
    letter = Letter.objects.get(kind="story.agreed")
    assert letter.person == teresa.user
    told = tell_in_their_words(letter, NOW)
    assert told
    assert any("You stay the one who decides" in paragraph for paragraph in told.paragraphs)
    assert "<" not in "".join(told.paragraphs)
