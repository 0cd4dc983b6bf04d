"""What tests of pages read: the words of an answer, and times on Marta's clock."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def plain(answer: Any) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).strip()


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November on Marta's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)
