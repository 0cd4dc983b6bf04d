"""What is felt where: marks on the figure. No database, no clock, no settings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.story import figure

STRONGEST = 10
QUALITIES: dict[str, str | Promise] = {
    "tight": gettext_lazy("Tight"),
    "aching": gettext_lazy("Aching"),
    "burning": gettext_lazy("Burning"),
    "sharp": gettext_lazy("Sharp"),
    "numb": gettext_lazy("Numb"),
    "tingling": gettext_lazy("Tingling"),
    "weak": gettext_lazy("Weak"),
}


@dataclass(frozen=True)
class Mark:
    """A part of the figure, how strongly something is felt there (0 to 10, None: not said), and of which kind."""

    part: str
    strength: int | None = None
    quality: str = ""

    @property
    def name(self) -> str:
        return figure.name_of(self.part)

    @property
    def how(self) -> str:
        """ "6 of 10, burning"."""
        strength = "" if self.strength is None else _("%(n)s of 10") % {"n": self.strength}
        quality = str(QUALITIES.get(self.quality, "")).lower()
        return ", ".join(filter(None, [strength, quality]))


def marked(parts: Iterable[str], before: Sequence[Mark] = ()) -> list[Mark]:
    """These parts in the order of the figure; what was said of them before stays. Raises ValueError for a key that
    is no part."""
    known, chosen = figure.parts(), set(parts)
    if unknown := chosen - known.keys():
        raise ValueError(f"No such part of the body: {', '.join(sorted(unknown))}")
    said = {mark.part: mark for mark in before}
    return [said.get(key, Mark(key)) for key in known if key in chosen]


def described(marks: Sequence[Mark], how: Mapping[str, tuple[int | None, str]]) -> list[Mark]:
    """The marks with a strength and a quality for each part that `how` names; parts without a mark get none."""
    return [Mark(mark.part, *how[mark.part]) if mark.part in how else mark for mark in marks]


def written(marks: Sequence[Mark]) -> str:
    return json.dumps([[mark.part, mark.strength, mark.quality] for mark in marks]) if marks else ""


def read(text: str) -> list[Mark]:
    """What `written` wrote; nothing for words that are none of it, such as those of a lost key."""
    try:
        return [Mark(part, strength, quality) for part, strength, quality in json.loads(text or "[]")]
    except (ValueError, TypeError):
        return []
