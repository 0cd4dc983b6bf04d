"""The practitioner's own questions: asked, worded anew, put in order, taken away. What was answered stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Practitioner
from coaching.story import queries
from coaching.story.models import StoryQuestion

USUAL = ((_("What have you tried already?"), _("And what came of it, also if it was little.")),)


def ask_the_usual(*, practitioner: Practitioner) -> None:
    """What a practitioner begins with, to be changed at will."""
    for words, below in USUAL:
        ask(practitioner=practitioner, words=str(words), help=str(below))


def ask(*, practitioner: Practitioner, words: str, help: str = "") -> StoryQuestion:
    """A new question, after the others."""
    last = queries.questions_of(practitioner).aggregate(last=Max("place"))["last"]
    place = 0 if last is None else last + 1
    return StoryQuestion.objects.create(practitioner=practitioner, words=words, help=help, place=place)


def word_anew(*, question: StoryQuestion, words: str, help: str, now: datetime) -> StoryQuestion:
    """The question in other words: a new one in its place, where somebody has answered it."""
    with transaction.atomic():
        question = StoryQuestion.objects.select_for_update().get(pk=question.pk)
        if (question.words, question.help) == (words, help):
            return question
        if not question.answers.exists():
            question.words, question.help = words, help
            question.save(update_fields=["words", "help"])
            return question
        take_away(question=question, now=now)
        return StoryQuestion.objects.create(
            practitioner=question.practitioner, words=words, help=help, place=question.place
        )


def take_away(*, question: StoryQuestion, now: datetime) -> None:
    """It is asked no more. Where nobody answered it, it is gone."""
    with transaction.atomic():
        question = StoryQuestion.objects.select_for_update().get(pk=question.pk)
        if not question.answers.exists():
            question.delete()
            return
        question.retired_at = now
        question.save(update_fields=["retired_at"])


def move(*, question: StoryQuestion, by: int) -> None:
    """One place up (-1) or down (1); at an end nothing happens."""
    with transaction.atomic():
        every = list(queries.questions_of(question.practitioner).select_for_update())
        place = [each.pk for each in every].index(question.pk)
        goal = place + by
        if 0 <= goal < len(every):
            every[place], every[goal] = every[goal], every[place]
        for number, each in enumerate(every):
            each.place = number
        StoryQuestion.objects.bulk_update(every, ["place"])
