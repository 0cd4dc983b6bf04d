"""A practitioner's own words, with places for names: "Dear {name},". No database, no clock.

A place is a name in curly brackets and nothing else: no formatting, no attributes, nothing that is run.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

EVERYWHERE = ("name", "practitioner", "practice")
OURS = "ours"  # in a subject: what we would have written there

_PLACE = re.compile(r"\{([^{}]*)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Words:
    """What stands instead of ours, or beside it. Empty: as we say it."""

    subject: str = ""
    greeting: str = ""
    opening: str = ""
    closing: str = ""


class WrongPlace(ValueError):
    """Something in curly brackets that we do not know. `sentence` says what can be used."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check(words: str, *, allowed: Collection[str]) -> None:
    """Raises WrongPlace, with a sentence for the first thing that is wrong."""
    usable = ", ".join(f"{{{name}}}" for name in allowed)
    for found in _PLACE.findall(words):
        if found not in allowed:
            said = {"wrong": f"{{{found}}}", "usable": usable}
            raise WrongPlace(_("We cannot fill in %(wrong)s. You can use %(usable)s.") % said)
    if re.search(r"[{}]", _PLACE.sub("", words)):
        raise WrongPlace(_("A curly bracket stands alone. You can use %s.") % usable)


def fill(words: str, values: Mapping[str, str]) -> str | None:
    """`words` with every place filled, once over: what a value holds is never filled in again.

    None when a place cannot be filled.
    """
    if any(name not in values for name in _PLACE.findall(words)):
        return None
    return _PLACE.sub(lambda found: values[found.group(1)], words)


def one_line(words: str) -> str:
    return " ".join(_CONTROL.sub(" ", words).split())


def paragraphs(words: str) -> list[str]:
    """Split at empty lines, each on one line."""
    blocks = re.split(r"\n\s*\n", words.replace("\r\n", "\n").replace("\r", "\n"))
    return [line for block in blocks if (line := one_line(block))]
