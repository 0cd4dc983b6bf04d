"""What is pressed in the inbox and above a conversation: star, set aside, needs no answer."""

from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from coaching.messaging import actions_inbox, rules_desk
from coaching.messaging.forms_desk import AsideForm
from coaching.messaging.models import Conversation
from coaching.people.access import PageRequest, practitioner_required


@require_POST
@practitioner_required
def star(request: PageRequest, pk: int) -> HttpResponse:
    """`starred` is "yes" or "no"."""
    actions_inbox.star(
        conversation=_own(request, pk), starred=request.POST.get("starred") == "yes", now=request.now
    )
    return _back(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def aside(request: PageRequest, pk: int) -> HttpResponse:
    """The page that asks until when, and its answer: `until` is a wall time of the practitioner's, or a day and a
    time of their own. `return` brings it back at once."""
    talk, zone = _own(request, pk), request.practitioner.zone
    if "return" in request.POST:
        actions_inbox.bring_back(conversation=talk, now=request.now)
        return _back(request, pk)
    form = AsideForm(request.POST if request.method == "POST" else None, zone=zone, now=request.now)
    if request.method == "POST" and form.is_valid():
        actions_inbox.set_aside(conversation=talk, until=form.cleaned_data["moment"], now=request.now)
        return _back(request, pk, done=f"aside-{pk}")
    context = {
        "talk": talk,
        "form": form,
        "moments": rules_desk.moments(request.now, zone),
        "back": _safe(request, request.POST.get("back") or request.GET.get("back", "")),
        "here": "messages",
    }
    return render(request, "messaging/aside.html", context, status=422 if form.errors else 200)


@require_POST
@practitioner_required
def enough(request: PageRequest, pk: int) -> HttpResponse:
    """It needs no answer; with `return`, it does after all."""
    talk = _own(request, pk)
    if "return" in request.POST:
        actions_inbox.wait_after_all(conversation=talk, now=request.now)
        return _back(request, pk)
    actions_inbox.let_be(conversation=talk, now=request.now)
    return _back(request, pk, done=f"enough-{pk}")


def _own(request: PageRequest, pk: int) -> Conversation:
    """The conversation with the client `pk`, once something was said in it."""
    talks = Conversation.objects.filter(client__practitioner=request.practitioner).select_related("client__user")
    return get_object_or_404(talks, client=pk)


def _back(request: PageRequest, pk: int, *, done: str = "") -> HttpResponse:
    """To where it was pressed; the list also says what was done."""
    address = _safe(request, request.POST.get("back", ""))
    if done and urlsplit(address).path == reverse("messages"):
        address += f"{'&' if '?' in address else '?'}done={done}"
    return HttpResponseRedirect(address, status=303)


def _safe(request: PageRequest, address: str) -> str:
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours and address.startswith(reverse("messages")) else reverse("messages")
