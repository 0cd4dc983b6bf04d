"""Unseen messages as a letter or a telephone shows them to whoever chose to read them there."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.zones import clock
from coaching.messaging.markdown import as_line
from coaching.messaging.models import Attachment, Conversation, Message
from coaching.outbox.letters import as_is

MOST_MESSAGES = 10
LONGEST = 1200  # characters of one message
ON_A_PHONE = 120  # characters


def quoted(messages: Sequence[Message], conversation: Conversation, reader: User) -> list[str]:
    """A paragraph of Markdown for who said what when, then what was said, cut at a length that a letter bears."""
    paragraphs: list[str] = []
    for message in messages[:MOST_MESSAGES]:
        if words := _words(message):  # one that was removed says nothing
            at = clock(message.sent_at, reader.zone)
            paragraphs += [f"**{as_is(_name(message, conversation))}**, {at}:", *words]
    if len(messages) > MOST_MESSAGES:
        paragraphs.append(_("There is more of it in the portal."))
    return paragraphs


def in_a_line(messages: Sequence[Message]) -> str:
    """The beginning of the last of them that says something, for a phone's lock screen."""
    lines = (as_line(each.words) or "; ".join(_files(each.attachments.all())) for each in reversed(messages))
    said = next(filter(None, lines), "")
    return said if len(said) <= ON_A_PHONE else f"{said[:ON_A_PHONE].rstrip()}…"


def _name(message: Message, conversation: Conversation) -> str:
    client = conversation.client
    return client.name if message.author_id == client.user_id else client.practitioner.name


def _words(message: Message) -> list[str]:
    """Its paragraphs, each line harmless, and what goes with it by kind: names of files can say much."""
    words = message.words if len(message.words) <= LONGEST else f"{message.words[:LONGEST].rstrip()}…"
    blocks = (block.strip() for block in words.split("\n\n"))
    said = ["\n".join(as_is(line) for line in block.splitlines()) for block in blocks if block]
    files = _files(message.attachments.all())
    return [*said, *([as_is("; ".join(files))] if files else [])]


def _files(attachments: Iterable[Attachment]) -> list[str]:
    """ "Two pictures", "A voice note"."""
    number = Counter(each.file.kind for each in attachments)
    said = {
        "audio": ngettext("A voice note", "%(n)s voice notes", number["audio"]),
        "video": ngettext("A film", "%(n)s films", number["video"]),
        "image": ngettext("A picture", "%(n)s pictures", number["image"]),
        "document": ngettext("A document", "%(n)s documents", number["document"]),
    }
    return [words % {"n": number[kind]} for kind, words in said.items() if number[kind]]
