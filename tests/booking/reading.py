"""What tests of pages read and type: the words of an answer, times on Marta's clock, a booking."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def plain(answer: Any) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).strip()


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November on Marta's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)


def stamp(moment: datetime) -> str:
    """As forms write an instant."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def form(start: datetime, **more: Any) -> dict[str, Any]:
    """A booking as it is posted."""
    return {"start": stamp(start), "token": str(uuid4()), **more}


def visitor(start: datetime, email: str, **more: Any) -> dict[str, Any]:
    return form(start, email=email, name="Vera Visitor", zone="Asia/Kolkata", **more)
