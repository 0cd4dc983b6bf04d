"""The figure and its marks, as pages draw them."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coaching.story import figure
from coaching.story.comparing import Change, Kind
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


@register.simple_tag
def change_class(changes: Sequence[Change], part: str) -> str:
    """The class that colours a part on which something changed, with a space before it."""
    found = next((change for change in changes if change.part == part), None)
    return f" {found.kind}" if found else ""


@register.filter
def is_on(change: Change, view: figure.View) -> bool:
    return any(part.key == change.part for part in view.parts)


@register.simple_tag
def change_shape(kind: Kind) -> SafeString:
    """The sign of a change, around the point 0 0 and about 18 units wide: each has a shape of its own."""
    return format_html('<circle class="under" r="12"/><path class="shape" d="{}"/>', _SHAPES[kind])


@register.simple_tag
def change_sign(kind: Kind) -> SafeString:
    """The same sign in a line of words, beside the word that says it."""
    return format_html(
        '<svg class="sign {}" viewBox="-14 -14 28 28" aria-hidden="true">{}</svg>', kind, change_shape(kind)
    )


_SHAPES = {
    Kind.GONE: "M0 -7A7 7 0 1 0 0 7A7 7 0 1 0 0 -7M0 -4A4 4 0 1 1 0 4A4 4 0 1 1 0 -4",  # a ring
    Kind.EASED: "M-8 -5H8L0 8Z",  # points down
    Kind.SAME: "M-8 -5H8V-1.5H-8ZM-8 1.5H8V5H-8Z",  # an equals sign
    Kind.STILL: "M-8 -2H8V2H-8Z",  # one bar
    Kind.STRONGER: "M-8 5H8L0 -8Z",  # points up
    Kind.NEW: "M-2.2 -8H2.2V-2.2H8V2.2H2.2V8H-2.2V2.2H-8V-2.2H-2.2Z",  # a plus
}
