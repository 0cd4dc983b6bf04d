"""Asking what is due, and posting it. Running it twice, or twice at once, posts nothing twice."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from coaching.messaging.queries import Unread
from coaching.outbox import actions as outbox
from coaching.outbox import devices
from coaching.reminders import practising, queries, rules, sessions, week
from coaching.reminders.models import ReminderChoice, SweepMark
from coaching.reminders.topics import Topic

SOON = timedelta(hours=12)


Letters = Callable[[datetime, datetime], Iterable[outbox.NewLetter]]


def sweep(now: datetime) -> dict[str, int]:
    """Post every reminder that is due at `now`; gives how many were new, by kind."""
    now = now.astimezone(UTC)  # hours are elapsed hours, whatever clock the caller reads
    posted = {
        "sessions": _at_their_moment("sessions", rules.SESSION_MAY_BE_LATE, _session_letters, now),
        "practice": _at_their_moment("practice", rules.PRACTICE_MAY_BE_LATE, _practice_letters, now),
    }
    unread = [_unread_letter(each, now) for each in queries.unread_to_tell(now)]
    notes = [_week_letter(due) for due in week.due(now)]
    with transaction.atomic():
        told = {"messages": outbox.post_many(unread, now=now), "weeks": outbox.post_many(notes, now=now)}
    return posted | told


def choose(*, person: User, now: datetime, **chosen: Any) -> None:
    """Keep what `person` wants: fields of ReminderChoice, the others stay as they are."""
    ReminderChoice.objects.update_or_create(person=person, defaults=chosen | {"updated_at": now})


def tell_on(*, person: User, endpoint: str, p256dh: str, auth: str, name: str, now: datetime) -> None:
    """Tell `person` on this device. With their first one messages come there instead of by mail; what else does,
    they choose. Raises devices.NoDevice."""
    with transaction.atomic():
        is_first = not devices.of(person).exists()
        devices.add(person=person, endpoint=endpoint, p256dh=p256dh, auth=auth, name=name, now=now)
        chosen = queries.choice_of(person)
        if is_first and Topic.MESSAGES not in (*chosen.on_phone, *chosen.off):
            choose(person=person, now=now, on_phone=[*chosen.on_phone, Topic.MESSAGES.value])


def stop(*, person: User, topic: Topic, now: datetime) -> None:
    """No more letters of this topic. Stopping twice is free."""
    with transaction.atomic():
        ReminderChoice.objects.get_or_create(person=person, defaults={"updated_at": now})
        choice = ReminderChoice.objects.select_for_update().get(person=person)
        if topic not in choice.off:
            choice.off, choice.updated_at = [*choice.off, topic.value], now
            choice.save(update_fields=["off", "updated_at"])


def _at_their_moment(name: str, may_be_late: timedelta, letters: Letters, now: datetime) -> int:
    """Post the letters whose moment came after the last sweep and up to now, but not longer ago than is useful."""
    earliest = now - may_be_late
    SweepMark.objects.get_or_create(name=name, defaults={"until": earliest})
    with transaction.atomic():
        mark = SweepMark.objects.select_for_update().get(name=name)
        # A mark in the future was made by a clock that has been put right since: think of all again.
        since = max(earliest, mark.until - rules.OVERLAP) if mark.until <= now else earliest
        posted = outbox.post_many(letters(now, since), now=now)
        mark.until = now
        mark.save(update_fields=["until"])
    return posted


def _session_letters(now: datetime, since: datetime) -> Iterator[outbox.NewLetter]:
    return (_session_letter(due) for due in sessions.due(now, since))


def _practice_letters(now: datetime, since: datetime) -> Iterator[outbox.NewLetter]:
    return (_practice_letter(due) for due in practising.due(now, since))


def _session_letter(due: sessions.Due) -> outbox.NewLetter:
    reminder, starts_at = due.reminder, due.starts_at
    soon = starts_at - reminder.moment < SOON
    return outbox.NewLetter(
        kind="reminder.session",
        key=rules.session_key(appointment=due.appointment, starts_at=starts_at, label=reminder.label),
        person=due.person,
        about={
            "appointment": str(due.appointment),
            "starts_at": starts_at.isoformat(),
            "label": reminder.label,
        },
        due_at=reminder.moment,
        not_after=reminder.not_after,
        urgency=5 if soon else 20,
    )


def _practice_letter(due: practising.Due) -> outbox.NewLetter:
    who = due.candidate
    about: dict[str, Any] = {"client": who.client, "day": who.at.day.isoformat()}
    if due.lesson:
        about |= {"lesson": due.lesson, "ago": due.ago}
    return outbox.NewLetter(
        kind=due.kind,
        key=rules.practice_key(client=who.client, day=who.at.day),
        person=who.person,
        about=about,
        due_at=who.at.moment,
        not_after=who.at.not_after,
        urgency=60,
    )


def _unread_letter(unread: Unread, now: datetime) -> outbox.NewLetter:
    return outbox.NewLetter(
        kind="messaging.unread",
        key=unread.key,
        person=unread.person,
        about={"conversations": unread.conversations},
        due_at=now,
        not_after=now + rules.UNREAD_IS_NEWS,
    )


def _week_letter(due: week.Due) -> outbox.NewLetter:
    return outbox.NewLetter(
        kind="reminder.week",
        key=f"reminder.week:{due.practitioner.pk}:{due.at.day.isoformat()}",
        person=due.practitioner.user,
        about={"practitioner": due.practitioner.pk},
        due_at=due.at.moment,
        not_after=due.at.moment + week.USEFUL,
        urgency=70,
    )
