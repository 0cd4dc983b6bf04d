"""What happened and when: told one by one, taken away again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.people.models import Client
from coaching.story.keeping import hold, save
from coaching.story.models import Happening, Story


class TooMany(Exception):
    """`sentence` says it to the client."""

    def __init__(self) -> None:
        self.sentence = _("There is room for %s. Take one away, or say more in your own words.") % Happening.MOST
        super().__init__(self.sentence)


def add(
    *,
    client: Client,
    kind: str,
    words: str,
    year: int,
    month: int | None = None,
    until_year: int | None = None,
    now: datetime,
) -> Happening:
    """One more on the line. `month` is 1 to 12 or None; `until_year` is None while stress goes on, and always for
    an accident. Told twice, it is there once. Raises `TooMany`."""
    with transaction.atomic():
        story = hold(client, now)
        there = list(story.happenings.all())
        said = (Happening.Kind(kind), words, year, month, until_year)
        for each in there:
            if (each.kind, each.words, each.year, each.month, each.until_year) == said:
                return each
        if len(there) >= Happening.MOST:
            raise TooMany
        made = story.happenings.create(kind=kind, words=words, year=year, month=month, until_year=until_year)
        save(story, "when", now)
    return made


def take_away(*, client: Client, happening: int, now: datetime) -> Story:
    """By its key; one that is gone already, or of another story, is left alone."""
    with transaction.atomic():
        story = hold(client, now)
        story.happenings.filter(pk=happening).delete()
        save(story, "when", now)
    return story


def leave_so(*, client: Client, now: datetime) -> Story:
    """The client says: that is all. It may be nothing."""
    with transaction.atomic():
        story = hold(client, now)
        save(story, "when", now)
    return story
