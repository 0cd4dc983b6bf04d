"""What every page of the house shows around its content."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from coaching.people.access import who
from coaching.people.models import Client, Practice


def house(request: HttpRequest) -> dict[str, Any]:
    return {"house": SimpleLazyObject(lambda: _house(request))}


def _house(request: HttpRequest) -> dict[str, Any]:
    person = who(request)
    practice = person.practitioner.practice if isinstance(person, Client) else getattr(person, "practice", None)
    return {"person": person, "practice": practice or Practice.objects.first()}
