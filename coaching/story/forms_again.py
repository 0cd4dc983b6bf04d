"""How well things go today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from coaching.story.forms import ten
from coaching.story.models import Activity


class ActivitiesForm(forms.Form):
    """A number from 0 to 10, or none, for each activity; what was said of `day` already is chosen."""

    def __init__(self, *args: Any, activities: Sequence[Activity], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._activities = activities
        for activity in activities:
            today = next((rated.value for rated in activity.ratings.all() if rated.day == day), None)
            self.fields[f"value-{activity.place}"] = ten(initial=today)

    @property
    def rows(self) -> list[tuple[Activity, forms.BoundField, int | None]]:
        """Each with the last number before."""
        return [
            (each, self[f"value-{each.place}"], each.rated[-1] if each.rated else None) for each in self._activities
        ]

    @property
    def values(self) -> dict[int, int | None]:
        return {each.place: self.cleaned_data[f"value-{each.place}"] for each in self._activities}
