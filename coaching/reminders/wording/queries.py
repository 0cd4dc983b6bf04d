"""Whose words a letter speaks in."""

from collections.abc import Sequence

from django.db.models import Q

from coaching.outbox.letters import Looked
from coaching.outbox.models import Letter
from coaching.people.models import Invitation, Practitioner
from coaching.reminders.wording.models import Wording
from coaching.reminders.wording.rules import Words


def wording_for(letter: Letter) -> Wording | None:
    """The words of the practitioner who writes, or who is written to. One query."""
    people = Q(practitioner__user=letter.person) | Q(practitioner__clients__user=letter.person)
    if letter.person is None:
        asked = Invitation.objects.filter(pk=letter.about.get("invitation"))
        people = Q(practitioner__in=asked.values("practitioner"))
    found = Wording.objects.filter(people, kind=letter.kind)
    return found.select_related("practitioner__user", "practitioner__practice").first()


def _reworded(letters: Sequence[Letter]) -> list[bool]:
    kinds = Wording.objects.filter(kind__in={each.kind for each in letters})
    known = set(kinds.order_by().values_list("kind", flat=True).distinct())
    return [each.kind in known for each in letters]


# Whether anybody at all has words of their own for letters of this kind.
is_reworded: Looked[bool] = Looked(_reworded)


def words_of(practitioner: Practitioner, kind: str) -> Words:
    """What the practitioner wrote for this kind of letter; empty words when nothing. One query."""
    found = Wording.objects.filter(practitioner=practitioner, kind=kind).first()
    return Words(found.subject, found.greeting, found.opening, found.closing) if found else Words()


def reworded_kinds(practitioner: Practitioner) -> set[str]:
    return set(Wording.objects.filter(practitioner=practitioner).values_list("kind", flat=True))
