"""Telling the story, step by step or at once, and what the practitioner does with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.sealed import kept
from accounts.wall import monday_of
from coaching.outbox.actions import post
from coaching.people.models import Client, Practitioner
from coaching.story import felt, happenings, queries, rules
from coaching.story.keeping import hold, save, tell_practitioner, write_practitioner
from coaching.story.models import (
    Activity,
    ActivityRating,
    BodyMap,
    Consent,
    ReserveRating,
    Story,
    StoryAnswer,
    StoryQuestion,
    StoryReading,
)
from coaching.story.signs import answer_signs as answer_signs
from coaching.story.signs import decide as decide
from coaching.story.signs import see_signs as see_signs


@dataclass(frozen=True)
class Wanted:
    """Something that a client wants to be able to do, and how well it goes today: 0 to 10, None: not said."""

    words: str
    value: int | None = None


# Opening the same story again within this is the same reading.
ONE_READING = timedelta(minutes=15)


def answer(*, client: Client, step: str, now: datetime, **answers: str) -> Story:
    """Save the answers of one step ("happened", "began", "helps" or "days"), as fields of Story."""
    with transaction.atomic():
        story = hold(client, now)
        for name, value in answers.items():
            setattr(story, name, kept(getattr(story, name), value))
        save(story, step, now, *answers)
    return story


def mark(*, client: Client, parts: Iterable[str], words: str, now: datetime) -> Story:
    """Save where it is felt: parts of the figure, and words. How it is felt is asked next, where that is not said.

    Raises ValueError for a key that is no part.
    """
    with transaction.atomic():
        story = hold(client, now)
        drawn = queries.map_to_draw(story, queries.day_of(client, now))
        marks = felt.marked(parts, drawn.felt)
        _draw(drawn, marks, now)
        story.where = kept(story.where, words)
        asks_how = any(each == felt.Mark(each.part) for each in marks)
        story.answered = [*(step for step in story.answered if step != "how"), *([] if asks_how else ["how"])]
        save(story, "where", now, "where")
    return story


def say_how(*, client: Client, how: Mapping[str, tuple[int | None, str]], now: datetime) -> Story:
    """Save how strongly, and of which kind, it is felt in each part that is marked."""
    with transaction.atomic():
        story = hold(client, now)
        drawn = queries.map_to_draw(story, queries.day_of(client, now))
        _draw(drawn, felt.described(drawn.felt, how), now)
        save(story, "how", now)
    return story


def answer_question(*, client: Client, question: StoryQuestion, words: str, now: datetime) -> Story:
    """Save the answer to a question of the practitioner's own. Raises ValueError for another practitioner's."""
    if question.practitioner_id != client.practitioner_id:
        raise ValueError("A client answers the questions of their own practitioner.")
    with transaction.atomic():
        story = hold(client, now)
        new = {"words": words, "answered_at": now}
        answer, is_new = StoryAnswer.objects.get_or_create(story=story, question=question, defaults=new)
        if not is_new:
            answer.words, answer.answered_at = kept(answer.words, words), now
            answer.save(update_fields=["words", "answered_at"])
        save(story, question.step, now)
    return story


def want(*, client: Client, activities: Sequence[Wanted], words: str, now: datetime) -> Story:
    """Save what the client wants to be able to do: in each place an activity or nothing, and words.

    What is emptied goes, with its ratings. A value rates it for today.
    """
    with transaction.atomic():
        story = hold(client, now)
        for place, wanted in enumerate(activities):
            _want(client, place, wanted, now)
        story.wish = kept(story.wish, words)
        save(story, "wish", now, "wish")
    return story


def _want(client: Client, place: int, wanted: Wanted, now: datetime) -> None:
    if not wanted.words:
        Activity.objects.filter(client=client, place=place).delete()
        return
    activity, _is_new = Activity.objects.get_or_create(client=client, place=place, defaults={"named_at": now})
    activity.words = kept(activity.words, wanted.words)
    activity.save(update_fields=["words"])
    if wanted.value is not None:
        day = queries.day_of(client, now)
        ActivityRating.objects.update_or_create(activity=activity, day=day, defaults={"value": wanted.value})


def agree(*, client: Client, version: str, now: datetime) -> Story:
    """`client` agrees to the wording called `version`, and gets a copy of it."""
    with transaction.atomic():
        story = hold(client, now)
        Consent.objects.get_or_create(client=client, version=version, defaults={"given_at": now})
        post(
            kind="story.agreed",
            key=f"story.agreed:{client.pk}:{version}",
            person=client.user,
            about={"story": story.pk, "version": version},
            due_at=now,
            now=now,
        )
        save(story, "consent", now)
    return story


def hand_over(*, client: Client, now: datetime) -> Story:
    """The client says: this is my story. The practitioner is told once; later changes are just there."""
    with transaction.atomic():
        story = hold(client, now)
        if story.told_at is None:
            story.told_at = now
            story.save(update_fields=["told_at"])
            tell_practitioner(story, kind="story.told", now=now)
            write_practitioner(story, kind="story.told", key=f"story.told:{story.pk}", now=now)
    return story


def tell_story(
    *,
    client: Client,
    happened: str,
    since: str = "",
    cause: str = Story.Cause.UNKNOWN,
    where: str = "",
    marks: Sequence[felt.Mark] = (),
    eases: str = "",
    worsens: str = "",
    work: str = "",
    sleep: str = "",
    wish: str = "",
    activities: Sequence[Wanted] = (),
    reserve: int | None = None,
    signs: Iterable[str] = (),
    consent: str = rules.CONSENT_VERSION,
    now: datetime,
) -> Story:
    """The whole story at once: every step answered, agreed to and handed over. What is on the line of years
    stays."""
    with transaction.atomic():
        answer(client=client, step="happened", happened=happened, since=since, now=now)
        happenings.leave_so(client=client, now=now)
        answer(client=client, step="began", cause=cause, now=now)
        mark(client=client, parts=[each.part for each in marks], words=where, now=now)
        say_how(client=client, how={each.part: (each.strength, each.quality) for each in marks}, now=now)
        answer(client=client, step="helps", eases=eases, worsens=worsens, now=now)
        answer(client=client, step="days", work=work, sleep=sleep, now=now)
        want(client=client, activities=activities, words=wish, now=now)
        say_reserve(client=client, value=reserve, now=now)
        answer_signs(client=client, signs=signs, now=now)
        agree(client=client, version=consent, now=now)
        return hand_over(client=client, now=now)


def say_reserve(*, client: Client, value: int | None, now: datetime) -> Story:
    """In the story: this week's reserve, 0 to 10, or None where it is left empty."""
    with transaction.atomic():
        story = hold(client, now)
        if value is not None:
            rate_reserve(client=client, week=queries.day_of(client, now), value=value, now=now)
        save(story, "reserve", now)
    return story


def rate_reserve(*, client: Client, week: date, value: int, now: datetime) -> ReserveRating:
    """The client's own 0 to 10 for the week of `week`; rated again, the new number holds."""
    rating, _created = ReserveRating.objects.update_or_create(
        client=client, week=monday_of(week), defaults={"value": value, "rated_at": now}
    )
    return rating


def note_reading(*, story: Story, practitioner: Practitioner, now: datetime) -> None:
    """Remember that `practitioner` opened the story; the client can see it."""
    lately = StoryReading.objects.filter(story=story, practitioner=practitioner, at__gt=now - ONE_READING)
    if not lately.exists():
        StoryReading.objects.create(story=story, practitioner=practitioner, at=now)


def _draw(drawn: BodyMap, marks: Sequence[felt.Mark], now: datetime) -> None:
    """An empty map is kept where there was another before: that nothing is felt any more is the best of news."""
    if not marks and not drawn.felt and drawn.pk is None:
        return
    drawn.marks, drawn.drawn_at = felt.written(marks), now
    drawn.save()
