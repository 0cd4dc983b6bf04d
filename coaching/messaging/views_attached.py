"""What came with a message: each file at an address of its own, for the two whose conversation it is."""

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_ratelimit.core import is_ratelimited

from coaching.media import queries as media
from coaching.media import serving
from coaching.media.models import Rendition, StoredFile
from coaching.messaging import changing, queries, rules
from coaching.messaging import desk as desks
from coaching.messaging.forms import WordsForm
from coaching.messaging.models import Attachment
from coaching.people.access import PageRequest, member_required, who

WRITES_DOWN = "30/m"
_Kind = StoredFile.Kind


def _found(request: PageRequest, pk: int, *kinds: str) -> Attachment:
    reader = who(request)
    if reader is None:
        raise Http404
    return get_object_or_404(queries.attachments_for(reader), pk=pk, file__kind__in=kinds)


def _made(request: PageRequest, made: Rendition | None) -> HttpResponseBase:
    if made is None:
        raise Http404
    return serving.respond(request, file=made)


@member_required
def attached_sound(request: PageRequest, pk: int) -> HttpResponseBase:
    """A voice note."""
    return serving.respond(request, file=media.sound_of(_found(request, pk, _Kind.AUDIO, _Kind.VIDEO).file))


@member_required
def attached_film(request: PageRequest, pk: int) -> HttpResponseBase:
    """The film once it is prepared, the smaller one with `?small`."""
    file = _found(request, pk, _Kind.VIDEO).file
    return _made(request, media.film_of(file, small="small" in request.GET))


@member_required
def attached_poster(request: PageRequest, pk: int) -> HttpResponseBase:
    return _made(request, media.poster_of(_found(request, pk, _Kind.VIDEO).file))


@member_required
def attached_small(request: PageRequest, pk: int) -> HttpResponseBase:
    """A picture as the conversation shows it."""
    file = _found(request, pk, _Kind.IMAGE).file
    return serving.respond(request, file=file.made_as(Rendition.Form.SMALL_PICTURE) or file)


@member_required
def attached_file(request: PageRequest, pk: int) -> HttpResponseBase:
    """A picture in full or a document, to be kept under its own name. It is never shown as a page."""
    file = _found(request, pk, _Kind.IMAGE, _Kind.DOCUMENT).file
    return serving.respond(request, file=file, download_name=file.name)


@require_GET
@member_required
def attached_picture(request: PageRequest, pk: int) -> HttpResponseBase:
    """A page with the picture alone."""
    attachment = _found(request, pk, _Kind.IMAGE)
    reader = who(request)
    if reader is None:
        raise Http404
    desk = desks.of_reader(reader, attachment.message.conversation)
    context = {"attachment": attachment, "file": attachment.file, "desk": desk, "other": desk.other}
    return render(request, "messaging/picture.html", context)


@require_POST
@member_required
def attached_words(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is said in a voice note, written down by its author or the practitioner."""
    attachment = _found(request, pk, _Kind.AUDIO)
    reader = who(request)
    form = WordsForm(request.POST)
    if reader is None or not form.is_valid():
        raise Http404
    conversation = attachment.message.conversation
    if request.user.pk not in (attachment.message.author_id, conversation.client.practitioner.user_id):
        raise Http404
    if is_ratelimited(request, group="messaging.words", key="user", rate=WRITES_DOWN, increment=True):
        return _refused(request, _("That was a lot at once. Wait a minute, then save again."), 429)
    try:
        changing.transcribe(
            attachment=attachment, by=request.user, words=form.cleaned_data["words"], now=request.now
        )
    except rules.Refused as refused:
        return _refused(request, str(refused), 422)
    if desks.wants_json(request):
        return JsonResponse({"message": attachment.message_id})
    return desks.back_to(desks.of_reader(reader, conversation), attachment.message)


def _refused(request: PageRequest, sentence: str, status: int) -> HttpResponse:
    if desks.wants_json(request):
        return JsonResponse({"error": sentence}, status=status)
    return render(request, "messaging/not_done.html", {"sentence": sentence, "here": "messages"}, status=status)
