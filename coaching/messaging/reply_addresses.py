"""The address at which a letter about messages is answered: it names a conversation and who writes in it.

Nobody can make one up, and it runs out. All of it is in small letters, since mail programs change their size, and
short: what stands before the @ has 64 characters at most (RFC 5321, 4.5.3.1.1).
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from coaching.mailroom.addresses import address_for
from coaching.messaging.models import Conversation

PURPOSE = "talk"
GOOD_FOR = timedelta(days=60)
_EPOCH = date(2020, 1, 1)
_SIGNED = 10  # bytes of the signature: 80 bits


@dataclass(frozen=True)
class Place:
    """Where an answer belongs: `person` (a user's id) says something in `conversation`. `made_on` is a day in
    UTC."""

    conversation: int
    person: int
    made_on: date

    def is_over(self, now: datetime) -> bool:
        return now.date() - self.made_on > GOOD_FOR


def reply_address(conversation: Conversation, *, person: int, now: datetime) -> str:
    """ "" where no incoming mail is set up."""
    day = (now.date() - _EPOCH).days
    named = "-".join(int_to_base36(number) for number in (conversation.pk, person, day))
    return address_for(PURPOSE, f"{named}-{_signature(named)}") or ""


def read(token: str) -> Place | None:
    """None when we did not make this token."""
    named, _, signature = token.lower().rpartition("-")
    if not constant_time_compare(signature, _signature(named)):
        return None
    conversation, person, day = (base36_to_int(number) for number in named.split("-"))
    return Place(conversation, person, _EPOCH + timedelta(days=day))


def _signature(named: str) -> str:
    signed = salted_hmac("coaching.messaging.reply_addresses", named, algorithm="sha256").digest()
    return base64.b32encode(signed[:_SIGNED]).decode().lower()
