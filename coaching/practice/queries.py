"""What a client has to practise, did, and how it went; each in a fixed number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from coaching.library.models import Lesson, Recording
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import rules, soreness
from coaching.practice.models import Assignment, AssignmentQuerySet, Playback, PracticeEntry
from coaching.practice.models_arc import KitLesson

Doing = tuple[date, int]  # a lesson (its id), done on that day


@dataclass(frozen=True)
class ToDo:
    """One thing for today. `standing` is "Day 9 of 14" or empty, `dosage` "Most days"."""

    assignment: Assignment
    lesson: Lesson
    dosage: str
    standing: str
    noted_today: int
    position: float  # seconds; where listening stopped
    is_heard: bool  # ever, and be it for a moment

    @property
    def is_done(self) -> bool:
        return self.noted_today >= self.assignment.times_a_day

    @property
    def is_read_first(self) -> bool:
        """Whether there are words that should be seen once before the first time."""
        return not self.is_heard and bool(self.lesson.cautions or self.lesson.instructions)

    @property
    def is_when_needed(self) -> bool:
        return self.assignment.is_when_needed

    @property
    def is_asked(self) -> bool:
        """Whether it is still to do today."""
        return not (self.is_when_needed or self.is_done)


def today(client: Client, day: date) -> list[ToDo]:
    """To do on `day` (of the client's calendar): at most four, done and "when needed" ones last. Four queries."""
    return _asked_first(client, list(assignments_of(client).running(day)), day)


@dataclass(frozen=True)
class Today:
    """A day of a client: what is to do (as `today` has it), the lessons that wait for the practitioner because
    something hurt, the seven days up to it, and what `kit.among` finds the kit in."""

    to_do: list[ToDo]
    stopped: list[Assignment]
    week: rules.Week
    in_kit: Sequence[Assignment]


def todays(client: Client, day: date) -> Today:
    """Four queries."""
    rows = KitLesson.objects.filter(client=client, lesson=OuterRef("lesson"))
    given = assignments_of(client).annotate(
        kit_place=Subquery(rows.values("place")[:1]), kit_words=Subquery(rows.values("words")[:1])
    )
    kept = given.filter(kit_place__isnull=False)
    found = list(given.running(day) | given.filter(state=Assignment.State.STOPPED) | kept)
    stopped: list[Assignment] = [each for each in found if each.state == Assignment.State.STOPPED]
    running: list[Assignment] = [each for each in found if each.is_running(day)]
    noted = _noted(client, rules.week_before(day))
    week = rules.week_of(day, {on for on, _lesson in noted})
    return Today(_asked_first(client, running, day, noted), stopped, week, found)


def _asked_first(
    client: Client, running: list[Assignment], day: date, noted: Counter[Doing] | None = None
) -> list[ToDo]:
    running.sort(key=lambda given: given.rhythm == Assignment.Rhythm.WHEN_NEEDED)
    return _to_do(client, running[: rules.AT_MOST], day, noted)


def to_do(client: Client, assignment: Assignment, day: date) -> ToDo:
    """One assignment as `today` shows it, whatever its state. Two queries."""
    return _to_do(client, [assignment], day)[0]


def assignments_of(client: Client) -> AssignmentQuerySet:
    """All lessons that were ever given to the client, with their covers, in the order in which they began."""
    return _assignments(client).filter(lesson__isnull=False)


def running_keys(client: Client, day: date) -> list[str]:
    """The keys of the lessons that a client is to do on `day` or later: what may stay on their phone. One query."""
    given = Assignment.objects.of(client).filter(state=Assignment.State.ACTIVE, lesson__isnull=False)
    return [str(key) for key in given.exclude(until__lt=day).values_list("pk", flat=True)]


def asked_of(client: Client, day: date) -> list[Assignment]:
    """The lessons that are asked for on certain days: not those for whenever they are needed. Two queries."""
    running = assignments_of(client).running(day)
    return list(running.exclude(rhythm=Assignment.Rhythm.WHEN_NEEDED))


def assignments_for(client: Client) -> list[Assignment]:
    """For the practitioner: what the client has now, stopped ones first. Two queries."""
    order = {Assignment.State.STOPPED: 0, Assignment.State.ACTIVE: 1}
    given = _assignments(client).filter(lesson__isnull=False).exclude(state=Assignment.State.ENDED)
    return sorted(given, key=lambda one: order[Assignment.State(one.state)])


def assignments_by(practitioner: Practitioner, client_pk: int) -> QuerySet[Assignment]:
    """What this practitioner gave to that client, programs too; nothing when the client is not theirs."""
    given = Assignment.objects.filter(client__practitioner=practitioner, client=client_pk)
    related = (
        "client__user",
        "client__practitioner__user",
        "lesson__recording__file",
        "program",
        "part_of__program",
    )
    return given.select_related(*related).prefetch_related("lesson__cues")


def entries(client: Client) -> QuerySet[PracticeEntry]:
    """All that the client noted, newest first."""
    return PracticeEntry.objects.filter(client=client).select_related("lesson", "voice")


def place(client: Client, lesson: Lesson) -> Playback:
    """Where the client stopped listening; at the start when nothing was ever heard. One query."""
    found = Playback.objects.filter(client=client, lesson=lesson).first()
    return found or Playback(client=client, lesson=lesson)


def recording_heard(lesson: Lesson, pk: int | None) -> Recording:
    """The version that was heard, as a page that may be old names it; else the one that is heard now."""
    if pk is None or pk == lesson.recording_id:
        return lesson.recording
    before = Recording.objects.filter(version_of=lesson, pk=pk).select_related("file").first()
    return before or lesson.recording


def _assignments(client: Client) -> AssignmentQuerySet:
    lessons = Assignment.objects.of(client).select_related("lesson__recording__file", "client__practitioner__user")
    return lessons.prefetch_related("lesson__cues")


def _noted(client: Client, days: Sequence[date]) -> Counter[Doing]:
    """How often each lesson was noted on each of these days, one after another. One query."""
    entries = PracticeEntry.objects.filter(client=client, day__gte=days[0], day__lte=days[-1]).order_by()
    counted = entries.values_list("day", "lesson").annotate(Count("pk"))
    return Counter({(day, lesson): times for day, lesson, times in counted})


def _to_do(client: Client, given: list[Assignment], day: date, noted: Counter[Doing] | None = None) -> list[ToDo]:
    keys = [assignment.lesson_id for assignment in given]
    noted = _noted(client, [day]) if noted is None else noted
    stopped_at = dict(Playback.objects.filter(client=client, lesson__in=keys).values_list("lesson", F("position")))
    found = [
        ToDo(
            assignment=assignment,
            lesson=lesson,
            dosage=rules.dosage(str(assignment.get_rhythm_display()), assignment.times_a_day),
            standing=_standing(assignment, day),
            noted_today=noted[day, lesson.pk],
            position=stopped_at.get(lesson.pk, 0.0),
            is_heard=lesson.pk in stopped_at,
        )
        for assignment in given
        if (lesson := assignment.lesson)
    ]
    return sorted(found, key=lambda one: (one.is_when_needed, one.is_done))


@dataclass(frozen=True)
class Listed:
    """An active assignment as the list of lessons shows it."""

    assignment: Assignment
    lesson: Lesson | None
    dosage: str
    standing: str


def as_listed(assignment: Assignment, day: date) -> Listed:
    """No query."""
    dosage = rules.dosage(str(assignment.get_rhythm_display()), assignment.times_a_day)
    return Listed(assignment, assignment.lesson, dosage, _standing(assignment, day))


def _standing(assignment: Assignment, day: date) -> str:
    """Nobody counts the days of what is done when it is needed."""
    open_ended = assignment.rhythm == Assignment.Rhythm.WHEN_NEEDED and assignment.until is None
    return "" if open_ended else rules.standing(assignment.starts_on, assignment.until, day)


def kept(given: list[Assignment], others: list[Assignment]) -> list[Assignment]:
    """Lessons that are no longer asked for, each once (its latest time), without those among `others`. No query."""
    shown = {assignment.lesson_id for assignment in others}
    latest = {one.lesson_id: one for one in given if one.lesson_id not in shown}
    return list(latest.values())


def entries_of(assignment: Assignment, most: int = 5) -> list[PracticeEntry]:
    """What the client noted of the same lesson lately, newest first. One query."""
    found = PracticeEntry.objects.filter(client=assignment.client_id, lesson=assignment.lesson_id)
    return list(found.select_related("voice")[:most])


def told_of_soreness(entry: PracticeEntry) -> soreness.Told:
    return soreness.told(at=entry.noted_at, felt=entry.felt, number=entry.soreness)


def soreness_up_to(entry: PracticeEntry, assignment: Assignment) -> list[soreness.Told]:
    """What the notes of this lesson say of soreness, up to `entry`, since the practitioner last let it go on, in
    the order of their time. Two queries."""
    lately = entry.noted_at - 4 * soreness.REMEMBERED
    since = _let_go_on(assignment) or lately
    notes = PracticeEntry.objects.filter(client=entry.client_id, lesson=entry.lesson_id)
    notes = notes.filter(noted_at__gt=max(since, lately), noted_at__lte=entry.noted_at)
    return [told_of_soreness(each) for each in notes.order_by("noted_at", "pk")]


def _let_go_on(assignment: Assignment) -> datetime | None:
    """When the practitioner last said that the client can go on with a lesson that rested."""
    letters = Letter.objects.filter(kind="practice.resumed", about__assignment=str(assignment.pk))
    return (
        letters.filter(person=assignment.client.user_id)
        .order_by("-due_at")
        .values_list("due_at", flat=True)
        .first()
    )


def was_sore(client: Client, lesson: Lesson) -> bool:
    """Whether the last note of this lesson said that it was sore. One query."""
    last = PracticeEntry.objects.filter(client=client, lesson=lesson).first()
    return last is not None and told_of_soreness(last).is_sore


def assignment_asked_about(client_pk: int, pk: UUID) -> Assignment | None:
    """The assignment that a letter's link names, while its client is still somebody's client. Two queries."""
    people = Client.objects.reminded().filter(pk=client_pk, user__is_active=True)
    given = Assignment.objects.filter(client__in=people, lesson__isnull=False, pk=pk)
    given = given.select_related("lesson__recording__file", "client__practitioner__user", "client__user")
    return given.prefetch_related("lesson__cues").first()


def noted_on(assignment: Assignment, day: date) -> PracticeEntry | None:
    """What the client noted last of this lesson on a day of their calendar. One query."""
    found = PracticeEntry.objects.filter(client=assignment.client_id, lesson=assignment.lesson_id, day=day)
    return found.first()


def came_to_nothing(assignment: Assignment) -> bool:
    """Whether what was given is as good as not given: no letter left, and it was neither heard nor noted."""
    told = Letter.objects.filter(kind="practice.assigned", about__assignment=str(assignment.pk))
    if told.exclude(state=Letter.State.WAITING).exists() or assignment.entries.exists():
        return False
    heard = Playback.objects.filter(client=assignment.client_id, lesson=assignment.lesson_id)
    return not heard.filter(updated_at__gte=assignment.created_at).exists()
