"""How numbers and clocks are said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.numbers import in_words, share_in_words
from accounts.zones import distance_in_words

NOVEMBER = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("number", "words"), [(0, "no"), (1, "one"), (12, "twelve"), (13, "13"), (-1, "-1")])
def test_numbers_up_to_twelve_are_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_a_share_is_said_in_words_or_in_digits_but_never_mixed() -> None:
    assert share_in_words(9, 12) == "nine of twelve"
    assert share_in_words(10, 13) == "10 of 13"


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ("Europe/London", "the same time as yours"),
        ("Europe/Vienna", "one hour ahead of you"),
        ("Asia/Kolkata", "five hours and 30 minutes ahead of you"),
        ("Asia/Kathmandu", "five hours and 45 minutes ahead of you"),
        ("America/St_Johns", "three hours and 30 minutes behind you"),
    ],
)
def test_the_distance_of_two_clocks_is_said_in_words(theirs: str, words: str) -> None:
    assert distance_in_words(ZoneInfo("Europe/Lisbon"), ZoneInfo(theirs), NOVEMBER) == words
