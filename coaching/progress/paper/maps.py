"""Where it was felt then and is felt now, on paper: figures beside each other, and the changes in words."""

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _

from coaching.progress.paper import blocks
from coaching.progress.paper.blocks import Block
from coaching.story.comparing import Change, Compared


def maps(compared: Compared) -> list[Block]:
    """Its own part of a paper."""
    made = [blocks.heading(_("Where it is felt, then and now"))]
    if compared.changes:
        made.append(blocks.figures(_columns(compared)))
    for _kind, name, changes in compared.said:
        made.append(blocks.word(name, "; ".join(_said(change) for change in changes)))
    return made


def _columns(compared: Compared) -> list[tuple[str, list[str]]]:
    changed: list[str] = [
        render_to_string(
            "story/_figure_changes.html", {"view": view, "changes": compared.changes, "place": "changed-"}
        )
        for view in compared.views
    ]
    drawn: list[tuple[str, list[str]]] = [
        (formats.date_format(each.day, "j M Y"), [_drawn(view, each.felt) for view in compared.views])
        for each in (compared.then, compared.now)
    ]
    return [*drawn, (_("What changed"), changed)]


def _drawn(view: object, marks: object) -> str:
    return render_to_string("story/_figure.html", {"view": view, "marks": marks, "place": "map-"})


def _said(change: Change) -> str:
    if not change.numbers:
        return _once_said(change)
    before, after = change.numbers
    return _("%(part)s (%(before)s of 10, then %(after)s)") % {
        "part": change.name,
        "before": before,
        "after": after,
    }


def _once_said(change: Change) -> str:
    """A part that is gone or new, with how strong it was or is."""
    if change.after is None and change.before and change.before.strength is not None:
        return _("%(part)s (was %(before)s of 10)") % {"part": change.name, "before": change.before.strength}
    if change.before is None and change.after and change.after.strength is not None:
        return _("%(part)s (%(after)s of 10)") % {"part": change.name, "after": change.after.strength}
    return change.name
