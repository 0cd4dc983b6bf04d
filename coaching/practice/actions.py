"""Giving lessons, doing them, and saying how it went. What was heard of them is in `hearing`."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from coaching.library.models import Lesson, Recording
from coaching.live import actions as live
from coaching.media.models import StoredFile
from coaching.people.models import Client
from coaching.practice import agreeing, holding, queries, rules, soreness, unfolding
from coaching.practice.models import Assignment, AssignmentQuerySet, Barrier, PracticeEntry
from coaching.practice.order import check_moving, check_opening
from coaching.practice.posting import write as _write
from coaching.practice.refusals import AlreadyGiven as AlreadyGiven


def assign(
    *,
    client: Client,
    lesson: Lesson,
    rhythm: str = Assignment.Rhythm.MOST_DAYS,
    times_a_day: int = 1,
    note: str = "",
    voice: StoredFile | None = None,
    starts_on: date,
    until: date | None = None,
    told_at: datetime | None = None,
    now: datetime,
) -> Assignment:
    """Gives a lesson to a client, who gets a letter, now or at `told_at`. Days are of the client's calendar.

    Raises `AlreadyGiven` while it is active for this client, `TooEarly` before the lesson that it follows,
    `HeldBack` while a safety sign waits.
    """
    check_opening(client, lesson, starts_on)
    try:
        with transaction.atomic():
            holding.check(client)
            given = Assignment.objects.create(
                client=client,
                lesson=lesson,
                rhythm=rhythm,
                times_a_day=times_a_day,
                note=note,
                voice=voice,
                starts_on=starts_on,
                until=until,
                created_at=now,
            )
            agreeing.begin(given, starts_on)
            _write(given, "practice.assigned", client.user, now, due_at=told_at)
    except IntegrityError as problem:
        if "practice_lesson_given_once" in str(problem):
            raise AlreadyGiven(lesson, client) from problem
        raise
    return given


def change(
    *,
    assignment: Assignment,
    rhythm: str,
    times_a_day: int,
    note: str,
    starts_on: date,
    until: date | None,
    now: datetime,
) -> Assignment:
    """Another dosage, other days or another note. Nobody is written to: the page says it.

    Raises `TooEarly` when a lesson would then open before the one that it follows, `TooShort` for a program.
    """
    if assignment.program_id:
        return unfolding.change_program(
            assignment=assignment,
            rhythm=rhythm,
            times_a_day=times_a_day,
            note=note,
            starts_on=starts_on,
            until=until,
            now=now,
        )
    if starts_on != assignment.starts_on:
        check_moving(assignment, starts_on)
    before = copy(assignment)
    assignment.rhythm, assignment.times_a_day, assignment.note = rhythm, times_a_day, note
    assignment.starts_on, assignment.until = starts_on, until
    with transaction.atomic():
        # It may have been stopped while the page stood open: what rests asks for nothing.
        assignment.state = (
            Assignment.objects.select_for_update().values_list("state", flat=True).get(pk=assignment.pk)
        )
        assignment.save(update_fields=["rhythm", "times_a_day", "note", "starts_on", "until"])
        agreeing.change(assignment, before, _today(assignment, now))
    return assignment


def ask_when_needed(*, given: Sequence[Assignment], now: datetime) -> None:
    """These lessons stay, for whenever they are needed; nothing is asked on certain days any more."""
    with transaction.atomic():
        for each in given:
            change(
                assignment=each,
                rhythm=Assignment.Rhythm.WHEN_NEEDED,
                times_a_day=1,
                note=each.note,
                starts_on=each.starts_on,
                until=None,
                now=now,
            )


def stop(*, assignment: Assignment, why: str = Assignment.Why.HURTS, now: datetime) -> bool:
    """Something hurts, or stays sore (`why`, a value of Assignment.Why): the lesson rests, and the practitioner is
    told at once. False: it was not active."""
    with transaction.atomic():
        active = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ACTIVE)
        if not active.update(state=Assignment.State.STOPPED, stopped_at=now, stopped_why=why):
            return False
        agreeing.close(assignment, _today(assignment, now))
        practitioner = assignment.client.practitioner.user
        _write(assignment, "practice.stopped", practitioner, now, urgency=20)
        about = {"client": assignment.client_id, "assignment": str(assignment.pk)}
        live.tell(person=practitioner, kind="practice.stopped", about=about, now=now)
    return True


def pause(*, assignment: Assignment, now: datetime) -> None:
    """The practitioner lets a lesson, or a program with its lessons, rest. It waits for nobody's answer, unlike one
    that hurt."""
    with transaction.atomic():
        keys = _keys(_with_parts(assignment).filter(state=Assignment.State.ACTIVE))
        resting = Assignment.objects.filter(pk__in=keys)
        resting.update(state=Assignment.State.STOPPED, stopped_at=None, stopped_why="")
        agreeing.close_all(keys, _today(assignment, now))


def resume(*, assignment: Assignment, now: datetime) -> None:
    """What rested or was ended is done again; the client gets a letter. Raises `AlreadyGiven`, `HeldBack`.

    The lessons of a program go on with it, unless they hurt: those wait for a word of their own.
    """
    try:
        with transaction.atomic():
            holding.check(assignment.client)
            resting = Assignment.objects.filter(pk=assignment.pk).exclude(state=Assignment.State.ACTIVE)
            if resting.update(state=Assignment.State.ACTIVE, stopped_at=None, stopped_why=""):
                parts = _keys(_resting_parts(assignment))
                Assignment.objects.filter(pk__in=parts).update(state=Assignment.State.ACTIVE)
                agreeing.begin_all([assignment.pk, *parts], _today(assignment, now))
                _write(assignment, "practice.resumed", assignment.client.user, now)
    except IntegrityError as problem:
        raise AlreadyGiven(assignment.lesson, assignment.client) from problem


def end(*, assignment: Assignment, now: datetime) -> None:
    """The lesson, or the program with its lessons, is no longer asked for; the client keeps what has opened.

    Ending one lesson of a program opens the next, where they open in turn.
    """
    with transaction.atomic():
        keys = _keys(_with_parts(assignment))
        Assignment.objects.filter(pk__in=keys).update(state=Assignment.State.ENDED, stopped_at=None, stopped_why="")
        agreeing.close_all(keys, _today(assignment, now))
        unfolding.go_on_in_turn(assignment=assignment, now=now)


def withdraw(*, assignment: Assignment, now: datetime) -> None:
    """A lesson that was given by mistake. While nothing came of it, it is as if it had never been; else it ends."""
    with transaction.atomic():
        if queries.came_to_nothing(assignment):
            assignment.delete()
        else:
            end(assignment=assignment, now=now)


def _today(assignment: Assignment, now: datetime) -> date:
    """On the client's calendar."""
    return now.astimezone(assignment.client.zone).date()


