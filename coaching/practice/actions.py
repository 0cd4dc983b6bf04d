"""Giving lessons, doing them, and saying how it went. What was heard of them is in `hearing`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.library.models import Lesson, Recording
from coaching.live import actions as live
from coaching.outbox import actions as outbox
from coaching.people.models import Client
from coaching.practice import queries, rules, soreness
from coaching.practice.models import Assignment, Barrier, PracticeEntry, ReserveRating


class AlreadyGiven(Exception):
    """The client has this lesson already. `sentence` says what to do instead."""

    def __init__(self, lesson: Lesson | None, client: Client) -> None:
        super().__init__("given already")
        self.sentence = _("%(name)s has “%(lesson)s” already: change it instead.") % {
            "name": client.name,
            "lesson": lesson,
        }


def assign(
    *,
    client: Client,
    lesson: Lesson,
    rhythm: str = Assignment.Rhythm.MOST_DAYS,
    times_a_day: int = 1,
    note: str = "",
    starts_on: date,
    until: date | None = None,
    now: datetime,
) -> Assignment:
    """Gives a lesson to a client, who gets a letter. Days are of the client's calendar.

    Raises `AlreadyGiven` while the same lesson is active for this client.
    """
    try:
        with transaction.atomic():
            given = Assignment.objects.create(
                client=client,
                lesson=lesson,
                rhythm=rhythm,
                times_a_day=times_a_day,
                note=note,
                starts_on=starts_on,
                until=until,
                created_at=now,
            )
            _write(given, "practice.assigned", client.user, now)
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
) -> Assignment:
    """Another dosage, other days or another note. Nobody is written to: the page says it."""
    assignment.rhythm, assignment.times_a_day, assignment.note = rhythm, times_a_day, note
    assignment.starts_on, assignment.until = starts_on, until
    assignment.save(update_fields=["rhythm", "times_a_day", "note", "starts_on", "until"])
    return assignment


def stop(*, assignment: Assignment, why: str = Assignment.Why.HURTS, now: datetime) -> bool:
    """Something hurts, or stays sore (`why`, a value of Assignment.Why): the lesson rests, and the practitioner is
    told at once. False: it was not active."""
    with transaction.atomic():
        active = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ACTIVE)
        if not active.update(state=Assignment.State.STOPPED, stopped_at=now, stopped_why=why):
            return False
        practitioner = assignment.client.practitioner.user
        _write(assignment, "practice.stopped", practitioner, now, urgency=20)
        about = {"client": assignment.client_id, "assignment": str(assignment.pk)}
        live.tell(person=practitioner, kind="practice.stopped", about=about, now=now)
    return True


def pause(*, assignment: Assignment) -> None:
    """The practitioner lets a lesson rest. It waits for nobody's answer, unlike one that hurt."""
    active = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ACTIVE)
    active.update(state=Assignment.State.STOPPED, stopped_at=None, stopped_why="")


def resume(*, assignment: Assignment, now: datetime) -> None:
    """A lesson that rested or was ended is done again; the client gets a letter. Raises `AlreadyGiven`."""
    try:
        with transaction.atomic():
            resting = Assignment.objects.filter(pk=assignment.pk).exclude(state=Assignment.State.ACTIVE)
            if resting.update(state=Assignment.State.ACTIVE, stopped_at=None, stopped_why=""):
                _write(assignment, "practice.resumed", assignment.client.user, now)
    except IntegrityError as problem:
        raise AlreadyGiven(assignment.lesson, assignment.client) from problem


def end(*, assignment: Assignment) -> None:
    """The lesson is no longer asked for; the client keeps it."""
    Assignment.objects.filter(pk=assignment.pk).update(
        state=Assignment.State.ENDED, stopped_at=None, stopped_why=""
    )


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
    `sore` are 0 to 10 or None. `recording` is the version of the lesson that was heard.
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
    return entry


def _heed(entry: PracticeEntry, assignment: Assignment | None, now: datetime) -> None:
    """Stops the lesson when this note says that it should rest."""
    if assignment is None:
        return
    if rules.SHARP in entry.felt:
        stop(assignment=assignment, why=Assignment.Why.HURTS, now=now)
    elif queries.told_of_soreness(entry).is_sore and soreness.must_rest(queries.soreness_up_to(entry, assignment)):
        stop(assignment=assignment, why=Assignment.Why.SORE, now=now)


def rate_reserve(*, client: Client, week: date, value: int, now: datetime) -> ReserveRating:
    """The client's own 0 to 10 for the week of `week`; rated again, the new number holds."""
    rating, _created = ReserveRating.objects.update_or_create(
        client=client, week=rules.monday(week), defaults={"value": value, "rated_at": now}
    )
    return rating


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


def _write(assignment: Assignment, kind: str, person: User, now: datetime, urgency: int = 50) -> None:
    outbox.post(
        kind=kind,
        key=f"{kind}:{assignment.pk}:{now.isoformat()}",
        person=person,
        about={"assignment": str(assignment.pk)},
        due_at=now,
        urgency=urgency,
        now=now,
    )
