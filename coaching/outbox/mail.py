"""Django's mail, and with it allauth's, becomes letters: nothing but the outbox talks to a mail server."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.outbox import actions, letters, rules
from coaching.outbox.rendering import forget_words, render

_ADDRESS = re.compile(r"https?://[^\s<>]+")


class OutboxBackend(BaseEmailBackend):
    """Posts one letter for each recipient, already written: its words exist only now (a code, for instance)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Like Django's own: gives the number of messages. Here the clock enters."""
        now = timezone.now()
        with transaction.atomic():
            for message in email_messages:
                for email in message.recipients():
                    _post(message, email=email, now=now)
        return len(email_messages)


def _post(message: EmailMessage, *, email: str, now: datetime) -> None:
    person = User.objects.filter(email__iexact=email).first()
    rendered = render(_told(message), person=person, change=False)
    forget_words()
    new = actions.NewLetter(
        kind=letters.ACCOUNT,
        key=f"{letters.ACCOUNT}:{uuid.uuid4()}",
        person=person,
        email=email,
        about={},
        due_at=now,
        not_after=now + rules.ACCOUNT_USEFUL,
        urgency=10,
        secret=True,
        written=_words(rendered.subject, rendered.text, rendered.html, rendered.why),
    )
    actions.post_new(new, now=now)


def _told(message: EmailMessage) -> letters.Told:
    blocks = [block.strip() for block in re.split(r"\n\s*\n", str(message.body)) if block.strip()]
    return letters.Told(
        subject=str(message.subject),
        paragraphs=[_paragraph(block) for block in blocks],
        why=_("You get this because someone, most likely you, did something with your account."),
        preheader=_("About your account."),  # a lock screen shows this: never the code
    )


def _paragraph(block: str) -> str:
    """Plain text as Markdown that says the same: signs made harmless, codes strong, addresses clickable."""
    if re.fullmatch(r"\d{4,10}", block):
        return f"**{block}**"
    lines = [_linked(line) for line in block.splitlines()]
    return "\n".join(lines)


def _linked(line: str) -> str:
    end, parts = 0, []
    for found in _ADDRESS.finditer(line):
        parts += [letters.as_is(line[end : found.start()]), f" <{found.group()}> "]
        end = found.end()
    return "".join([*parts, letters.as_is(line[end:])]).strip()


def _words(subject: str, text: str, html: str, why: str) -> dict[str, Any]:
    return {"subject": subject[:250], "text": text, "html": html, "why": why[:300]}
