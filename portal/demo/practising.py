"""What a client is given, and what they do with it: most days better, some days not, and some days nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from coaching.library.models import Lesson
from coaching.practice import actions as practice
from coaching.practice.hearing import Sitting, listened
from coaching.practice.models import Assignment, PracticeEntry
from coaching.practice.unfolding import give_program
from portal.demo.cast import Gift, Habit, Note
from portal.demo.history import QUIET
from portal.demo.life import Life

GIVEN_AT, ENDED_AT = time(12, 10), time(12, 5)
AROUND = 35  # minutes, how punctual people are
WORSE, SAME = 0.12, 0.3  # how often a lesson leaves one tenser, and as one was
SAYS_SOMETHING = 0.14
NOT_NOTED = 0.08  # done, but nothing said about it
NOT_PLAYED = 0.15  # said, but done by heart

Felt = PracticeEntry.Felt


def plan(life: Life) -> None:
    for gift in life.person.given:
        life.history.at(life.desk.instant(gift.day, GIVEN_AT), partial(_give, life, gift))
    for note in life.person.entries:
        life.history.at(life.calendar.instant(note.day, note.at), partial(_note, life, note))
    if life.person.habit:
        _plan_habit(life, life.person.habit)


def _give(life: Life, gift: Gift, now: datetime) -> None:
    how: dict[str, Any] = {
        "rhythm": gift.rhythm,
        "times_a_day": gift.times,
        "note": gift.note,
        "starts_on": life.today(now),
    }
    if gift.lesson:
        lesson = life.house.lessons[gift.lesson]
        assignment = practice.assign(client=life.client, lesson=lesson, now=now, **how)
    else:
        assignment = give_program(client=life.client, program=life.house.program, now=now, **how)
    life.given.append((gift, assignment))
    if gift.ended is not None:
        life.history.at(life.desk.instant(gift.ended, ENDED_AT), partial(_end, assignment))


def _end(assignment: Assignment, now: datetime) -> object:
    practice.end(assignment=assignment, now=now)
    return QUIET


def _plan_habit(life: Life, habit: Habit) -> None:
    """Which days, and when on them, is decided here; with which lesson, when the day comes."""
    words = list(reversed(habit.words))
    for offset in range(habit.since, habit.until + 1):
        ahead = (offset - habit.since) / max(1, habit.until - habit.since)
        often = habit.often + ahead * ((habit.slowing if habit.slowing is not None else habit.often) - habit.often)
        late = timedelta(minutes=life.chance.randint(-AROUND, AROUND))
        doing = partial(_do, life, habit, ahead, words)
        last = offset == habit.until < -1  # whoever stopped did so on that day
        if (last or life.chance.random() < often) and not _in_a_gap(habit, offset):
            life.history.if_past(life.calendar.instant(offset, habit.at) + late, doing)


def _in_a_gap(habit: Habit, offset: int) -> bool:
    return any(first <= offset <= last for first, last in habit.gaps)


def _do(life: Life, habit: Habit, ahead: float, words: list[str], now: datetime) -> object:
    """One doing of the lesson whose turn it is."""
    given = _to_do(life, now)
    if not given:
        return QUIET
    assignment = given[life.today(now).toordinal() % len(given)]
    lesson, chance = life.house.lessons[str(assignment.lesson)], life.chance
    played = chance.random() > NOT_PLAYED
    if played:
        _play(life, lesson, now)
    if played and chance.random() < NOT_NOTED:
        return QUIET
    before, after = _tension(life, habit, ahead)
    said = words.pop() if words and chance.random() < SAYS_SOMETHING else ""
    _write_down(life, lesson, assignment, (before, after), _felt(life, before, after), said, now)
    return None if assignment.part_of else QUIET  # the next lesson of the program may have opened, and be told of


def _to_do(life: Life, now: datetime) -> list[Assignment]:
    """What is given on that day; what is for bad hours only now and then."""
    day, chance = life.today(now), life.chance.random()
    running = Assignment.objects.of(life.client).running(day).filter(lesson__isnull=False)
    running = running.select_related("lesson", "part_of__program")
    when_needed = Assignment.Rhythm.WHEN_NEEDED
    planned = [each for each in running if each.rhythm != when_needed]
    spare = [each for each in running if each.rhythm == when_needed]
    return spare if spare and (not planned or chance < 0.1) else planned


def _play(life: Life, lesson: Lesson, now: datetime) -> None:
    """Mostly to the end; sometimes the telephone rings."""
    length = lesson.recording.file.duration or 240.0
    whole = life.chance.random() < 0.85
    heard = length if whole else round(length * life.chance.uniform(0.3, 0.8), 1)
    sitting = Sitting(uuid=life.token(), told=1, spans=[(0.0, heard)], position=heard, finished=whole, at=now)
    listened(client=life.client, lesson=lesson, recording=lesson.recording, sitting=sitting)


def _tension(life: Life, habit: Habit, ahead: float) -> tuple[int, int]:
    chance = life.chance
    level = habit.before[0] + ahead * (habit.before[1] - habit.before[0])
    before = round(level + chance.gauss(0, 0.8))
    kind = chance.random()
    change = 1 if kind < WORSE else 0 if kind < SAME else -max(1, round(habit.drop + chance.gauss(0, 0.6)))
    return _on_the_scale(before), _on_the_scale(_on_the_scale(before) + change)


def _on_the_scale(value: int) -> int:
    return max(0, min(10, value))


def _felt(life: Life, before: int, after: int) -> Sequence[str]:
    if after > before:
        return life.chance.choice([(Felt.SORE,), (Felt.NOTHING,), ()])
    if after == before:
        return life.chance.choice([(Felt.NOTHING,), (), (Felt.LONGER,)])
    return life.chance.choice(
        [(Felt.SOFTER,), (Felt.WARMER,), (Felt.SOFTER, Felt.LONGER), (Felt.WARMER, Felt.SOFTER)]
    )


def _note(life: Life, note: Note, now: datetime) -> object:
    """An entry that has its place in the story; sharper pain stops the lesson."""
    lesson = life.house.lessons[note.lesson]
    assignment = Assignment.objects.of(life.client).running(life.today(now)).filter(lesson=lesson).first()
    _play(life, lesson, now)
    _write_down(life, lesson, assignment, (note.before, note.after), note.felt, note.words, now)
    return None


def _write_down(
    life: Life,
    lesson: Lesson,
    assignment: Assignment | None,
    tension: tuple[int, int],
    felt: Sequence[str],
    words: str,
    now: datetime,
) -> None:
    practice.note(
        client=life.client,
        lesson=lesson,
        assignment=assignment,
        day=life.today(now),
        before=tension[0],
        after=tension[1],
        felt=[str(each) for each in felt],
        words=words,
        token=life.token(),
        now=now,
        ease=_ease(life, tension, now),
    )


def _ease(life: Life, tension: tuple[int, int], now: datetime) -> tuple[int | None, int | None]:
    """Some say that too, on some days: it is easier where it is less tense, mostly."""
    before, after = tension
    if life.person.number % 3 != 1 or life.today(now).toordinal() % 2:
        return (None, None)
    return (_on_the_scale(8 - before), _on_the_scale(8 - after + (before + after) % 2))
