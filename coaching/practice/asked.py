"""What a page of a client's is asked for: the assignment in its address, the day, and what the address carries."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404

from coaching.people.access import PageRequest
from coaching.practice import queries
from coaching.practice.models import Assignment
from coaching.story.queries import stories_held

_NUMBERS = {str(number) for number in range(11)}
BEFORE = ("before", "ease_before")  # said before beginning, carried along to the note


def today(request: PageRequest) -> date:
    """The day of the client's calendar."""
    return request.now.astimezone(request.client.zone).date()


def assignment(request: PageRequest, pk: UUID) -> Assignment:
    """One of the client's own, with `waits`: whether a safety sign holds lessons back. Anybody else's is a 404."""
    waits = Exists(stories_held().filter(client=OuterRef("client")))
    return get_object_or_404(queries.assignments_of(request.client).annotate(waits=waits), pk=pk)


def before(request: PageRequest) -> dict[str, int]:
    """The numbers named before beginning, as the address carries them; nonsense is nothing."""
    said = {name: request.GET.get(name, "") for name in BEFORE}
    return {name: int(number) for name, number in said.items() if number in _NUMBERS}


def second(request: PageRequest) -> int:
    """The second from which to play, as the address says; 0 when it says none, or nonsense."""
    said = request.GET.get("at", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def with_query(address: str, said: dict[str, int]) -> str:
    return f"{address}?{urlencode(said)}" if said else address
