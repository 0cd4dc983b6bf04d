"""What each person chose, and what a reminder must know before it leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.messaging import queries as messaging
from coaching.outbox import devices
from coaching.outbox.letters import Looked
from coaching.outbox.models import Letter
from coaching.outbox.pushing import BY_MAIL
from coaching.people.models import Client
from coaching.reminders import rules
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import CAPPED_KINDS, Topic

_LEFT = (Letter.State.SENT, Letter.State.KEPT, Letter.State.UNCERTAIN)


def choice_of(person: User) -> ReminderChoice:
    """What `person` chose, or the defaults, unsaved. One query."""
    return ReminderChoice.objects.filter(person=person).first() or ReminderChoice(person=person)


def _choices_for(letters: Sequence[Letter]) -> list[ReminderChoice]:
    choices = choices_of(each.person_id for each in letters if each.person_id)
    return [choices.get(each.person_id or 0) or ReminderChoice(person=each.person) for each in letters]


# What the reader of each letter chose; their choice counts until just before it leaves.
choice_for: Looked[ReminderChoice] = Looked(_choices_for)


def choices_of(people: Iterable[int]) -> dict[int, ReminderChoice]:
    """Choices by the ids of users; those who never chose are not in it. One query."""
    return {choice.person_id: choice for choice in ReminderChoice.objects.filter(person__in=list(people))}


def letters_today(person: User, now: datetime) -> int:
    """How many letters of the kinds that a limit counts have left on this day of the person's calendar."""
    began = rules.day_began(zone=person.zone, now=now)
    left = Letter.objects.filter(person=person, kind__in=CAPPED_KINDS, state__in=_LEFT, ended_at__gte=began)
    return left.exclude(key__contains=":push:").count()  # a second phone is told the same


def _standing_for(letters: Sequence[Letter]) -> list[Appointment | None]:
    about = [each.about if each.kind == "reminder.session" else {} for each in letters]
    wanted = {each["appointment"] for each in about if each}
    rows = Appointment.objects.confirmed().filter(pk__in=wanted) if wanted else Appointment.objects.none()
    people = ("client__user", "practitioner__user", "session_type")
    found = {str(each.pk): each for each in rows.select_related(*people)}
    sessions = [(each, found.get(each.get("appointment", ""))) for each in about]
    return [
        session if session and session.starts_at == datetime.fromisoformat(each["starts_at"]) else None
        for each, session in sessions
    ]


# The session that a letter reminds of, as long as it is booked at exactly that time.
standing_appointment: Looked[Appointment | None] = Looked(_standing_for)


def unread_to_tell(now: datetime) -> list[messaging.Unread]:
    """Who should hear that messages wait: not those who paused (they hear when it ends), want none, or left.

    Whoever hears of them on a phone does so soon; a page of theirs that is open has shown them by then. What is
    unread a day later is told by mail: phones get lost, and nobody learns of it.
    """
    by_phone = _told_on_phones()
    unread = [_by_mail(each) if each.person.pk in by_phone else each for each in messaging.unread_to_tell(now)]
    unread = [each for each in unread if each.person.pk not in by_phone or each.since <= now - rules.PHONE_IS_LOST]
    if by_phone:
        unread += messaging.unread_to_tell(now, by_phone=by_phone)
    if not unread:
        return []
    people = [each.person.pk for each in unread]
    chosen = ReminderChoice.objects.filter(person__in=people)
    unwilling = chosen.filter(paused_until__gt=now) | chosen.filter(off__contains=[Topic.MESSAGES])
    left = Client.objects.filter(user__in=people, status=Client.Status.ENDED).values_list("user", flat=True)
    silent = {*unwilling.values_list("person", flat=True), *left}
    return [each for each in unread if each.person.pk not in silent]


def _by_mail(unread: messaging.Unread) -> messaging.Unread:
    return replace(unread, key=f"{unread.key}{BY_MAIL}")


def _told_on_phones() -> set[int]:
    """People who want to hear of messages on a phone, and have one. Two queries."""
    wanting = ReminderChoice.objects.filter(on_phone__contains=[Topic.MESSAGES]).values_list("person", flat=True)
    return devices.people_with(list(wanting)) if wanting else set()
