"""The practitioner says something for one client, who has it at once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _

from coaching.library.actions import add_lesson
from coaching.library.models import Lesson
from coaching.media import actions as media
from coaching.media.models import StoredFile
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.devices import uses
from coaching.people.models import Client
from coaching.practice import actions
from coaching.practice.forms_recording import RecordForm
from coaching.practice.refusals import CannotGive

_PLAYABLE = (StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO)


@practitioner_required
@uses("microphone", "camera")
def record_for(request: PageRequest, pk: int) -> HttpResponseBase:
    client = get_object_or_404(Client.objects.of(request.practitioner).select_related("user"), pk=pk)
    day = formats.date_format(request.now.astimezone(request.practitioner.zone), "j F")
    first = {"title": _("After our session, %s") % day}
    form = RecordForm(request.POST or None, request.FILES or None, person=request.user, initial=first)
    if request.method == "POST" and form.is_valid() and _given(request, client, form):
        messages.success(request, _("Given. %s gets a letter.") % client.name)
        return redirect("client", client.pk)
    return render(request, "practice/record.html", {"client": client, "form": form, "here": "clients"})


def _given(request: PageRequest, client: Client, form: RecordForm) -> bool:
    """A lesson for this client alone, and given; False with the reason on the form, and then nothing is kept."""
    said, file = form.cleaned_data, None
    try:
        with transaction.atomic():
            file = media.take_in(upload=said["file"][0], by=request.user, kinds=_PLAYABLE, now=request.now)
            _give(request, client, _lesson(request, client, file, said["title"]), said["rhythm"], said["note"])
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
        return False
    except CannotGive as refusal:
        form.add_error(None, refusal.sentence)
        if file:
            media.drop(file=file)
        return False
    except BaseException:
        if file:
            media.drop(file=file)
        raise
    return True


def _lesson(request: PageRequest, client: Client, file: StoredFile, title: str) -> Lesson:
    return add_lesson(
        practitioner=request.practitioner,
        title=title,
        file=file,
        phase=Lesson.Phase.UNLEARN,
        only_for=client,
        now=request.now,
    )


def _give(request: PageRequest, client: Client, lesson: Lesson, rhythm: str, note: str) -> None:
    today = request.now.astimezone(client.zone).date()
    actions.assign(client=client, lesson=lesson, rhythm=rhythm, note=note, starts_on=today, now=request.now)
