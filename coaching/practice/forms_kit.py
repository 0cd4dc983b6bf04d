"""The relapse kit as the practitioner puts it together, also for graduating. Nothing is saved while rows move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.numbers import in_words
from coaching.practice import kit
from coaching.practice.kit import Choice

WORDS = 200  # characters of the line when to take it


@dataclass
class Row:
    """A lesson that can be ticked, with its line."""

    choice: Choice
    is_kept: bool
    words: str


class KitForm(forms.Form):
    """Ticks (`keep`), a line for each (`words-<key>`), and the order in which the rows stand (`order`)."""

    def __init__(self, data: QueryDict | None, *, choices: Sequence[Choice], proposes: bool = False) -> None:
        super().__init__(data)
        fresh = proposes and not any(each.is_kept for each in choices)
        proposed = [each.lesson.pk for each in choices if each.is_proposed][: kit.MOST] if fresh else []
        rows = [Row(each, each.is_kept or each.lesson.pk in proposed, each.words) for each in choices]
        self.rows = self._as_sent(rows, data) if data is not None else rows

    def _as_sent(self, rows: list[Row], data: QueryDict) -> list[Row]:
        ticked, order = set(data.getlist("keep")), data.get("order", "").split(",")
        places = {key: place for place, key in enumerate(order)}
        for row in rows:
            key = str(row.choice.lesson.pk)
            row.is_kept, row.words = key in ticked, data.get(f"words-{key}", "").strip()[:WORDS]
        rows.sort(key=lambda row: places.get(str(row.choice.lesson.pk), len(places)))
        return self._moved(rows, data)

    def _moved(self, rows: list[Row], data: QueryDict) -> list[Row]:
        """One row up or down, where that was pressed."""
        for name, by in (("up", -1), ("down", 1)):
            keys = [str(row.choice.lesson.pk) for row in rows]
            if (key := data.get(name, "")) in keys:
                here = keys.index(key)
                there = min(max(here + by, 0), len(rows) - 1)
                rows.insert(there, rows.pop(here))
        return rows

    @property
    def is_only_moving(self) -> bool:
        return bool({"up", "down"} & set(self.data))

    @property
    def order(self) -> str:
        return ",".join(str(row.choice.lesson.pk) for row in self.rows)

    @property
    def chosen(self) -> list[tuple[int, str]]:
        return [(row.choice.lesson.pk, row.words) for row in self.rows if row.is_kept]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        more = len(self.chosen) - kit.MOST
        if more > 0:
            words = ngettext("Take one out.", "Take %(more)s out.", more) % {"more": in_words(more)}
            self.add_error(None, _("Six are the most: in pain nobody chooses from many. %s") % words)
        return cleaned


class GraduateForm(KitForm):
    words = forms.CharField(
        label=gettext_lazy("A word to take along"),
        help_text=gettext_lazy("It stands in the letter and on their Today. You may leave it empty."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
