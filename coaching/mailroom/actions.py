"""Taking mail in: each message once."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from coaching.mailroom import doors
from coaching.mailroom.mail import Mail, Unreadable, opened, parse
from coaching.mailroom.models import IncomingMail

log = logging.getLogger(__name__)
Outcome = IncomingMail.Outcome
KEPT_FOR = timedelta(days=90)  # longer than any provider tries again


def take_in(
    *, message: EmailMessage | bytes, door: IncomingMail.Door, now: datetime, recipients: Iterable[str] = ()
) -> IncomingMail.Outcome:
    """Take one message in; gives what became of it, the first time and every time.

    Whatever goes wrong with the database or with the room that takes it is raised: the mail must come again.
    """
    try:
        mail = opened(parse(message) if isinstance(message, bytes) else message, recipients=recipients)
    except Unreadable as error:
        log.warning("A message that came in is not readable (%s).", error)
        return Outcome.UNREADABLE
    with transaction.atomic():
        row, is_new = IncomingMail.objects.get_or_create(
            key=mail.key, defaults={"door": door, "outcome": Outcome.NOBODYS, "at": now}
        )
        if is_new:
            row.outcome = _handled(mail, now)
            row.save(update_fields=["outcome"])
    return Outcome(row.outcome)


def forget_old(*, now: datetime) -> int:
    return IncomingMail.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


def _handled(mail: Mail, now: datetime) -> IncomingMail.Outcome:
    ours = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    if mail.hand == "machine" or mail.sender == ours:  # our own letter came back
        return Outcome.MACHINE
    take = doors.who_takes(mail)
    return take(mail, now) if take else Outcome.NOBODYS
