"""Letters about messages: that there is something to read, and what, for those alone who chose to have it there.

Where incoming mail is set up, answering such a letter by mail puts the answer into the conversation.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.numbers import in_words
from coaching.messaging import queries, quoting
from coaching.messaging.models import Conversation
from coaching.messaging.reply_addresses import reply_address
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Practitioner


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    return _to_client(Conversation(client=examples.client(practitioner, now)), "")


@tells("messaging.unread", sample=_sample)
def unread(letter: Letter, now: datetime) -> Told | None:
    """To a client: the practitioner wrote. To a practitioner: so many clients wrote. Not once it has been read."""
    reader = letter.person
    if reader is None:
        return None
    conversations = queries.still_unread(reader, conversations=letter.about["conversations"])
    if not conversations:
        return None
    answered_at = [reply_address(each, person=reader.pk, now=now) for each in conversations]
    if reader == conversations[0].client.user:
        told = _to_client(conversations[0], answered_at[0])
    else:
        told = _to_practitioner(conversations, answered_at, reader)
    if letter.channel == Letter.Channel.PUSH:
        told = replace(told, why=_("You get this on your phone because a message was unread."))
    return replace(told, in_full=partial(_in_full, told, conversations, answered_at, reader))


def _to_client(conversation: Conversation, answered_at: str) -> Told:
    name = conversation.client.practitioner.name
    return Told(
        subject=_("%s wrote to you") % name,
        preheader=_("It waits for you in the portal."),
        paragraphs=[_("A message from %s is waiting for you.") % as_is(name)],
        action=Action(_("Read it"), absolute(f"{reverse('messages')}#last")),
        after=_how_to_answer(answered_at),
        why=_("You get this because a message was unread for a quiet quarter of an hour."),
        greeting_name=conversation.client.name,
        reply_to=answered_at,
    )


def _to_practitioner(conversations: Sequence[Conversation], answered_at: Sequence[str], reader: User) -> Told:
    """Of several clients, an answer could be for any: it goes nowhere by itself then."""
    people = len(conversations)
    said = capfirst(ngettext("%s person wrote to you", "%s people wrote to you", people) % in_words(people))
    only = answered_at[0] if people == 1 else ""
    return Told(
        subject=said,
        preheader=_("Who waits longest stands on top."),
        greeting_name=reader.get_short_name(),
        paragraphs=[_("%s, and it is not read yet. Who waits longest stands on top.") % said],
        action=Action(_("Open your messages"), absolute(reverse("messages"))),
        after=_how_to_answer(only),
        why=_("You get this because messages were unread for a quiet quarter of an hour."),
        reply_to=only,
    )


def _how_to_answer(answered_at: str) -> list[str]:
    if not answered_at:
        return []
    return [_("You can also answer this letter: what you write comes into the conversation.")]


def _in_full(told: Told, conversations: Sequence[Conversation], answered_at: Sequence[str], reader: User) -> Told:
    """With what was said. Of several people each has their words, and an address to answer at."""
    several = len(conversations) > 1
    said: list[str] = []
    line = ""
    for conversation, address in zip(conversations, answered_at, strict=True):
        messages = list(queries.unseen_messages(conversation, reader)[: quoting.MOST_MESSAGES + 1])
        said += quoting.quoted(messages, conversation, reader)
        line = line or quoting.in_a_line(messages)
        if several and address:
            name = conversation.client.name
            said.append(f"[{_('Answer %s by mail') % as_is(name)}](mailto:{address})")
    return replace(told, paragraphs=[*told.paragraphs, *said], line=line)
