"""How loud a recording is, drawn: `{% load sounds %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coaching.media.models import StoredFile
from coaching.media.rules import minutes_and_seconds

register = template.Library()

LINES = 48
_WIDTH, _HEIGHT = 240, 36
_LEAST = 1.2  # half the height of a line where it is silent, or not known yet


@register.simple_tag
def wave(file: StoredFile) -> SafeString:
    """Upright lines, and the same once more for what was heard, which `voice-note.js` uncovers."""
    path = _lines(file.peaks)
    return format_html(
        '<svg class="peaks" viewBox="0 0 240 36" preserveAspectRatio="none" aria-hidden="true">'
        '<clipPath id="heard-{0}"><rect width="0" height="36"/></clipPath>'
        '<path d="{1}"/><path class="heard" d="{1}" clip-path="url(#heard-{0})"/></svg>',
        file.pk,
        path,
    )


def _lines(peaks: list[int]) -> str:
    step = _WIDTH / LINES
    halves = [max(_LEAST, _loudest(peaks, place) / 100 * (_HEIGHT / 2 - 2)) for place in range(LINES)]
    return "".join(
        f"M{(place + 0.5) * step:.1f} {_HEIGHT / 2 - half:.1f}V{_HEIGHT / 2 + half:.1f}"
        for place, half in enumerate(halves)
    )


def _loudest(peaks: list[int], place: int) -> int:
    first = place * len(peaks) // LINES
    return max(peaks[first : max(first + 1, (place + 1) * len(peaks) // LINES)], default=0)


@register.filter
def lasts(file: StoredFile) -> str:
    """ "0:48"; empty while that is not known."""
    return minutes_and_seconds(file.duration) if file.duration else ""
