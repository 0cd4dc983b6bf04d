"""No lesson is given while a safety sign of the client's story waits for a decision, or for a doctor."""

from coaching.people.models import Client
from coaching.practice.refusals import HeldBack
from coaching.story.signs import holds_back


def check(client: Client) -> None:
    """Raises `HeldBack`. In the caller's transaction, until whose end no sign is told: neither slips
    by the other."""
    if holds_back(client=client):
        raise HeldBack(client)
