"""A mailbox for what comes in, and somebody who answers for a purpose of its own."""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

import pytest
from django.conf import LazySettings

from coaching.mailroom import doors
from coaching.mailroom.doors import Outcome
from coaching.mailroom.mail import Mail


@pytest.fixture(autouse=True)
def _mailbox(settings: LazySettings) -> None:
    settings.INBOUND_EMAIL = "reply@in.example"


class Desk:
    """Takes mail for "desk", and raises whatever it is told to raise, once each."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.trouble: list[Exception] = []

    def take(self, mail: Mail, now: datetime) -> Outcome:
        if self.trouble:
            raise self.trouble.pop()
        self.taken.append(mail)
        return Outcome.TAKEN


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    doors.answers("desk")(made.take)
    yield made
    del doors._takes["desk"]


def letter(
    *, sender: str = "teresa@example.org", to: str = "reply+desk@in.example", number: int = 1, **head: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Hello"
    message["Message-ID"] = f"<{number}@program.example>"
    for name, value in head.items():
        message[name.replace("_", "-")] = value
    message.set_content("Good morning.")
    return message
