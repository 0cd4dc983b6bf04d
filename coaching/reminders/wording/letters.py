"""Putting a practitioner's words into a letter. What it must say (a time, a link, how to stop it) always stays."""

from dataclasses import replace

from coaching.outbox.letters import Told, as_is, rewords
from coaching.outbox.models import Letter
from coaching.outbox.rendering import plain
from coaching.people.models import Practitioner
from coaching.reminders.wording import queries, rules
from coaching.reminders.wording.rules import OURS, Words


@rewords
def in_their_words(letter: Letter, told: Told) -> Told:
    wording = queries.wording_for(letter) if queries.is_reworded.of(letter) else None
    if wording is None:
        return told
    words = Words(wording.subject, wording.greeting, wording.opening, wording.closing)
    return put_into(told, words, wording.practitioner)


def put_into(told: Told, words: Words, practitioner: Practitioner) -> Told:
    """`told` with these words. Where a place cannot be filled, ours stay."""
    values = values_of(told, practitioner)
    subject = rules.fill(words.subject, values | {OURS: told.subject})
    opening, closing = (_told(part, values) for part in (words.opening, words.closing))
    return replace(
        told,
        subject=rules.one_line(subject or "") or told.subject,
        greeting=rules.one_line(rules.fill(words.greeting, values) or "") or told.greeting,
        paragraphs=[*opening, *told.paragraphs],
        after=[*told.after, *closing],
        preheader=told.preheader or plain(next(iter(told.paragraphs), "")),  # never other than what we checked
    )


def values_of(told: Told, practitioner: Practitioner) -> dict[str, str]:
    """What the places of this letter stand for."""
    shared = {
        "name": told.greeting_name,
        "practitioner": practitioner.name,
        "practice": str(practitioner.practice),
    }
    return shared | told.values


def _told(words: str, values: dict[str, str]) -> list[str]:
    """Plain words as paragraphs whose signs do nothing."""
    filled = rules.fill(words, values)
    return [as_is(each) for each in rules.paragraphs(filled or "")]
