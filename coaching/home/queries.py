"""What the home pages read from the rooms, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import zones
from accounts.numbers import in_words
from accounts.queries import second_factors
from coaching.booking.models import Appointment, SessionType
from coaching.home.asking import asking
from coaching.home.rules import Need, Reason, ranked
from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.messaging.models import Message, called
from coaching.messaging.queries import FIRST_KIND, LAST_KIND, LAST_WORDS, unread_sum
from coaching.messaging.queries_inbox import waiting_for
from coaching.outbox.models import Letter
from coaching.outbox.queries import clients_who_refuse, late_letters
from coaching.people.models import Client, Practitioner
from coaching.practice import needs
from coaching.practice.models import Assignment, Barrier, PracticeEntry
from coaching.practice.needs import practising
from coaching.story.models import Story

SOON = timedelta(hours=1)  # a session that begins so soon is one of today's, also after midnight
_LONGEST = timedelta(days=1)


def todays_sessions(practitioner: Practitioner, now: datetime) -> list[Appointment]:
    """The sessions of this day of the practitioner's calendar, in order; with one that goes on from yesterday, and
    one that begins soon after midnight. One query."""
    day = now.astimezone(practitioner.zone).date()
    start = datetime.combine(day, time(), practitioner.zone)
    end = datetime.combine(day + timedelta(days=1), time(), practitioner.zone)
    return list(
        Appointment.objects.standing()
        .filter(practitioner=practitioner, ends_at__gt=start)
        .starting_within(start - _LONGEST, max(end, now + SOON))
        .select_related("client__user", "session_type")
        .order_by("starts_at")
    )


def needs_of(practitioner: Practitioner, now: datetime) -> list[Need]:
    """Who needs the practitioner, the most urgent first. Seven queries, eight when somebody asks for a
    decision."""
    found = [*_signs(practitioner, now), *_sore(practitioner, now), *asking(practitioner, now)]
    found += _waiting(practitioner, now)
    found += [*_barriers(practitioner, now), *_unreached(practitioner)]
    return ranked([*found, *_quiet(practitioner, now)])


def _clients(practitioner: Practitioner) -> QuerySet[Client]:
    return Client.objects.of(practitioner).select_related("user")


def _signs(practitioner: Practitioner, now: datetime) -> list[Need]:
    stories = Story.objects.filter(
        client__practitioner=practitioner, signs__len__gt=0, signs_seen_at=None, signs_asked_at__isnull=False
    ).select_related("client__user")
    return [
        Need(
            client=story.client,
            reason=Reason.SIGN,
            since=story.signs_asked_at or story.updated_at,
            tag=_("Sign that needs a doctor, %s") % _ago(story.signs_asked_at or now, practitioner, now),
            evidence=_("%s answered yes to a safety question. The page told what to do now, and that you see this.")
            % story.client.name,
            verb=_("Read the story"),
            url=f"/story/{story.client.pk}/",
        )
        for story in stories
    ]


def _sore(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [
        Need(
            client=assignment.client,
            reason=Reason.SORE,
            since=assignment.stopped_at or now,
            tag=_sore_tag(assignment) % _ago(assignment.stopped_at or now, practitioner, now),
            evidence=_sore_evidence(assignment) % {"lesson": assignment.lesson, "name": assignment.client.name},
            verb=_("See what happened"),
            url=reverse("client", args=[assignment.client.pk]),
        )
        for assignment in needs.stopped(practitioner)
    ]


def _sore_tag(assignment: Assignment) -> str:
    is_sore = assignment.stopped_why == Assignment.Why.SORE
    return _("Sore, and a lesson rests, %s") if is_sore else _("Stopped a lesson, %s")


def _sore_evidence(assignment: Assignment) -> str:
    if assignment.stopped_why == Assignment.Why.SORE:
        return _("%(name)s is sore after %(lesson)s, for more than a day or more and more. It rests for your word.")
    return _("%(lesson)s hurt, and %(name)s stopped it. It waits for your word.")


def _waiting(practitioner: Practitioner, now: datetime) -> list[Need]:
    waiting = waiting_for(practitioner, now)
    conversations = waiting.annotate(last_words=LAST_WORDS, last_kind=LAST_KIND)[:50]
    return [
        Need(
            client=conversation.client,
            reason=Reason.WAITS,
            since=conversation.waiting_since,  # type: ignore[arg-type]
            tag=_("Waits since %s") % _since(conversation.waiting_since, practitioner),  # type: ignore[arg-type]
            evidence=f"“{_shortened(conversation.last_words)}”"
            if conversation.last_words
            else called(conversation.last_kind),
            verb=_("Answer %s") % conversation.client.name,
            url=reverse("conversation", args=[conversation.client.pk]),
        )
        for conversation in conversations
    ]


def _barriers(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [
        Need(
            client=barrier.client,
            reason=Reason.SORE if barrier.why == Barrier.Why.SORE else Reason.BARRIER,
            since=barrier.said_at,
            tag=_("Said what is in the way, %s") % _ago(barrier.said_at, practitioner, now),
            evidence=_("Asked why there is no practice, %(name)s says: “%(why)s”.")
            % {"name": barrier.client.name, "why": barrier.get_why_display()},
            verb=_("Write to %s") % barrier.client.name,
            url=reverse("conversation", args=[barrier.client.pk]),
            seen_url=reverse("see_barriers", args=[barrier.client.pk]),
        )
        for barrier in needs.barriers(practitioner, now)
    ]


def _unreached(practitioner: Practitioner) -> list[Need]:
    return [
        Need(
            client=client,
            reason=Reason.UNREACHED,
            since=since,
            tag=_("Gets no letters, since %s") % _date(since, practitioner),
            evidence=_("%s Nothing more is sent there until you let it.") % cause.label,
            verb=_("See the letters"),
            url=reverse("letters"),
        )
        for client, cause, since in clients_who_refuse(practitioner)
    ]


def _quiet(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [
        Need(
            client=client,
            reason=Reason.QUIET,
            since=client.last_practice,  # type: ignore[attr-defined]
            tag=_("No practice for %s days") % in_words((now - client.last_practice).days),  # type: ignore[attr-defined]
            evidence=_("The last time was on %s.") % _date(client.last_practice, practitioner),  # type: ignore[attr-defined]
            verb=_("See the page"),
            url=reverse("client", args=[client.pk]),
        )
        for client in needs.gone_quiet(practitioner, now)
    ]


@dataclass(frozen=True)
class Figures:
    """How a practitioner's house is, in numbers. `left` and `failed` are letters of the last three days, `nowhere`
    counts session types by video that have no address to meet at."""

    all_clients: int
    all_lessons: int
    nowhere: int
    practising: int
    preparing: int
    left: int
    failed: int
    late: int
    unread: int
    second_factors: int

    @property
    def begins(self) -> bool:
        """Something that all the rest stands on is not there yet."""
        return not self.all_clients or not self.all_lessons


def figures_of(practitioner: Practitioner, now: datetime) -> Figures:
    """All of them in one query."""
    work = (StoredFile.State.WAITING, StoredFile.State.WORKING)
    lately = Letter.objects.filter(posted_at__gte=now - timedelta(days=3)).filter(
        Q(person=practitioner.user) | Q(person__in=Client.objects.of(practitioner).values("user"))
    )
    by_video = SessionType.objects.filter(practitioner=practitioner, retired_at=None, place=SessionType.Place.VIDEO)
    counted: dict[str, QuerySet[Any]] = {
        "all_clients": Client.objects.of(practitioner),
        "all_lessons": Lesson.objects.of(practitioner),
        "nowhere": by_video.filter(address=""),
        "practising": practising(practitioner, now),
        "preparing": StoredFile.objects.filter(created_by=practitioner.user, state__in=work),
        "left": lately.filter(state=Letter.State.SENT),
        "failed": lately.filter(state__in=[Letter.State.FAILED, Letter.State.UNCERTAIN]),
        "late": late_letters(now),
        "second_factors": second_factors(practitioner.user),
    }
    numbers = {name: _number(rows) for name, rows in counted.items()}
    numbers["unread"] = Subquery(unread_sum(practitioner.user, now))
    found: Any = Practitioner.objects.filter(pk=practitioner.pk).values(**numbers).get()
    return Figures(**{name: number or 0 for name, number in found.items()})


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many there are, as part of another query."""
    return Subquery(rows.order_by().values(everything=Value(1)).annotate(n=Count("*")).values("n"))


