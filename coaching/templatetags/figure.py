"""The figure and its marks, as pages draw them."""

from collections.abc import Sequence

from django import template

from coaching.story.felt import Mark

register = template.Library()
UNSAID = 5  # how strongly a mark is drawn of which no strength was said


@register.simple_tag
def mark_class(marks: Sequence[Mark] | str, part: str) -> str:
    """The class that colours a part, with a space before it; empty for a part without a mark."""
    found = next((mark for mark in marks or () if isinstance(mark, Mark) and mark.part == part), None)
    if found is None:
        return ""
    return f" felt f{UNSAID if found.strength is None else found.strength}"
