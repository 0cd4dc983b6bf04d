"""Asking what is due, and posting it. Running it twice, or twice at once, posts nothing twice."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.messaging.queries import Unread
from coaching.outbox import actions as outbox
from coaching.reminders import queries, rules
from coaching.reminders.models import ReminderChoice


def sweep(now: datetime) -> dict[str, int]:
    """Post every reminder that is due at `now`; gives how many were new, by kind."""
    sessions = [_session_letter(reminder) for reminder in queries.due_session_reminders(now)]
    unread = [_unread_letter(each, now) for each in queries.unread_to_tell(now)]
    with transaction.atomic():
        return {"sessions": outbox.post_many(sessions, now=now), "messages": outbox.post_many(unread, now=now)}


def choose(*, person: User, session_hours: list[int], paused_until: datetime | None, now: datetime) -> None:
    """Keep what `person` wants: hours before each session (of `rules.HOURS`), and until when to be quiet."""
    hours = sorted(set(session_hours), reverse=True)
    chosen = {"session_hours": hours, "paused_until": paused_until, "updated_at": now}
    ReminderChoice.objects.update_or_create(person=person, defaults=chosen)


def _session_letter(due: queries.DueReminder) -> outbox.NewLetter:
    appointment, starts_at = due.appointment, due.appointment.starts_at
    return outbox.NewLetter(
        kind="reminder.session",
        key=rules.key(appointment=appointment.pk, starts_at=starts_at, hours=due.hours),
        person=appointment.client.user,
        about={"appointment": str(appointment.pk), "starts_at": starts_at.isoformat(), "hours": due.hours},
        due_at=rules.moment_of(starts_at=starts_at, hours=due.hours),
        not_after=rules.not_after(starts_at=starts_at, hours=due.hours),
        urgency=20 if due.hours >= 24 else 5,
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