def clients_of(practitioner: Practitioner, now: datetime) -> QuerySet[Client]:
    """The clients with `last_practice` (instant) and `next_session` (instant), by name. One query."""
    last = PracticeEntry.objects.filter(client=OuterRef("pk")).order_by("-noted_at").values("noted_at")[:1]
    coming = Appointment.objects.filter(client=OuterRef("pk")).upcoming(now).values("starts_at")[:1]
    return (
        _clients(practitioner)
        .annotate(last_practice=Subquery(last), next_session=Subquery(coming))
        .order_by("status", "user__name", "pk")
    )


def next_session(client: Client, now: datetime) -> Appointment | None:
    return (
        Appointment.objects.filter(client=client)
        .upcoming(now)
        .select_related("session_type", "practitioner__user")
        .first()
    )


def before_the_first_lesson(client: Client) -> dict[str, Any]:
    """What somebody without lessons can do meanwhile. Four queries."""
    lessons = Lesson.objects.of(client.practitioner).first_aid()
    return {
        "had_lessons": Assignment.objects.of(client).exists(),
        "story_told": Story.objects.filter(client=client, told_at__isnull=False).exists(),
        "first_aid": lessons.select_related("recording__file").prefetch_related("cues")[:2],
    }


def last_word(client: Client) -> Message | None:
    """The last thing that the practitioner wrote to this client. One query."""
    return (
        Message.objects.filter(conversation__client=client, removed_at=None)
        .exclude(author=client.user)
        .annotate(first_kind=FIRST_KIND)
        .select_related("author")
        .order_by("-id")
        .first()
    )