def _keys(given: AssignmentQuerySet) -> list[UUID]:
    """Held until the transaction ends."""
    return list(given.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _with_parts(assignment: Assignment) -> AssignmentQuerySet:
    return Assignment.objects.filter(Q(pk=assignment.pk) | Q(part_of=assignment.pk))


def _resting_parts(assignment: Assignment) -> AssignmentQuerySet:
    """Lessons of a program that rest because it rested; not those that the client has otherwise by now."""
    has = Assignment.objects.filter(client=assignment.client_id, state=Assignment.State.ACTIVE)
    parts = Assignment.objects.filter(part_of=assignment.pk, state=Assignment.State.STOPPED, stopped_at=None)
    return parts.exclude(lesson__in=has.filter(lesson__isnull=False).values("lesson"))


def note(
    *,
    client: Client,
    lesson: Lesson,
    assignment: Assignment | None,
    day: date,
    before: int | None,
    after: int | None,
    felt: Sequence[str] = (),
    words: str = "",
    token: UUID,
    now: datetime,
    ease: tuple[int | None, int | None] = (None, None),
    sore: int | None = None,
    control: str = "",
    recording: Recording | None = None,
) -> PracticeEntry:
    """What the client says of one doing; once for each `token`. Sharper pain, or soreness that lasts or grows,
    stops the lesson.

    `day` is of the client's calendar and `now` the moment of the doing; `before` and `after`, both of `ease`, and
    `sore` are 0 to 10 or None. `recording` is the version of the lesson that was heard. What was said of it comes
    after (`voices.say_of`): a sound that cannot be kept takes no note with it.
    """
    said = {
        "lesson": lesson,
        "assignment": assignment,
        "day": day,
        "before": before,
        "after": after,
        "ease_before": ease[0],
        "ease_after": ease[1],
        "soreness": sore,
        "control": control,
        "felt": list(felt),
        "words": words,
        "recording": recording,
        "noted_at": now,
    }
    with transaction.atomic():
        entry, is_new = PracticeEntry.objects.get_or_create(client=client, token=token, defaults=said)
        if is_new:
            about = {"client": client.pk, "entry": entry.pk}
            live.tell(person=client.practitioner.user, kind="practice.noted", about=about, now=now)
            _heed(entry, assignment, now)
            unfolding.go_on_in_turn(assignment=assignment, now=now)
    return entry


def _heed(entry: PracticeEntry, assignment: Assignment | None, now: datetime) -> None:
    """Stops the lesson when this note says that it should rest."""
    if assignment is None:
        return
    if rules.SHARP in entry.felt:
        stop(assignment=assignment, why=Assignment.Why.HURTS, now=now)
    elif queries.told_of_soreness(entry).is_sore and soreness.must_rest(queries.soreness_up_to(entry, assignment)):
        stop(assignment=assignment, why=Assignment.Why.SORE, now=now)


def say_barrier(*, client: Client, asked_on: date, why: str, now: datetime) -> Barrier:
    """What is in the way (a value of Barrier.Why), when we asked on a day of the client's calendar.

    Said again, the new answer holds, and the practitioner sees it anew.
    """
    with transaction.atomic():
        barrier, _created = Barrier.objects.update_or_create(
            client=client,
            asked_on=asked_on,
            defaults={"why": Barrier.Why(why), "said_at": now, "seen_at": None},
        )
        about = {"client": client.pk, "barrier": barrier.pk}
        live.tell(person=client.practitioner.user, kind="practice.barrier", about=about, now=now)
    return barrier


def see_barriers(*, client: Client, now: datetime) -> None:
    """The practitioner says: I have seen what is in the client's way."""
    Barrier.objects.filter(client=client, seen_at=None).update(seen_at=now)
