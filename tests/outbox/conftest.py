"""Letters to send, and where they arrive."""

from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from django.conf import settings

from coaching.outbox import letters
from coaching.outbox.letters import Action, Told, absolute
from coaching.outbox.models import Letter
from tests.outbox.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture(autouse=True)
def _a_kind_of_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room of the test's own tells letters of the kind "test.hello"."""
    monkeypatch.setattr(letters, "_tells", {**letters._tells, "test.hello": _hello})


def _hello(letter: Letter, now: object) -> Told | None:
    if letter.about.get("over"):
        return None
    if letter.about.get("broken"):
        raise KeyError("what it was about")
    return Told(
        subject=letter.about.get("subject", "A word from Marta"),
        greeting_name="Teresa",
        paragraphs=["The **first** line.", ".A line that starts with a dot, and [a link](https://example.org/a)."],
        action=Action("Open the page", absolute("/today/")),
        why="You get this because it is a test.",
    )


@pytest.fixture
def dead_broker() -> Iterator[None]:
    """Celery with nobody at the other end."""
    with Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False) as app:
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        current = current_app._get_current_object()
        app.set_current()
        yield
        current.set_current()
