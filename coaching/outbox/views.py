"""The delivery log: what was sent to whom, and what the mail server said."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from coaching.outbox import actions, queries, words
from coaching.outbox.models import Letter
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client

PAGE = 25


@dataclass(frozen=True)
class Row:
    """A letter with its words for the page."""

    letter: Letter
    tag: str | Promise
    explained: str | Promise

    @property
    def reader(self) -> str:
        """Whose letters to choose in the log: a client's id, "me" for the practitioner, "" for nobody known."""
        if self.letter.person is None:
            return ""
        client = getattr(self.letter.person, "client", None)
        return str(client.pk) if client else "me"

    @property
    def tone(self) -> str:
        """The class of its tag: care for what did not arrive, sun for what may need a word."""
        return {Letter.State.FAILED: "care", Letter.State.UNCERTAIN: "sun"}.get(Letter.State(self.letter.state), "")


@practitioner_required
def letters(request: PageRequest) -> HttpResponse:
    """`?state=` one of `words.FILTERS`, `?person=` a client's id or "me"."""
    seen = queries.letters_seen_by(request.practitioner)
    person = _chosen_person(request)
    if person:
        seen = seen.filter(person=person)
    state = request.GET.get("state", "")
    shown = seen.filter(state__in=words.FILTERS[state][1]) if state in words.FILTERS else seen
    page = Paginator(shown.in_order(), PAGE).get_page(request.GET.get("page"))
    pulse = queries.pulse(request.now)
    # What is stopped is told on the first page of the whole log only: there it concerns everybody.
    stopped = [] if person or state or page.number > 1 else list(queries.refusing(request.practitioner))
    context = {
        "page": page,
        "rows": [_row(letter) for letter in page],
        "headline": words.week_in_words(queries.week_by_state(seen, request.now)),
        "trouble": words.pulse_in_words(pulse, zone=request.practitioner.zone),
        "pulse": pulse,
        "stopped": stopped,
        "filters": [(name, label) for name, (label, _) in words.FILTERS.items()],
        "state": state if state in words.FILTERS else "",
        "person": person,
        "here": "settings",
    }
    return render(request, "letters/log.html", context)


@practitioner_required
def letter(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.letters_seen_by(request.practitioner), pk=pk)
    readable = queries.is_readable(found, request.now)
    context = {"row": _row(found), "letter": found, "readable": readable, "here": "settings"}
    return render(request, "letters/one.html", context)


@require_POST
@practitioner_required
def lift(request: PageRequest, pk: int) -> HttpResponse:
    """Write to a stopped address of one's own people again."""
    stopped = get_object_or_404(queries.refusing(request.practitioner), pk=pk)
    actions.lift(suppression=stopped, now=request.now)
    messages.success(request, _("Letters to %s leave again.") % stopped.email)
    return redirect("letters")


def _chosen_person(request: PageRequest) -> User | None:
    chosen = request.GET.get("person", "")
    if not chosen:
        return None
    if chosen == "me":
        return request.practitioner.user
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0
    client: Client = get_object_or_404(Client.objects.of(request.practitioner).select_related("user"), pk=number)
    return client.user


def _row(letter: Letter) -> Row:
    state = Letter.State(letter.state)
    explained = words.EXPLAINED[state]
    if letter.channel == Letter.Channel.PUSH:
        explained = words.EXPLAINED_ON_PHONE.get(state, explained)
    return Row(letter, words.TAGS[state], explained)
