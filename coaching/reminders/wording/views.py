"""Where the practitioner sees how every letter sounds, and gives it words of their own."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coaching.outbox import rendering
from coaching.outbox.letters import Told
from coaching.people.access import PageRequest, practitioner_required
from coaching.reminders.wording import actions, letters, queries, samples
from coaching.reminders.wording.forms import WordingForm
from coaching.reminders.wording.rules import EVERYWHERE, OURS, Words

LIGHT, DARK, PLAIN = "light", "dark", "plain"
SCREENS = [
    (LIGHT, gettext_lazy("Light screen")),
    (DARK, gettext_lazy("Dark screen")),
    (PLAIN, gettext_lazy("Plain text")),
]


@dataclass(frozen=True)
class Look:
    """A letter as its reader sees it, for a page: paragraphs are safe HTML, `text` is the plain version."""

    sender: str
    subject: str
    paragraphs: list[SafeString]
    action: str
    after: list[SafeString]
    foot: SafeString
    text: str


@practitioner_required
@require_safe
def wordings(request: PageRequest) -> HttpResponse:
    """Every kind of letter, and which of them speak in words of the practitioner's own."""
    own = queries.reworded_kinds(request.practitioner)
    rows = [
        {"kind": kind, "told": samples.example(kind.key, request.practitioner, request.now), "own": kind.key in own}
        for kind in samples.kinds()
    ]
    groups = [
        (_("To your clients"), [row for row in rows if row["kind"].to_client]),  # type: ignore[attr-defined]
        (_("To you"), [row for row in rows if not row["kind"].to_client]),  # type: ignore[attr-defined]
    ]
    return render(request, "reminders/wordings.html", {"groups": groups, "here": "settings"})


@practitioner_required
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: PageRequest, kind: str) -> HttpResponse:
    """One kind: its words and how they look. A POST saves, looks (`look`) or goes back to ours (`reset`)."""
    known = {each.key: each for each in samples.kinds()}
    if kind not in known:
        raise Http404
    ours = samples.example(kind, request.practitioner, request.now)
    form = _form(request.POST if request.method == "POST" else None, request, kind, ours)
    if request.method == "POST" and (done := _done(request, kind, form)):
        messages.success(request, done)
        return redirect("wording", kind)
    shown = form.words if form.is_bound and form.is_valid() else queries.words_of(request.practitioner, kind)
    told = letters.put_into(ours, shown, request.practitioner)
    values = letters.values_of(ours, request.practitioner)
    context = {
        "kind": known[kind],
        "form": form,
        "look": _look(told, request),
        "places": [(name, values[name]) for name in [*EVERYWHERE, *ours.values]] + [(OURS, ours.subject)],
        "own": kind in queries.reworded_kinds(request.practitioner),
        "screens": SCREENS,
        "unsaved": "look" in request.POST and not form.errors,
        "here": "settings",
    }
    return render(request, "reminders/wording.html", context, status=400 if form.errors else 200)


def _form(posted: QueryDict | None, request: PageRequest, kind: str, ours: Told) -> WordingForm:
    words = queries.words_of(request.practitioner, kind)
    initial: dict[str, Any] = {
        "subject": words.subject,
        "greeting": words.greeting,
        "opening": words.opening,
        "closing": words.closing,
    }
    return WordingForm(posted, places=list(ours.values), initial=initial)


def _done(request: PageRequest, kind: str, form: WordingForm) -> str:
    """What was changed, in a sentence; "" when nothing was."""
    practitioner = request.practitioner
    if "reset" in request.POST:
        actions.reset(practitioner=practitioner, kind=kind)
        return _("Our words are back.")
    if "look" in request.POST or not form.is_valid():
        return ""
    actions.reword(practitioner=practitioner, kind=kind, words=form.words, now=request.now)
    ours = form.words == Words()
    return _("Our words are back.") if ours else _("Saved. Letters that leave from now on say it so.")


def _look(told: Told, request: PageRequest) -> Look:
    rendered = rendering.render(told, person=request.user)
    return Look(
        sender=str(request.practitioner),
        subject=rendered.subject,
        paragraphs=[rendering.html_for_page(words) for words in [*rendering.greeting(told), *told.paragraphs]],
        action=told.action.label if told.action else "",
        after=[rendering.html_for_page(words) for words in told.after],
        foot=rendering.html_for_page(told.why),
        text=rendered.text,
    )
