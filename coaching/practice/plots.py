"""One practice as a picture. What becomes of many is drawn in the room of progress."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def small_change(before: int, after: int) -> SafeString:
    """One practice on a line of its own, 0 to 10 from left to right."""
    start, end = 4 + before * 10.4, 4 + after * 10.4
    worse = " worse" if after > before else ""
    return format_html(
        '<svg viewBox="0 0 112 20" aria-hidden="true"><path class="axis" d="M4 10H108"/>'
        '<path class="drop{}" d="M{} 10H{}"/><circle class="before" cx="{}" cy="10" r="5.5"/>'
        '<circle class="after{}" cx="{}" cy="10" r="{}"/></svg>',
        worse,
        _n(start),
        _n(end),
        _n(start),
        worse,
        _n(end),
        "3" if before == after else "5",
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
