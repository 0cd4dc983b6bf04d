"""Pieces of text with what was searched for marked in them: escaped first, marked after."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Around what was found, in a text that is still to be escaped.
BEGIN, END = "\ue000", "\ue001"
MARKED = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
_SIGNS = re.compile(r"[*`#]+|^\s*[-+>] ", re.MULTILINE)  # of Markdown
_AROUND = 60  # letters shown on each side of a hit in a long text


def piece(text: str) -> str:
    """What stands around the first mark of a long text; the text holds one."""
    place = text.index(BEGIN)
    start = 0 if place <= _AROUND else text.rfind(" ", 0, place - _AROUND) + 1
    end = text.find(END, place) + _AROUND
    cut = text[start:] if len(text) <= end + 20 else text[start : text.rfind(" ", 0, end)]
    return ("… " if start else "") + cut.strip() + (" …" if start + len(cut) < len(text) else "")


def as_html(marked: str) -> SafeString:
    """Marked words with `<mark>` around what was found; all else is escaped."""
    # Split at the marks, what was found stands in every second place.
    pieces = enumerate(map(unmarked, MARKED.split(marked)))
    shown = (format_html("<mark>{}</mark>", piece) if n % 2 else piece for n, piece in pieces)
    return format_html_join("", "{}", ((each,) for each in shown))


def unmarked(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "")


def without_signs(text: str) -> str:
    """Words that were written in Markdown, as a piece of them is read: without stars and dashes."""
    return _SIGNS.sub("", text)
