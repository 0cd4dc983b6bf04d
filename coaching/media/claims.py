"""Who prepares a file: a claim by token and lease, taken and kept by conditional updates, by the database's clock.

What was made is written down step by step, each time under the claim. A worker that lost it writes nothing.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from coaching.media.models import StoredFile

LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 3  # a file that takes three workers down with it at one step is not given to a fourth


class LostClaim(Exception):
    """Another worker has the file now, or its ends were cut anew: what was made here is thrown away."""


class Interrupted(Exception):
    """This worker is told to stop: the file is handed back, as if nobody had begun."""


def undisturbed() -> bool:
    """For work that nobody tells to stop."""
    return False


def free() -> "models.QuerySet[StoredFile]":
    """Files that nobody works on: new ones, and those whose worker died."""
    lapsed = Q(state=StoredFile.State.WORKING, leased_until__lt=Now())
    return StoredFile.objects.filter(Q(state=StoredFile.State.WAITING) | lapsed)


def take(file_id: uuid.UUID) -> uuid.UUID | None:
    """The claim on a file, or None when there is nothing to do, or others do it."""
    token = uuid.uuid4()
    taken = (
        free()
        .filter(pk=file_id, attempts__lt=MOST_ATTEMPTS)
        .update(
            state=StoredFile.State.WORKING,
            claim=token,
            leased_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            failure="",
        )
    )
    return token if taken else None


def keep(file_id: uuid.UUID, claim: uuid.UUID, *, progress: int) -> None:
    """Renews the lease and says how far the work is, in percent; it never goes back. Raises `LostClaim`."""
    if not held(file_id, claim).update(
        leased_until=Now() + LEASE, progress=Greatest(F("progress"), min(99, progress))
    ):
        raise LostClaim


def held(file_id: uuid.UUID, claim: uuid.UUID) -> "models.QuerySet[StoredFile]":
    return StoredFile.objects.filter(pk=file_id, claim=claim, leased_until__gt=Now())


@contextmanager
def writing(file_id: uuid.UUID, claim: uuid.UUID) -> Iterator[None]:
    """A transaction in which the file is ours. Raises `LostClaim`."""
    with transaction.atomic():
        if not held(file_id, claim).select_for_update().exists():
            raise LostClaim
        yield


def note(file: StoredFile, **changed: Any) -> None:
    """Writes fields of the file within `writing`: another step is done, so that earlier attempts count no more."""
    StoredFile.objects.filter(pk=file.pk).update(attempts=1, leased_until=Now() + LEASE, **changed)
    for name, value in changed.items():
        setattr(file, name, value)


def give_back(file_id: uuid.UUID, claim: uuid.UUID) -> None:
    """As if this worker had not begun; what it has done is kept."""
    StoredFile.objects.filter(pk=file_id, claim=claim).update(
        state=StoredFile.State.WAITING, claim=None, leased_until=None, attempts=F("attempts") - 1
    )


def end(file_id: uuid.UUID, claim: uuid.UUID, *, failure: str = "") -> None:
    """All is done, or it cannot be."""
    state = StoredFile.State.FAILED if failure else StoredFile.State.READY
    ended: dict[str, Any] = {"state": state, "failure": failure[:300], "claim": None, "leased_until": None}
    if not failure:
        ended["progress"] = 100
    if not held(file_id, claim).update(**ended):
        raise LostClaim


def give_up_on_hopeless() -> None:
    free().filter(attempts__gte=MOST_ATTEMPTS).update(
        state=StoredFile.State.FAILED,
        failure=_("Preparing this file broke off three times. Send it in another format, or try again."),
        claim=None,
        leased_until=None,
    )
