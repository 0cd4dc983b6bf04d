"""Notes that were spoken: the practitioner's beside what was given, the client's about one doing."""

from datetime import datetime
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from coaching.media import actions as media
from coaching.media.models import StoredFile, Upload
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, PracticeEntry

Reader = Client | Practitioner
_KINDS = (StoredFile.Kind.AUDIO,)


def beside_lessons(reader: Reader) -> QuerySet[Assignment]:
    """What was given to, or by, this reader with a spoken note."""
    own = {"client": reader} if isinstance(reader, Client) else {"client__practitioner": reader}
    return Assignment.objects.filter(voice__isnull=False, **own).select_related("voice")


def of_entries(reader: Reader) -> QuerySet[PracticeEntry]:
    """Doings about which something was said, by this client or by a client of this practitioner."""
    own = {"client": reader} if isinstance(reader, Client) else {"client__practitioner": reader}
    return PracticeEntry.objects.filter(voice__isnull=False, **own).select_related("voice")


def take_in(*, voice: UploadedFile | Upload, reader: Reader, now: datetime) -> StoredFile:
    """Sound that `reader` sent. Raises `media.rules.Refused` with one sentence."""
    return media.take_in(upload=voice, by=reader.user, kinds=_KINDS, now=now)


def say_beside(*, assignment: Assignment, voice: UploadedFile | Upload, now: datetime) -> None:
    """The practitioner's note, spoken; one that stood there before goes. Raises `media.rules.Refused`."""
    before = assignment.voice
    with transaction.atomic():
        practitioner = assignment.client.practitioner
        assignment.voice = take_in(voice=voice, reader=practitioner, now=now)
        assignment.save(update_fields=["voice"])
        if before:
            transaction.on_commit(partial(media.drop, file=before))


def say_of(*, entry: PracticeEntry, voice: UploadedFile | Upload, now: datetime) -> None:
    """What the client said of one doing, once: said again it changes nothing. Raises `media.rules.Refused`."""
    with transaction.atomic():
        held = PracticeEntry.objects.select_for_update().get(pk=entry.pk)
        if held.voice_id is None:
            held.voice = take_in(voice=voice, reader=held.client, now=now)
            held.save(update_fields=["voice"])
    entry.voice_id = held.voice_id
