"""While one writes: what stands in the writer is kept for all of one's devices, and the other sees that."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST
from django_ratelimit.core import is_ratelimited

from coaching.messaging import actions, drafts
from coaching.messaging import desk as desks
from coaching.messaging.desk import Desk
from coaching.messaging.forms import DraftForm
from coaching.messaging.models import Draft
from coaching.people.access import PageRequest, client_required, practitioner_required

SAVES = "120/m"
TYPES = "30/m"  # a page says it every four seconds at most
_NOT_KEPT = {"Cache-Control": "no-store"}


@require_http_methods(["GET", "POST"])
@client_required
def draft(request: PageRequest) -> HttpResponse:
    """GET says what was begun, POST keeps it; 409 with what is newer when another device was faster."""
    return _draft(request, desks.of_client(request.client))


@require_http_methods(["GET", "POST"])
@practitioner_required
def draft_of(request: PageRequest, pk: int) -> HttpResponse:
    return _draft(request, desks.of_practitioner(request.practitioner, pk))


@require_POST
@client_required
def typing(request: PageRequest) -> HttpResponse:
    return _typing(request, desks.of_client(request.client))


@require_POST
@practitioner_required
def typing_of(request: PageRequest, pk: int) -> HttpResponse:
    return _typing(request, desks.of_practitioner(request.practitioner, pk))


def _draft(request: PageRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        return _told(drafts.draft_of(desk.conversation, desk.me), 200)
    if is_ratelimited(request, group="messaging.draft", key="user", rate=SAVES, increment=True):
        return HttpResponse(status=429)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    said = form.cleaned_data
    about = desks.about(desk, **{name: said[name] for name in ("lesson", "at", "session", "answers")})
    try:
        saved = drafts.save(
            conversation=desk.conversation,
            person=desk.me,
            begun=about.begun(said["words"]),
            knows=said["knows"],
            now=request.now,
        )
    except drafts.Newer as newer:
        return _told(newer.draft, 409)
    return _told(saved, 200)


def _told(draft: Draft, status: int) -> JsonResponse:
    told = {"number": draft.number, "words": draft.words, "answers": draft.answers_id}
    return JsonResponse(told, status=status, headers=_NOT_KEPT)


def _typing(request: PageRequest, desk: Desk) -> HttpResponse:
    if not is_ratelimited(request, group="messaging.typing", key="user", rate=TYPES, increment=True):
        actions.type_(conversation=desk.conversation, author=desk.me)
    return HttpResponse(status=204)
