"""The relapse kit: the few lessons that a client keeps for when it comes back, in the order in which to take them.

Each is played as a lesson that was given: one that is in the kit alone is given with it, for whenever it is needed,
without a letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import share_in_words
from coaching.library.models import Lesson
from coaching.media import queries as media
from coaching.people.models import Client
from coaching.practice import agreeing, holding
from coaching.practice.models import Assignment, PracticeEntry
from coaching.practice.models_arc import KitLesson
from coaching.practice.queries import ToDo

MOST = KitLesson.MOST
ENOUGH_RATED = 3
State = Assignment.State
_RANKS = {State.ACTIVE: 0, State.STOPPED: 1, State.ENDED: 2}
_OPENS = ("practice_lesson", "play", "practice_note", "practice_stop")


class TooMany(Exception):
    """More lessons than somebody in pain can choose from."""


@dataclass(frozen=True)
class Kept:
    """A lesson of the kit, with `words` when to take it, and the assignment by which it is played."""

    lesson: Lesson
    words: str
    assignment: Assignment

    @property
    def rests(self) -> bool:
        """Something hurt, or the practitioner lets it rest: it is not played before she has said a word."""
        return self.assignment.state == State.STOPPED


@dataclass(frozen=True)
class Choice:
    """A lesson that could be in the kit, and what is known of it (`reason`)."""

    lesson: Lesson
    reason: str
    is_proposed: bool
    is_kept: bool
    words: str


def of(client: Client) -> list[Kept]:
    """What the client keeps, in order. Three queries, one when the kit is empty."""
    chosen = list(client.kit.select_related("lesson__recording__file").prefetch_related("lesson__cues"))
    given = _given(client, [each.lesson_id for each in chosen])
    return [Kept(each.lesson, each.words, given[each.lesson_id]) for each in chosen if each.lesson_id in given]


def among(given: Iterable[Any]) -> list[Kept]:
    """The same, of assignments that bring along what the kit says of their lessons (`queries.todays`). No query."""
    known = [each for each in given if each.kit_place is not None]
    found = sorted(_best(known).values(), key=lambda one: one.kit_place)
    return [Kept(each.lesson, each.kit_words, each) for each in found]


def without(kept: Sequence[Kept], todo: Sequence[ToDo]) -> list[ToDo]:
    """What Today shows beside the kit: not once more what is in it and done only when needed."""
    keys = {one.assignment.pk for one in kept}
    return [each for each in todo if not (each.is_when_needed and each.assignment.pk in keys)]


def _given(client: Client, lessons: Sequence[int]) -> dict[int, Assignment]:
    """The assignment by which each lesson is played: one in force before one that ended, the latest of them."""
    if not lessons:
        return {}
    return _best(Assignment.objects.of(client).filter(lesson__in=lessons))


def _best(given: Iterable[Assignment]) -> dict[int, Any]:
    """By lesson."""
    found = sorted(given, key=lambda one: (-_RANKS[State(one.state)], one.created_at))
    return {one.lesson_id: one for one in found if one.lesson_id}


def choices(client: Client, day: date) -> list[Choice]:
    """What could be kept: lessons that the client has had by `day` and that did not hurt last, and first aid.

    What is kept comes first, in its order; then what is proposed. Six queries.
    """
    kept = {each.lesson_id: each for each in client.kit.all()}
    lower = _lower_after(client)
    found = [_choice(lesson, kept.get(lesson.pk), lower.get(lesson.pk)) for lesson in _lessons(client, day)]
    places = {lesson: place for place, lesson in enumerate(kept)}
    last = len(places)
    return sorted(
        found,
        key=lambda one: (places.get(one.lesson.pk, last), not one.is_proposed, not one.reason, one.lesson.title),
    )


def _lessons(client: Client, day: date) -> Iterable[Lesson]:
    had = Assignment.objects.of(client).filter(lesson__isnull=False, starts_on__lte=day)
    waits = had.filter(state=State.STOPPED, stopped_at__isnull=False)
    aid = Q(pk__in=Lesson.objects.of(client.practitioner).first_aid().values("pk"))
    found = Lesson.objects.filter(Q(pk__in=had.values("lesson")) | aid | Q(pk__in=client.kit.values("lesson")))
    found = found.exclude(pk__in=waits.values("lesson"))
    return found.select_related("recording__file").prefetch_related("cues")


def _lower_after(client: Client) -> dict[int, tuple[int, int]]:
    """By lesson: after how many of how many rated practices tension was lower. One query."""
    rated = PracticeEntry.objects.filter(client=client, before__isnull=False, after__isnull=False).order_by()
    counted = rated.values("lesson").annotate(whole=Count("pk"), lower=Count("pk", filter=Q(after__lt=F("before"))))
    return {row["lesson"]: (row["lower"], row["whole"]) for row in counted}


def _choice(lesson: Lesson, kept: KitLesson | None, lower: tuple[int, int] | None) -> Choice:
    helped = lower is not None and lower[1] >= ENOUGH_RATED and lower[0] * 2 > lower[1]
    return Choice(
        lesson,
        reason=_reason(lesson, lower),
        is_proposed=helped,
        is_kept=kept is not None,
        words=kept.words if kept else "",
    )


def _reason(lesson: Lesson, lower: tuple[int, int] | None) -> str:
    if lower:
        times = ngettext("%s time", "%s times", lower[1]) % share_in_words(*lower)
        return _("Tension was lower after %s.") % times
    return _("First aid, open to everybody.") if lesson.open_to_visitors else _("Never rated.")


def fill(*, client: Client, chosen: Sequence[tuple[int, str]], now: datetime) -> None:
    """The kit is these lessons (their keys, with words when to take each) in this order, and no other.

    They are of the client's `choices`. Raises `TooMany`, `HeldBack`.
    """
    if len(chosen) > MOST:
        raise TooMany
    with transaction.atomic():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        before = {each.lesson_id: each for each in client.kit.all()}
        client.kit.all().delete()
        client.kit.bulk_create(
            KitLesson(
                client=client,
                lesson_id=lesson,
                words=words[:200],
                place=place,
                added_at=_since(before, lesson, now),
            )
            for place, (lesson, words) in enumerate(chosen)
        )
        kept = [lesson for lesson, _words in chosen]
        _give_with_it(client, kept, now)
        _take_with_it(client, [each for lesson, each in before.items() if lesson not in kept], now)


def _since(before: dict[int, KitLesson], lesson: int, now: datetime) -> datetime:
    return before[lesson].added_at if lesson in before else now


def _give_with_it(client: Client, lessons: Sequence[int], now: datetime) -> None:
    """What is not in force is given, for whenever it is needed."""
    in_force = Assignment.objects.of(client).filter(lesson__in=lessons).exclude(state=State.ENDED)
    has = set(in_force.values_list("lesson", flat=True))
    missing = [lesson for lesson in lessons if lesson not in has]
    if missing:
        holding.check(client)
    day = now.astimezone(client.zone).date()
    for lesson in missing:
        given = Assignment.objects.create(
            client=client,
            lesson_id=lesson,
            rhythm=Assignment.Rhythm.WHEN_NEEDED,
            starts_on=day,
            created_at=now,
        )
        agreeing.begin(given, day)


def _take_with_it(client: Client, gone: Iterable[KitLesson], now: datetime) -> None:
    """What was given with the kit alone ends with it."""
    for each in gone:
        alone = Assignment.objects.of(client).filter(lesson=each.lesson_id, created_at=each.added_at)
        keys = list(alone.filter(rhythm=Assignment.Rhythm.WHEN_NEEDED).values_list("pk", flat=True))
        Assignment.objects.filter(pk__in=keys).update(state=State.ENDED)
        agreeing.close_all(keys, now.astimezone(client.zone).date())


def for_phone(client: Client) -> list[dict[str, Any]]:
    """What a phone needs to keep each lesson of the kit that may be played, in order. At most four queries."""
    kept = [each for each in of(client) if each.assignment.state == State.ACTIVE]
    sounds = media.sounds_of([each.lesson.recording.file for each in kept])
    return [_on_a_phone(each, sound) for each, sound in zip(kept, sounds, strict=True) if sound.sha256]


def _on_a_phone(kept: Kept, sound: Any) -> dict[str, Any]:
    key = kept.assignment.pk
    return {
        "key": str(key),
        "title": kept.lesson.title,
        "words": kept.words,
        "sound": reverse("practice_sound", args=[key]),
        "captions": reverse("practice_captions", args=[key]),
        "pages": [*(reverse(name, args=[key]) for name in _OPENS), reverse("kit")],
        "tag": sound.sha256,
        "bytes": sound.size,
    }
