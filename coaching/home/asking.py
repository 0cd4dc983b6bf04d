"""Sessions that wait for the practitioner's decision, as rows of her queue."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from coaching.booking.decisions import waiting_for
from coaching.home.rules import Need, Reason
from coaching.people.models import Client, Practitioner

_TAGS = {
    "book": gettext_lazy("Asks for a session"),
    "move": gettext_lazy("Asks to move a session"),
    "cancel": gettext_lazy("Asks to cancel a session"),
    "declined": gettext_lazy("Declined in the calendar"),
    "tentative": gettext_lazy("Asks for another time in the calendar"),
}


def asking(practitioner: Practitioner, now: datetime) -> list[Need]:
    """Bookings to approve, wishes to move or cancel, invitations that a calendar declined. One query, and a second
    when there are any."""
    waiting = waiting_for(practitioner, now)
    clients = Client.objects.select_related("user").in_bulk({each.client for each in waiting}) if waiting else {}
    return [
        Need(
            client=clients[each.client],
            reason=Reason.ASKS,
            since=each.since,
            tag=str(_TAGS[each.what]),
            evidence=_("%(type)s, %(when)s. It waits for your decision.")
            % {"type": each.type_name, "when": zones.moment_in_words(each.starts_at, practitioner.zone, now)},
            verb=_("Decide"),
            url=reverse("sessions_asked"),
        )
        for each in waiting
    ]
