"""Letters about messages: that there is something to read, never what."""

from datetime import datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.messaging import queries
from coaching.messaging.models import Conversation
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Practitioner


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    return _to_client(Conversation(client=examples.client(practitioner, now)))


@tells("messaging.unread", sample=_sample)
def unread(letter: Letter, now: datetime) -> Told | None:
    """To a client: the practitioner wrote. To a practitioner: so many clients wrote. Not once it has been read."""
    if letter.person is None:
        return None
    conversations = queries.still_unread(letter.person, conversations=letter.about["conversations"])
    if not conversations:
        return None
    if letter.person == conversations[0].client.user:
        return _to_client(conversations[0])
    return _to_practitioner(len(conversations), letter.person.get_short_name())


def _to_client(conversation: Conversation) -> Told:
    name = conversation.client.practitioner.name
    return Told(
        subject=_("%s wrote to you") % name,
        preheader=_("It waits for you in the portal."),
        paragraphs=[_("A message from %s is waiting for you.") % as_is(name)],
        action=Action(_("Read it"), absolute(f"{reverse('messages')}#last")),
        why=_("You get this because a message was unread for a quiet quarter of an hour."),
        greeting_name=conversation.client.name,
    )


def _to_practitioner(people: int, name: str) -> Told:
    said = capfirst(ngettext("%s person wrote to you", "%s people wrote to you", people) % in_words(people))
    return Told(
        subject=said,
        preheader=_("Who waits longest stands on top."),
        greeting_name=name,
        paragraphs=[_("%s, and it is not read yet. Who waits longest stands on top.") % said],
        action=Action(_("Open your messages"), absolute(reverse("messages"))),
        why=_("You get this because messages were unread for a quiet quarter of an hour."),
    )
