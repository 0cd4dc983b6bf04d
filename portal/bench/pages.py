"""Which pages are measured, and as whom."""

from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment


@dataclass(frozen=True)
class Page:
    """`reader` is None for a visitor."""

    name: str
    path: str
    reader: User | None


def pages() -> list[Page]:
    """The main pages, for a visitor, for the practitioner with the demo's address and for her busiest client."""
    practitioner = Practitioner.objects.select_related("user").get(user__email="practitioner@demo.example")
    met = Exists(Appointment.objects.filter(client=OuterRef("pk")))
    clients = Client.objects.of(practitioner).select_related("user").filter(met, status=Client.Status.ACTIVE)
    client = clients.annotate(doings=Count("practice_entries")).order_by("-doings", "pk")[0]
    return [*_visitors(), *_clients(client), *_practitioners(practitioner, client)]


def _session(client: Client) -> Appointment:
    return Appointment.objects.filter(client=client).order_by("-starts_at")[0]


def _long_ago(client: Client) -> str:
    """A place in the middle of the client's timeline, as an address carries it."""
    entries = client.practice_entries.order_by("-noted_at")
    middle = entries[entries.count() // 2]
    return quote(f"{middle.noted_at.isoformat()}~entry-{middle.pk}")


def _visitors() -> list[Page]:
    return [Page("welcome", reverse("welcome"), None), Page("sign in", reverse("account_login"), None)]


def _clients(client: Client) -> list[Page]:
    session = _session(client)
    given = Assignment.objects.filter(client=client, state=Assignment.State.ACTIVE)[0]
    paths = {
        "today": reverse("today"),
        "book": reverse("book"),
        "book a type": reverse("book_type", args=["coaching"]),
        "sessions": reverse("sessions"),
        "one session": reverse("session", args=[session.pk]),
        "practice": reverse("practice"),
        "one lesson": reverse("practice_lesson", args=[given.pk]),
        "player": reverse("play", args=[given.pk]),
        "progress": reverse("progress"),
        "all progress": reverse("progress") + "?period=all",
        "the plan": reverse("plan_print"),
        "messages": reverse("messages"),
        "story": reverse("story"),
        "prepare a session": reverse("prepare", args=[session.pk]),
        "notes": reverse("shared_notes"),
        "settings": reverse("settings"),
    }
    return [Page(f"client: {name}", path, client.user) for name, path in paths.items()]


def _practitioners(practitioner: Practitioner, client: Client) -> list[Page]:
    session = _session(client)
    paths = {
        "today": reverse("today"),
        "diary": reverse("sessions"),
        "clients": reverse("clients"),
        "one client": reverse("client", args=[client.pk]),
        "one client, practice": f"{reverse('client', args=[client.pk])}?show=practice",
        "one client, long ago": f"{reverse('client', args=[client.pk])}?before={_long_ago(client)}",
        "note of a session": reverse("session_note", args=[session.pk]),
        "one story": reverse("story_of", args=[client.pk]),
        "one client's progress": reverse("progress_of", args=[client.pk]),
        "messages": reverse("messages"),
        "one conversation": reverse("conversation", args=[client.pk]),
        "library": reverse("library"),
        "letters": reverse("letters"),
        "settings": reverse("settings"),
    }
    return [Page(f"practitioner: {name}", path, practitioner.user) for name, path in paths.items()]