def timeline(client: Client, now: datetime, most: int = 20) -> list[dict[str, Any]]:
    """What happened lately, newest first: [{"at": instant, "kind": str, "item": row}]. Four queries."""
    entries = PracticeEntry.objects.filter(client=client).select_related("lesson")[:most]
    sessions = Appointment.objects.filter(client=client).past(now).select_related("session_type")[:most]
    given = Assignment.objects.filter(client=client).select_related("lesson", "program").order_by("-created_at")
    given = given.exclude(part_of__created_at=F("created_at"))  # what opened with its program is told with it
    messages = (
        Message.objects.filter(conversation__client=client, removed_at=None)
        .select_related("author", "lesson")
        .annotate(first_kind=FIRST_KIND)
        .order_by("-id")[:most]
    )
    happened: list[dict[str, Any]] = [
        *({"at": entry.noted_at, "kind": "entry", "item": entry} for entry in entries),
        *({"at": session.starts_at, "kind": "session", "item": session} for session in sessions),
        *({"at": assignment.created_at, "kind": "given", "item": assignment} for assignment in given[:most]),
        *({"at": message.sent_at, "kind": "message", "item": message} for message in messages),
    ]
    return sorted(happened, key=lambda event: event["at"], reverse=True)[:most]


def _ago(moment: datetime, practitioner: Practitioner, now: datetime) -> str:
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 60:
        return _("%d minutes ago") % max(1, minutes)
    return _since(moment, practitioner)


def _since(moment: datetime, practitioner: Practitioner) -> str:
    return f"{_date(moment, practitioner)}, {zones.clock(moment, practitioner.zone)}"


def _date(moment: datetime, practitioner: Practitioner) -> str:
    here = moment.astimezone(practitioner.zone)
    return f"{here:%A} {here.day} {here:%B}"


def _shortened(words: str, most: int = 140) -> str:
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"
