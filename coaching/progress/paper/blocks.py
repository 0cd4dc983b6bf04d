"""What a paper is made of, as plain data for `paper.typ`. Every word passes `clean`."""

import html
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import strip_tags

from coaching.people.words import as_html
from coaching.progress.plots.drawing import Plot

Block = dict[str, Any]

# Signs that turn the direction of what follows (Unicode UAX #9): on paper nobody can look behind them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONG = re.compile(r"(\S{24})(?=\S)")
_MAY_BREAK = "\u200b"
_ENDS = re.compile(r"</(?:p|li|h2|h3|blockquote)>|<br ?/?>")


def clean(words: object) -> str:
    """As it was typed, without what cannot be printed; a word that is too long for a line may break."""
    said = _CONTROLS.sub(" ", _TURNING.sub("", str(words)))
    return _LONG.sub(rf"\1{_MAY_BREAK}", said)


def unmarked(markdown: str) -> list[str]:
    """The paragraphs of what somebody of the house wrote, without the signs of Markdown."""
    lines = strip_tags(_ENDS.sub("\n", as_html(markdown))).split("\n")
    return [clean(html.unescape(line)) for line in lines if line.strip()]


def heading(words: object, below: object = "") -> Block:
    return {"kind": "heading", "words": clean(words), "below": clean(below)}


def paragraph(words: object, *, soft: bool = False) -> Block:
    return {"kind": "paragraph", "words": clean(words), "soft": soft}


def word(label: object, words: object) -> Block:
    """What somebody said, beside a rule; `label` says who, or what about."""
    return {"kind": "word", "label": clean(label), "words": clean(words)}


def figure(plot: Plot, label: object = "") -> Block:
    return {
        "kind": "figure",
        "svg": _for_paper(plot.svg),
        "alt": clean(plot.alt),
        "label": clean(label),
        "caption": clean(plot.caption),
    }


def keys(marks: Iterable[tuple[str, str]]) -> Block:
    """What the marks of a picture mean: pairs of a mark (SVG) and its words."""
    return {"kind": "keys", "keys": [{"svg": _for_paper(mark), "words": clean(words)} for mark, words in marks]}


# The look of plots on paper: black, grey and white alone, so that any printer holds them apart.
_INK = """
text{font-family:"Libertinus Serif";font-size:12.5px;fill:#444}
.strong{fill:#000;font-weight:bold}.mid{text-anchor:middle}.end{text-anchor:end}
.grid,.met-line{stroke:#ccc;stroke-width:.8}.axis{stroke:#555;stroke-width:1}
.before{fill:#fff;stroke:#444;stroke-width:1.5}.after,.done,.met{fill:#1b1b1b}
.drop{stroke:#1b1b1b;stroke-width:1.8}.worse{fill:#982b20}.drop.worse{stroke:#982b20}
.trend{fill:none;stroke:#1b1b1b;stroke-width:2}.trend.gap{stroke:#666;stroke-width:1.2;stroke-dasharray:1 4}
.agreed{fill:none;stroke:#1b1b1b;stroke-width:1.2}.played,.together{fill:#fff;stroke:#1b1b1b;stroke-width:1.2}
.together{fill:#ddd}
"""


# How a part is filled by how strongly it is felt, 0 to 10, and where something changed: ever darker greys.
_FELT = "".join(
    f".f{strength}{{fill:rgb({grey},{grey},{grey})}}" for strength in range(11) for grey in [226 - 17 * strength]
)
_FIGURE = (
    ".body{fill:#fff}.area{fill:none}.line{fill:none;stroke:#1b1b1b;stroke-width:1.6}"
    ".gone,.eased,.same,.still,.stronger,.new{stroke:#888;stroke-width:1}.under{fill:#fff;stroke:#555;stroke-width:1}"
    ".shape{fill:#1b1b1b;stroke:none;fill-rule:evenodd}"
)


def figures(columns: Iterable[tuple[str, list[str]]]) -> Block:
    """The figure as it was drawn on some days: pairs of a label and its sides (SVG). The words stand below it."""
    ink = _FIGURE + _FELT
    return {
        "kind": "maps",
        "columns": [
            {"label": clean(label), "sides": [_for_paper(side, ink) for side in sides]} for label, sides in columns
        ],
    }


def _for_paper(svg: str, ink: str = _INK) -> str:
    """A picture that stands alone: its size, its name space and its own ink. Its title goes to `alt`."""
    height = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg)
    size = f' width="{height[1]}" height="{height[2]}"' if height else ""
    without = re.sub(r"<title.*?</title>", "", svg, flags=re.DOTALL)
    return without.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg"{size} ', 1).replace(
        ">", f"><style>{ink}</style>", 1
    )
