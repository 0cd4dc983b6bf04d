"""Changing the wording of letters. Those that wait speak in the new words, too: they are told as they leave."""

from datetime import datetime

from coaching.people.models import Practitioner
from coaching.reminders.wording.models import Wording
from coaching.reminders.wording.rules import Words


def reword(*, practitioner: Practitioner, kind: str, words: Words, now: datetime) -> None:
    """From now on letters of `kind` speak in these words; empty ones are ours again."""
    if words == Words():
        reset(practitioner=practitioner, kind=kind)
        return
    chosen = {
        "subject": words.subject,
        "greeting": words.greeting,
        "opening": words.opening,
        "closing": words.closing,
        "updated_at": now,
    }
    Wording.objects.update_or_create(practitioner=practitioner, kind=kind, defaults=chosen)


def reset(*, practitioner: Practitioner, kind: str) -> None:
    Wording.objects.filter(practitioner=practitioner, kind=kind).delete()
