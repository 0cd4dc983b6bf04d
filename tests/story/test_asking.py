"""The practitioner's own questions: asked in the story, worded anew, and kept with the answers that were given."""

from django.test import Client as Browser
from django.urls import reverse

from coaching.people.models import Client, Practitioner
from coaching.story import actions, asking, queries
from coaching.story.models import StoryQuestion
from coaching.story.steps import Telling
from coaching.welcome.actions import set_up
from tests import cast

NOW = cast.NOW


def _words(practitioner: Practitioner) -> list[str]:
    return [question.words for question in queries.questions_of(practitioner)]


def test_a_question_stands_in_the_story_and_its_answer_is_read_by_both(
    as_teresa: Browser, as_marta: Browser, teresa: Client, marta: Practitioner
) -> None:
    as_marta.post("/story/questions/", {"words": "How do you sleep?", "help": "On which side?"})
    question = StoryQuestion.objects.get()
    step = reverse("story_step", args=[question.step])
    page = as_teresa.get(step).content.decode()
    assert "How do you sleep?" in page
    assert "On which side?" in page
    assert "question 8 of 12" in page
    assert as_teresa.post(step, {"words": "Badly, on the left."})["Location"] != step
    actions.tell_story(client=teresa, happened="x", now=NOW)
    for answer in (as_teresa.get("/story/"), as_marta.get(f"/story/{teresa.pk}/")):
        assert "Badly, on the left." in answer.content.decode()


def test_what_was_answered_keeps_its_question(teresa: Client, marta: Practitioner) -> None:
    old = asking.ask(practitioner=marta, words="How do you sleep?")
    actions.answer_question(client=teresa, question=old, words="Badly.", now=NOW)
    new = asking.word_anew(question=old, words="Do you sleep well?", help="", now=NOW)
    assert new.pk != old.pk
    assert _words(marta) == ["Do you sleep well?"]
    (kept,) = queries.answers_of(queries.story_of(teresa))
    assert (kept.question.words, kept.words) == ("How do you sleep?", "Badly.")
    asking.take_away(question=new, now=NOW)
    assert list(StoryQuestion.objects.all()) == [old]


def test_what_nobody_answered_is_just_changed(marta: Practitioner) -> None:
    question = asking.ask(practitioner=marta, words="Sleep?")
    assert asking.word_anew(question=question, words="How do you sleep?", help="x", now=NOW).pk == question.pk
    assert _words(marta) == ["How do you sleep?"]


def test_they_change_places(as_marta: Browser, marta: Practitioner) -> None:
    first, _second, third = (asking.ask(practitioner=marta, words=words) for words in "abc")
    as_marta.post(reverse("story_question_move", args=[third.pk]), {"by": "-1"})
    assert _words(marta) == ["a", "c", "b"]
    as_marta.post(reverse("story_question_move", args=[first.pk]), {"by": "-1"})
    assert _words(marta) == ["a", "c", "b"]
    as_marta.post(reverse("story_question_move", args=[first.pk]), {"by": "1"})
    assert _words(marta) == ["c", "a", "b"]
    as_marta.post(reverse("story_question_away", args=[third.pk]))
    assert _words(marta) == ["a", "b"]


def test_a_question_without_words_is_none(as_marta: Browser) -> None:
    assert as_marta.post("/story/questions/", {"words": "  "}).status_code == 422
    assert not StoryQuestion.objects.exists()


def test_who_has_handed_over_is_not_asked_anew_and_who_has_not_is(teresa: Client, marta: Practitioner) -> None:
    actions.tell_story(client=teresa, happened="x", now=NOW)
    asking.ask(practitioner=marta, words="How do you sleep?")
    assert Telling(teresa, NOW).left(queries.story_of(teresa)) is None
    other = cast.client(of=marta)
    actions.answer(client=other, step="happened", happened="y", since="", now=NOW)
    assert [step.split("-")[0] for step in Telling(other, NOW).names].count("ask") == 1


def test_another_practitioners_question_is_no_step_of_ones_story(as_teresa: Browser) -> None:
    strange = asking.ask(practitioner=cast.practitioner(name="Sten Stranger"), words="Who are you?")
    assert as_teresa.get(reverse("story_step", args=[strange.step])).status_code == 404


def test_a_new_practitioner_begins_with_the_usual_ones(db: None) -> None:
    marta = set_up(
        email="m@example.org", name="Marta", time_zone="Europe/Lisbon", practice_name="P", hours={}, now=NOW
    )
    assert len(_words(marta)) == len(asking.USUAL)
