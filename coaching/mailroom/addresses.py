"""The addresses that we take in mail at: one mailbox, and behind a plus sign what it is for (RFC 5233).

`reply+calendar@in.example` hears what calendars answer; `reply+talk.4f1e@in.example` would be one conversation.
"""

import re

from django.conf import settings

_TAG = re.compile(r"[a-z][a-z0-9]*(\.[A-Za-z0-9_-]+)?")


def address_for(purpose: str, token: str = "") -> str | None:
    """Where mail for this purpose reaches us; None when no incoming mail is set up. Raises ValueError for a purpose
    or token that no address can carry."""
    if not settings.INBOUND_EMAIL:
        return None
    tag = f"{purpose}.{token}" if token else purpose
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{tag} cannot stand in an address.")
    local, _, domain = settings.INBOUND_EMAIL.rpartition("@")
    return f"{local}+{tag}@{domain}"


def purpose_of(address: str) -> tuple[str, str] | None:
    """The purpose and the token of one of our addresses, both "" for the bare mailbox; None for a foreign one."""
    if not settings.INBOUND_EMAIL:
        return None
    ours, _, domain = settings.INBOUND_EMAIL.rpartition("@")
    local, _, at = address.rpartition("@")
    box, _, tag = local.partition("+")
    if (box.lower(), at.lower()) != (ours.lower(), domain.lower()):
        return None
    purpose, _, token = tag.partition(".")
    return purpose.lower(), token
