"""The sound of notes that were spoken, for the two whom they concern."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from coaching.media import queries as media
from coaching.media import serving
from coaching.media.models import StoredFile
from coaching.people.access import PageRequest, member_required, who
from coaching.practice import voices


@member_required
def beside_lesson(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The practitioner's note beside a lesson."""
    return _sound(request, get_object_or_404(voices.beside_lessons(_reader(request)), pk=pk).voice)


@member_required
def of_entry(request: PageRequest, pk: int) -> HttpResponseBase:
    """The client's note about one doing."""
    return _sound(request, get_object_or_404(voices.of_entries(_reader(request)), pk=pk).voice)


def _reader(request: PageRequest) -> voices.Reader:
    reader = who(request)
    if reader is None:
        raise Http404
    return reader


def _sound(request: PageRequest, voice: StoredFile | None) -> HttpResponseBase:
    if voice is None:
        raise Http404
    return serving.respond(request, file=media.sound_of(voice))
