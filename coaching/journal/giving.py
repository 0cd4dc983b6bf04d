"""Tasks from a session: what stands to be given beside a note, and the press that gives it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import QueryDict
from django.utils.translation import gettext as _

from coaching.journal import actions
from coaching.journal.models import SessionNote
from coaching.people.access import PageRequest
from coaching.people.models import Client
from coaching.practice import giving
from coaching.practice.forms_giving import GiveForm, Preset
from coaching.practice.refusals import CannotGive

PREFIX = "task"
PRESETS = [(value, label) for value, label in Preset.choices if value != Preset.OTHER]


def is_pressed(said: QueryDict) -> bool:
    return f"{PREFIX}-lesson" in said


def wanted(said: QueryDict) -> str:
    return said.get("q", "").strip()[:100]


def give(request: PageRequest, note: SessionNote) -> str:
    """Gives what was pressed. What stands against it, in a sentence for the practitioner; empty: it is given."""
    day = request.now.astimezone(note.client.zone).date()
    said = request.POST.copy()
    said[f"{PREFIX}-starts_on"] = day.isoformat()
    form = GiveForm(said, client=note.client, prefix=PREFIX)
    if not form.is_valid() or form.cleaned_data["lesson"] is None:
        return _("That cannot be given any more. This is what you have now.")
    lesson = form.cleaned_data["lesson"]
    try:
        actions.give(beside=note, lesson=lesson, now=request.now, **form.dosage)
    except CannotGive as refused:
        return refused.sentence
    messages.success(request, _("“%(lesson)s” is given. %(name)s gets a letter.") % _names(lesson, note))
    return ""


def to_give(client: Client, words: str, now: datetime) -> dict[str, Any]:
    """The lessons that could be given, those with `words` in theirs only. Three queries."""
    day = now.astimezone(client.zone).date()
    return {"offers": giving.offers(client, words, day), "presets": PRESETS, "wanted": words}


def _names(lesson: object, note: SessionNote) -> dict[str, Any]:
    return {"lesson": lesson, "name": note.client.name}
