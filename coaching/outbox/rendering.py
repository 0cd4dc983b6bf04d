"""From what a letter tells to what is sent: plain text and HTML, both from the same words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from accounts.models import User
from coaching.outbox.letters import Attachment, Told, absolute, as_is, speaking_to
from coaching.people.models import Client, Practice, Practitioner

_LINK = "color:#1f5b45;"
# A paragraph that is a code and nothing else is drawn large, to be read across a room.
_CODE = re.compile(r"\*\*\d{4,10}\*\*")


@dataclass(frozen=True)
class Rendered:
    """A letter with its words, ready for an envelope. `why` is plain text."""

    subject: str
    text: str
    html: str
    why: str = ""
    sender: str = ""
    reply_to: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    way_out: str = ""


@dataclass(frozen=True)
class Sender:
    """In whose name we write: the client's practitioner, else the practice. Answers go to the practitioner."""

    name: str
    line: str
    reply_to: str = ""


def render(told: Told, *, person: User | None, change: bool = True) -> Rendered:
    """`told` as its reader gets it, in their language. With `change`, the foot leads to where they change it."""
    with speaking_to(person):
        sender = _in_the_name_of(told.of) if told.of else sender_for(person)
        parts = _parts(told, sender, change=change and person is not None)
        return Rendered(
            subject=" ".join(told.subject.split()),
            text=render_to_string("letters/letter.txt", parts).strip() + "\n",
            html=render_to_string("letters/letter.html", parts),
            why=plain(told.why),
            sender=sender.name,
            reply_to=told.reply_to or sender.reply_to,
            attachments=told.attachments,
            way_out=told.way_out,
        )


def sender_for(person: User | None) -> Sender:
    """No query for a client who was fetched with the practitioner. The practitioner's own letters come from the
    practice."""
    client: Client | None = getattr(person, "client", None)
    if client:
        return _in_the_name_of(client.practitioner)
    practice = _practice(person)
    name = str(practice) if practice else _("Coaching portal")
    return Sender(name, name)


def _in_the_name_of(practitioner: Practitioner) -> Sender:
    name = practitioner.user.get_full_name()
    return Sender(name, f"{name}, {practitioner.practice}", practitioner.user.email)


def _practice(person: User | None) -> Practice | None:
    own = Practitioner.objects.select_related("practice").filter(user=person).first() if person else None
    return own.practice if own else Practice.objects.order_by("pk").first()


def _parts(told: Told, sender: Sender, *, change: bool) -> dict[str, Any]:
    ways = [(_("Change what we write to you"), absolute(reverse("reminders")))] if change else []
    if told.way_out:
        ways.append((_("No more letters like this one"), told.way_out))
    foot = [*filter(None, [told.why]), *(f"[{words}]({url})" for words, url in ways)]
    greets = greeting(told)
    body, after = [*greets, *told.paragraphs], told.after
    return {
        "told": told,
        "subject": told.subject,
        "from_line": sender.line,
        "preheader": plain(told.preheader or next(iter(told.paragraphs), "")),
        "paragraphs": [(html(words), _CODE.fullmatch(words) is not None) for words in body],
        "after": [html(words) for words in after],
        "foot": [html(line) for line in foot],
        "plain_paragraphs": [plain_with_addresses(words) for words in body],
        "plain_after": [plain_with_addresses(words) for words in after],
        "plain_foot": [plain_with_addresses(line) for line in foot],
    }


def greeting(told: Told) -> list[str]:
    """The greeting as Markdown, or nothing."""
    if told.greeting:
        return [as_is(told.greeting)]
    return [_("Dear %s,") % as_is(told.greeting_name)] if told.greeting_name else []


def html(words: str) -> SafeString:
    """One paragraph of Markdown as HTML. Raw HTML in it is shown as text, script links are refused."""
    return _drawn(_for_mail, words)


def html_for_page(words: str) -> SafeString:
    """As `html`, for one of our pages: no styles of its own, which a page refuses."""
    return _drawn(_for_pages, words)


def _drawn(drawing: MarkdownIt, words: str) -> SafeString:
    made = drawing.renderer.render(_parsed(words), drawing.options, {})
    return mark_safe(made)  # noqa: S308  (markdown-it escapes what it did not make)


@lru_cache(maxsize=512)
def _parsed(words: str) -> list[Token]:
    """Read once for text and HTML, and once for all letters that say the same. Nobody changes what comes back."""
    return _for_pages.parseInline(words)


def forget_words() -> None:
    """Once a letter is written or a round is done: words may be secret, and are not for keeping."""
    _parsed.cache_clear()


def plain(words: str) -> str:
    """One paragraph of Markdown as plain text; where its links lead is left out."""
    return _read(words)[0]


def plain_with_addresses(words: str) -> str:
    """One paragraph of Markdown as plain text, and below it where its links lead.

    An address alone on its line stays whole. Words that are an address, or a link and nothing else, are not said
    twice.
    """
    said, links = _read(words)
    if [label for label, _ in links] == [said]:
        return f"{said}:\n{links[0][1]}"
    return "\n".join([said, *(f"{capfirst(label)}:\n{url}" for label, url in links)])


def _read(words: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a paragraph, and its links that do not show their own address: words and address."""
    parts: list[str] = []
    links: list[tuple[str, str]] = []
    opened = 0
    for token in _parsed(words)[0].children or []:
        if token.type == "link_open":
            opened, url = len(parts), str(token.attrGet("href") or "")
        elif token.type == "link_close":
            label = "".join(parts[opened:])
            links += [(label, url)] if label != url else []
        else:
            parts.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(parts).strip(), links


def _open_link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Mail programs drop style sheets, so each link carries its own style."""
    address = escape(str(tokens[index].attrGet("href")))
    return f'<a href="{address}" class="l" style="{_LINK}">'


def _reader() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(
        ["emphasis", "link", "escape", "newline", "entity", "autolink"]
    )


_for_pages, _for_mail = _reader(), _reader()
_for_mail.add_render_rule("link_open", _open_link)
