"""After a session: whether it was held, and what was agreed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.booking.actions.sessions import mark
from coaching.booking.models import Appointment
from coaching.live.actions import tell


@transaction.atomic
def look_back(*, appointment: Appointment, held: bool, agreed: str, by: User, now: datetime) -> Appointment:
    """Note that it was held or missed, and what the two agreed: the client reads it too. Raises Settled."""
    session = mark(appointment=appointment, held=held, by=by, now=now)
    if session.agreed != agreed:
        session.agreed = agreed
        session.save(update_fields=["agreed"])
        people = (session.client.user, session.practitioner.user)
        for person in sorted(people, key=lambda person: person.pk):
            tell(person=person, kind="booking.changed", about={"appointment": str(session.pk)}, now=now)
    return session
