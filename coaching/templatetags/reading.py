"""The words of a lesson as they are read, found and played from: `{% load reading %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coaching.people import marked as marking
from coaching.people.words import as_html

register = template.Library()


@register.filter
def markdown(words: str) -> SafeString:
    """What somebody of the house wrote, with its paragraphs, lists and strong words; nothing that could harm."""
    return as_html(words)


@register.filter
def found(marked: str) -> SafeString:
    """Words that a search has marked, with the marks shown."""
    return marking.as_html(marked)


@register.simple_tag
def moment(start: float, page: str = "") -> SafeString:
    """The time of a line, to be pressed: it plays from there, on this page or another. `start` is in seconds."""
    return format_html(
        '<a class="moment" href="{}?at={}#said" data-at="{}"><span class="hide">{} </span><time>{}</time></a>',
        page,
        int(start),
        f"{start:.2f}",
        _("Play from"),
        f"{int(start) // 60}:{int(start) % 60:02d}",
    )
