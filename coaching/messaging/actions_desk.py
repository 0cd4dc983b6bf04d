"""Changing what a practitioner keeps beside the conversations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from coaching.messaging.models_desk import AnsweringHours, Away, SavedAnswer
from coaching.messaging.rules_desk import WeekdayHours
from coaching.people.actions import promise_answers
from coaching.people.models import Practitioner


class TitleTaken(Exception):
    """The practitioner has a saved answer of this name already."""


@dataclass(frozen=True)
class Leave:
    """Days away, both counted in, on the practitioner's calendar."""

    first: date
    last: date
    note: str = ""


def save_answer(*, answer: SavedAnswer, title: str, words: str, now: datetime) -> None:
    """Keep a saved answer, new or changed. `words` may hold the places of `saved.PLACES`. Raises TitleTaken."""
    answer.title, answer.words, answer.updated_at = title, words, now
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError as refused:
        raise TitleTaken(title) from refused


def throw_answer_away(*, answer: SavedAnswer) -> None:
    answer.delete()


def say_when(
    *, practitioner: Practitioner, answers: str, hours: Iterable[WeekdayHours], leave: Leave | None, now: datetime
) -> None:
    """When clients can expect an answer: a sentence, hours by weekday, and days away, if any."""
    with transaction.atomic():
        promise_answers(practitioner=practitioner, answers=answers, now=now)
        AnsweringHours.objects.filter(practitioner=practitioner).delete()
        AnsweringHours.objects.bulk_create(
            AnsweringHours(practitioner=practitioner, weekday=each.weekday, begins=each.begins, ends=each.ends)
            for each in hours
        )
        if leave is None:
            Away.objects.filter(practitioner=practitioner).delete()
        else:
            days = {"first": leave.first, "last": leave.last, "note": leave.note}
            Away.objects.update_or_create(practitioner=practitioner, defaults=days)
