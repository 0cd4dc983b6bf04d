"""What one does with a message that was said: change it, remove it, give a lesson because of it."""

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_ratelimit.core import is_ratelimited

from coaching.messaging import changing, queries, rules
from coaching.messaging import desk as desks
from coaching.messaging.desk import Desk
from coaching.messaging.forms import WordsForm
from coaching.messaging.models import Message
from coaching.people.access import PageRequest, member_required, practitioner_required, who
from coaching.people.devices import uses
from coaching.practice import views_giving

CHANGES = "20/m"
QUOTED = 300  # characters of a message that a note begins with


def _own(request: PageRequest, pk: int) -> tuple[Message, Desk]:
    """A message that the reader wrote; Http404 for any other, also of the same conversation."""
    reader = who(request)
    if reader is None:
        raise Http404
    message = get_object_or_404(queries.messages_for(reader), pk=pk, author=request.user)
    return message, desks.of_reader(reader, message.conversation)


@require_GET
@member_required
def at(request: PageRequest, pk: int) -> HttpResponseBase:
    """To where a message stands in its conversation, however long ago it was said."""
    reader = who(request)
    if reader is None:
        raise Http404
    message = get_object_or_404(queries.messages_for(reader), pk=pk)
    return desks.back_to(desks.of_reader(reader, message.conversation), message)


@require_POST
@member_required
def change(request: PageRequest, pk: int) -> HttpResponseBase:
    """Other words, within five minutes."""
    message, desk = _own(request, pk)
    form = WordsForm(request.POST)
    form.is_valid()
    if _too_fast(request):
        return _refused(request, desk, _slowly(), 429)
    try:
        message = changing.change(
            message=message, author=request.user, words=form.cleaned_data["words"], now=request.now
        )
    except rules.Refused as refused:
        return _refused(request, desk, str(refused), 422)
    if desks.wants_json(request):
        return JsonResponse({"message": message.pk})
    return desks.back_to(desk, message)


@require_POST
@member_required
def remove(request: PageRequest, pk: int) -> HttpResponseBase:
    """Gone for both, with a trace."""
    message, desk = _own(request, pk)
    if _too_fast(request):
        return _refused(request, desk, _slowly(), 429)
    changing.remove(message=message, author=request.user, now=request.now)
    if desks.wants_json(request):
        return JsonResponse({"message": message.pk})
    return desks.back_to(desk, message)


@require_GET
@practitioner_required
@uses("microphone")
def give(request: PageRequest, pk: int) -> HttpResponseBase:
    """An answer becomes a task: the page that gives lessons, with the message as the beginning of its note."""
    message = get_object_or_404(queries.messages_for(request.practitioner), pk=pk, removed_at=None)
    words = " ".join(message.words.split())[:QUOTED]
    return views_giving.offer(request, message.conversation.client, note=f"“{words}”\n\n" if words else "")


def _too_fast(request: PageRequest) -> bool:
    return bool(is_ratelimited(request, group="messaging.change", key="user", rate=CHANGES, increment=True))


def _slowly() -> str:
    return _("That was a lot at once. Wait a minute, then try again.")


def _refused(request: PageRequest, desk: Desk, sentence: str, status: int) -> HttpResponse:
    """In words; what was typed stands below, to be copied."""
    if desks.wants_json(request):
        return JsonResponse({"error": sentence}, status=status)
    words = request.POST.get("words", "")
    context = {"sentence": sentence, "words": words, "desk": desk, "here": "messages"}
    return render(request, "messaging/not_done.html", context, status=status)
