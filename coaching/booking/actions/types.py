"""What can be booked with a practitioner: her session types and what they ask."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coaching.booking.actions.steps import hold
from coaching.booking.models import Question, SessionType
from coaching.people.models import Client, Practitioner

Asked = tuple[str, bool]


def add_type(
    *,
    practitioner: Practitioner,
    fields: Mapping[str, Any],
    invited: Iterable[Client] = (),
    questions: Sequence[Asked] = (),
    now: datetime,
) -> SessionType:
    """A new session type, after the others. Its address is made of its name and never changes.

    `questions` are what is asked, and whether it has to be answered.
    """
    with transaction.atomic():
        hold(practitioner, now)
        types = SessionType.objects.filter(practitioner=practitioner)
        rank = max((each.rank for each in types), default=-1) + 1
        slug = _free_slug(fields["name"], {each.slug for each in types})
        made = SessionType.objects.create(practitioner=practitioner, slug=slug, rank=rank, **fields)
        _complete(made, invited, questions)
        return made


def change_type(
    *,
    session_type: SessionType,
    fields: Mapping[str, Any],
    invited: Iterable[Client] = (),
    questions: Sequence[Asked] = (),
    now: datetime,
) -> None:
    """Sessions that are booked already stay as they are, with the questions that were asked then."""
    with transaction.atomic():
        hold(session_type.practitioner, now)
        for name, value in fields.items():
            setattr(session_type, name, value)
        session_type.save(update_fields=list(fields))
        _complete(session_type, invited, questions)


def retire_type(*, session_type: SessionType, now: datetime) -> None:
    """It can no longer be booked. Sessions of it that are booked stay. Twice is the same as once."""
    with transaction.atomic():
        hold(session_type.practitioner, now)
        SessionType.objects.filter(pk=session_type.pk, retired_at=None).update(retired_at=now)


def offer_again(*, session_type: SessionType) -> None:
    SessionType.objects.filter(pk=session_type.pk).update(retired_at=None)


def move_type(*, session_type: SessionType, up: bool, now: datetime) -> None:
    """Change places with the type above or below, among those that are offered. At the end nothing happens."""
    with transaction.atomic():
        hold(session_type.practitioner, now)
        types = list(SessionType.objects.filter(practitioner=session_type.practitioner_id, retired_at=None))
        here = next((n for n, each in enumerate(types) if each.pk == session_type.pk), len(types))
        there = here + (-1 if up else 1)
        if here == len(types) or there not in range(len(types)):
            return
        types[here], types[there] = types[there], types[here]
        for rank, each in enumerate(types):
            each.rank = rank
        SessionType.objects.bulk_update(types, ["rank"])


def set_up_types(*, practitioner: Practitioner) -> list[SessionType]:
    """The three session types to begin with. Those that exist already are left as they are."""
    return [
        SessionType.objects.get_or_create(practitioner=practitioner, slug=slug, defaults={"rank": rank, **fields})[
            0
        ]
        for rank, (slug, fields) in enumerate(_first_types().items())
    ]


def _first_types() -> dict[str, dict[str, Any]]:
    return {
        "first-talk": {
            "name": _("First talk"),
            "description": _("A quarter of an hour to get to know each other. It costs nothing."),
            "minutes": 15,
            "audience": SessionType.Audience.ANYONE,
        },
        "check-in": {
            "name": _("Check-in"),
            "description": _("A short talk about how the lessons are going, and what comes next."),
            "minutes": 30,
            "grid": 30,
        },
        "coaching": {
            "name": _("Coaching session"),
            "description": _("A full session: sorting out what pulls, and learning a lesson together."),
            "minutes": 60,
            "buffer_after": 15,
            "grid": 30,
        },
    }


def _complete(session_type: SessionType, invited: Iterable[Client], questions: Sequence[Asked]) -> None:
    session_type.invited.set(invited)
    session_type.questions.all().delete()
    Question.objects.bulk_create(
        Question(session_type=session_type, words=words, required=required, rank=rank)
        for rank, (words, required) in enumerate(questions)
    )


def _free_slug(name: str, taken: set[str]) -> str:
    """ "check-in", or "check-in-2" when there is one already. Names in other scripts become "session"."""
    base = slugify(name)[:34].strip("-") or "session"
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
