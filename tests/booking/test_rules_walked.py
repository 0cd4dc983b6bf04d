"""Free times against the oracle. SLOT_EXAMPLES says how many questions are asked: 20,000 before a big change."""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from coaching.booking.intervals import merged
from coaching.booking.rules import free_slots, is_free
from tests.booking.oracle import CHANGES, MINUTE, Question, changes_of, labels, oracle, questions

EXAMPLES = int(os.environ.get("SLOT_EXAMPLES", "200"))
asked_often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(questions())
@asked_often
def test_what_is_listed_is_what_a_walk_along_the_clock_finds(question: Question) -> None:
    slots = free_slots(**question.asked)
    for label in labels(question, slots):
        event(label)
    event(question.asked["hours"].zone.key)
    assert slots == oracle(question)


@given(
    questions(), st.integers(-10, 10), st.sampled_from([timedelta(), timedelta.resolution, -timedelta.resolution])
)
@asked_often
def test_what_is_listed_can_be_booked_and_what_is_not_is_refused(
    question: Question, minutes: int, odd: timedelta
) -> None:
    asked = dict(question.asked)
    since, until = asked.pop("since"), asked.pop("until")
    listed = {slot.start for slot in free_slots(**asked, since=since, until=until)}
    probes = {since + n * 35 * MINUTE for n in range(int((until - since) / MINUTE) // 35)}
    near = {start + minutes * MINUTE + odd for start in listed}
    for start in {*listed, *probes, *near}:
        if since <= start < until:
            assert is_free(**asked, start=start) == (start in listed)


def test_the_questions_reach_what_is_hard() -> None:
    """Each of these, within 150 questions."""
    hard = (
        "a change within the range",
        "begins on a change",
        "ends on a change",
        "a slot over a change",
        "a slot over midnight",
        "a full day or week",
    )
    seen: Counter[str] = Counter()

    @given(questions())
    @settings(asked_often, max_examples=150, database=None, derandomize=True, phases=[Phase.generate])
    def ask(question: Question) -> None:
        seen.update(labels(question, free_slots(**question.asked)))

    ask()
    assert {label for label in hard if not seen[label]} == set()


def test_the_zones_change_when_the_list_says() -> None:
    """Where tzdata comes to know better, another date has to be chosen here; these never change again."""
    still = {"Asia/Kathmandu", "Asia/Kolkata", "America/Vancouver"}
    unchanged = {name for name, day in CHANGES if not changes_of(ZoneInfo(name), day)}
    assert unchanged <= still


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_merging_keeps_the_same_time(pairs: list[tuple[int, int]]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    result = merged((start + a * MINUTE, start + b * MINUTE) for a, b in pairs)
    covered = {n for n in range(60) if any(a <= start + n * MINUTE < b for a, b in result)}
    assert covered == {n for a, b in pairs for n in range(a, b)}
    assert all(b < c for (_, b), (c, _) in pairwise(result))
