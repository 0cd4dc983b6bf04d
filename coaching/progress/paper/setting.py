"""From blocks to a PDF that screen readers can read too (PDF/UA-1), set within some hundredths of a second."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coaching.progress.paper.blocks import Block, clean

_TEMPLATE = Path(__file__).parent / "paper.typ"
_LETTER = ("America/", "US/", "Canada/")  # zones whose printers hold US Letter; elsewhere it is A4


@dataclass(frozen=True)
class Paper:
    """`day` is the day it was made, in words; `house` the practice's name; `zone` where it is printed."""

    title: str
    house: str
    day: str
    zone: ZoneInfo
    blocks: Sequence[Block]
    columns: int = 1


def as_pdf(paper: Paper) -> bytes:
    """Letters that typst's own fonts do not hold are taken from the machine's; where those do not hold them either,
    the paper says that some are missing."""
    # Sixteen megabytes that nobody needs before the first paper: loaded with it, so that starting stays quick.
    import typst

    for system_fonts in (False, True):
        try:
            return _compile(paper, [], system_fonts=system_fonts, strict=True)
        except typst.TypstError as refused:
            if "could not be displayed" not in str(refused):
                raise
    missing = _("Some letters could not be printed here. They stand on the page in the portal.")
    return _compile(paper, [{"kind": "paragraph", "words": missing, "soft": True}], system_fonts=True, strict=False)


def _compile(paper: Paper, more: list[Block], *, system_fonts: bool, strict: bool) -> bytes:
    """`strict`: by PDF/UA-1, which refuses a letter that no font holds."""
    import typst

    said = {
        "title": clean(paper.title),
        "house": clean(paper.house),
        "day": paper.day,
        "lang": (get_language() or "en").partition("-")[0],
        "paper": "us-letter" if str(paper.zone).startswith(_LETTER) else "a4",
        "columns": paper.columns,
        "blocks": [*paper.blocks, *more],
    }
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        format="pdf",
        sys_inputs={"data": json.dumps(said)},
        ignore_system_fonts=not system_fonts,
        pdf_standards="ua-1" if strict else None,
    )
