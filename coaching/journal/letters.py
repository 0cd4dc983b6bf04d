"""The letter about what a practitioner wrote down for a client: that it is there, never what it says."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.journal import queries
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Client, Practitioner


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    return _told(examples.client(practitioner, now))


@tells("journal.shared", sample=_sample)
def shared(letter: Letter, now: datetime) -> Told | None:
    """None when it was taken back meanwhile."""
    clients = Client.objects.select_related("user", "practitioner__user")
    client = clients.filter(pk=letter.about["client"]).first()
    if client is None or not queries.shared_with(client).filter(shared_at__gte=letter.posted_at).exists():
        return None
    return _told(client)


def _told(client: Client) -> Told:
    name = client.practitioner.name
    return Told(
        subject=_("%s wrote something down for you") % name,
        preheader=_("It is there when it suits you."),
        greeting_name=client.name,
        paragraphs=[_("%s wrote down what matters from your work together.") % as_is(name)],
        action=Action(_("Read it"), absolute(reverse("shared_notes"))),
        why=_("You get this letter because %s shared a note with you.") % as_is(name),
    )
