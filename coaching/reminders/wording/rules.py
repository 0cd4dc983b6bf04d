"""A practitioner's own words in letters, with places for names: "Dear {name},". No database, no clock."""

import re
from dataclasses import dataclass

from coaching.people.places import WrongPlace, check, fill

__all__ = ["EVERYWHERE", "OURS", "Words", "WrongPlace", "check", "fill", "one_line", "paragraphs"]

EVERYWHERE = ("name", "practitioner", "practice")
OURS = "ours"  # in a subject: what we would have written there

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Words:
    """What stands instead of ours, or beside it. Empty: as we say it."""

    subject: str = ""
    greeting: str = ""
    opening: str = ""
    closing: str = ""


def one_line(words: str) -> str:
    return " ".join(_CONTROL.sub(" ", words).split())


def paragraphs(words: str) -> list[str]:
    """Split at empty lines, each on one line."""
    blocks = re.split(r"\n\s*\n", words.replace("\r\n", "\n").replace("\r", "\n"))
    return [line for block in blocks if (line := one_line(block))]
