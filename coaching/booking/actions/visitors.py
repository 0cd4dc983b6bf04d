"""A visitor books a first talk, and learns nothing about who else has an account here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from coaching.booking import letters
from coaching.booking.actions.sessions import book
from coaching.booking.actions.steps import StoryFirst, check_free
from coaching.booking.models import Appointment, SessionType
from coaching.people.actions import AddressKnown, take_on
from coaching.people.models import Client


def book_first(
    *,
    session_type: SessionType,
    start: datetime,
    token: UUID,
    email: str,
    name: str,
    time_zone: str,
    now: datetime,
    message: str = "",
    answers: Sequence[dict[str, str]] = (),
) -> None:
    """Take the visitor on as a new client and book. Whoever has an account already gets a letter instead, which
    says how to sign in and book; from outside both look the same, and so does sending the form twice.

    Raises Taken or NotFree, whoever asks, and StoryFirst for a type that no visitor can book.
    """
    if session_type.needs_story:
        raise StoryFirst
    if Appointment.objects.filter(token=token, client__user__email__iexact=email).exists():
        return
    check_free(session_type, start, now)
    known = User.objects.filter(email__iexact=email).first()
    if known is None:
        known = _take_on_and_book(session_type, start, token, email, name, time_zone, message, answers, now)
    if known is not None:
        letters.post_already(person=known, session_type=session_type, now=now)


def _take_on_and_book(
    session_type: SessionType,
    start: datetime,
    token: UUID,
    email: str,
    name: str,
    time_zone: str,
    message: str,
    answers: Sequence[dict[str, str]],
    now: datetime,
) -> User | None:
    """Both or neither. Gives the person who took the same address a moment ago, if there is one."""
    try:
        with transaction.atomic():
            client = take_on(
                practitioner=session_type.practitioner,
                email=email,
                name=name,
                time_zone=time_zone,
                status=Client.Status.NEW,
                now=now,
            )
            book(
                session_type=session_type,
                client=client,
                start=start,
                token=token,
                by=client.user,
                message=message,
                answers=answers,
                now=now,
            )
    except AddressKnown:
        return _who_was_quicker(email, token)
    return None


def _who_was_quicker(email: str, token: UUID) -> User | None:
    twice = Appointment.objects.filter(token=token, client__user__email__iexact=email).exists()
    return None if twice else User.objects.get(email__iexact=email)
