"""The delivery log: what was sent to whom, and what the mail server said."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise

from accounts.models import User
from coaching.outbox import queries, words
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
    context = {
        "page": page,
        "rows": [_row(letter) for letter in page],
        "headline": words.week_in_words(queries.week_by_state(seen, request.now)),
        "trouble": words.pulse_in_words(pulse, zone=request.practitioner.zone, now=request.now),
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
    return Row(letter, words.TAGS[state], words.EXPLAINED[state])
