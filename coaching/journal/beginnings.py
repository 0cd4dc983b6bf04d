"""What notes begin with: the practitioner's own headings, and one that is offered while there is none."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from coaching.journal.models import NoteTemplate
from coaching.people.models import Practitioner


@dataclass(frozen=True)
class Beginning:
    """A template as a note's page offers it. `key` names it in a form."""

    key: str
    name: str
    words: str


OFFERED = "first"


def beginnings(practitioner: Practitioner) -> list[Beginning]:
    """What a note can begin with. One query."""
    own = [
        Beginning(str(each.pk), each.name, each.words)
        for each in NoteTemplate.objects.filter(practitioner=practitioner)
    ]
    return own or [first()]


def in_one_row() -> ArraySubquery:
    """The same as a part of a query over clients, of whose practitioner they are: `read` makes them of it."""
    rows = NoteTemplate.objects.filter(practitioner=OuterRef("practitioner"))
    return ArraySubquery(rows.values(data=JSONObject(key=Cast("pk", TextField()), name="name", words="words")))


def read(rows: list[dict[str, str]]) -> list[Beginning]:
    return [Beginning(**row) for row in rows] or [first()]


def first() -> Beginning:
    """Offered to whoever has none of their own."""
    words = "\n\n".join(f"{each}\n" for each in (_("What we did"), _("What changed"), _("What next")))
    return Beginning(OFFERED, _("Three headings"), words)


def begun_with(words: str, beginning: Beginning) -> str:
    """A note's words, with a template below what stands there."""
    return f"{words.rstrip()}\n\n{beginning.words}" if words.strip() else beginning.words


def keep(*, template: NoteTemplate, name: str, words: str) -> bool:
    """False: another of hers has this name."""
    template.name, template.words = name, words
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        return False
    return True


def throw_away(*, template: NoteTemplate) -> None:
    """Notes that began with it stay as they are."""
    template.delete()
