"""A client's plan as it is taken along: what is done now, how, until when; the next session; what helps at once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from accounts import zones
from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.library.queries import first_aid
from coaching.people.models import Client
from coaching.practice import rules as practice
from coaching.practice.models import Assignment
from coaching.practice.models_arc import KitLesson
from coaching.story.queries import holds_back


@dataclass(frozen=True)
class Given:
    """One lesson of the plan, in words. `dosage` is "Every day, twice", `days` "from 9 to 22 November"."""

    lesson: Lesson
    minutes: int
    dosage: str
    days: str
    note: str
    rests: bool
    when_needed: bool

    @property
    def how(self) -> str:
        """ "Most days, from 9 November", or that it rests."""
        return _("Rests for now") if self.rests else f"{self.dosage}, {self.days}"


@dataclass(frozen=True)
class Aid:
    """A lesson for when it comes back, and when to take it."""

    title: str
    words: str


@dataclass(frozen=True)
class Meeting:
    """The next session on both clocks, without "tomorrow": paper is read later than it is printed."""

    kind: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Plan:
    client: Client
    day: date
    lessons: list[Given]
    meeting: Meeting | None
    aids: list[Aid]
    is_held: bool  # a safety sign holds the lessons back

    @property
    def emergency(self) -> str:
        return _(
            "Call a doctor at once, or the emergency number where you are, for new numbness between the legs, loss "
            "of control of bladder or bowel, a leg that grows weak, or fever with back pain."
        )


def plan_of(client: Client, now: datetime) -> Plan:
    """Five queries; without lessons of the client's own for bad hours six."""
    day = now.astimezone(client.zone).date()
    return Plan(client, day, _given(client, day), _meeting(client, now), _aids(client), holds_back(client))


def _given(client: Client, day: date) -> list[Given]:
    """What is done now, what begins later, and what rests."""
    given = Assignment.objects.of(client).filter(lesson__isnull=False).exclude(state=Assignment.State.ENDED)
    given = given.filter(Q(until=None) | Q(until__gte=day)).select_related("lesson__recording__file")
    rows = [_row(one, lesson) for one in given if (lesson := one.lesson)]
    return sorted(rows, key=lambda row: (row.rests, row.when_needed))


def _row(given: Assignment, lesson: Lesson) -> Given:
    return Given(
        lesson=lesson,
        minutes=lesson.recording.file.minutes,
        dosage=practice.dosage(str(given.get_rhythm_display()), given.times_a_day),
        days=_days(given.starts_on, given.until),
        note=given.note,
        rests=given.state == Assignment.State.STOPPED,
        when_needed=given.rhythm == Assignment.Rhythm.WHEN_NEEDED,
    )


def _days(first: date, last: date | None) -> str:
    said = {"first": formats.date_format(first, "j F")}
    if last is None:
        return _("from %(first)s") % said
    return _("from %(first)s to %(last)s") % {**said, "last": formats.date_format(last, "j F")}


def _meeting(client: Client, now: datetime) -> Meeting | None:
    found = Appointment.objects.filter(client=client).upcoming(now).select_related("session_type").first()
    if found is None:
        return None
    who = client.practitioner
    day = formats.date_format(found.starts_at.astimezone(client.zone), "l j F Y")
    mine = {"day": day, "time": zones.clock(found.starts_at, client.zone), "here": zones.place(str(client.zone))}
    theirs = {"time": zones.clock(found.starts_at, who.zone), "name": who.name, "there": zones.place(str(who.zone))}
    return Meeting(
        kind=f"{found.session_type.name}, {str(found.session_type.get_place_display()).lower()}",
        mine=_("%(day)s, %(time)s, your time in %(here)s") % mine,
        theirs=_("%(time)s for %(name)s in %(there)s") % theirs,
    )


def _aids(client: Client) -> list[Aid]:
    """What the client keeps for bad hours; as long as that is nothing, the practitioner's first aid."""
    kept = KitLesson.objects.filter(client=client).select_related("lesson")
    if found := [Aid(each.lesson.title, each.words or each.lesson.purpose) for each in kept]:
        return found
    lessons = first_aid().filter(practitioner=client.practitioner_id).prefetch_related(None)
    return [Aid(lesson.title, lesson.purpose) for lesson in lessons[:2]]
