"""Whose words a letter speaks in."""

from django.db.models import Q

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


def words_of(practitioner: Practitioner, kind: str) -> Words:
    """What the practitioner wrote for this kind of letter; empty words when nothing. One query."""
    found = Wording.objects.filter(practitioner=practitioner, kind=kind).first()
    return Words(found.subject, found.greeting, found.opening, found.closing) if found else Words()


def reworded_kinds(practitioner: Practitioner) -> set[str]:
    return set(Wording.objects.filter(practitioner=practitioner).values_list("kind", flat=True))
