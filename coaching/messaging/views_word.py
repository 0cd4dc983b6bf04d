"""A word said where something of a client's is read: one line, one press, and back to where it was."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_ratelimit.core import is_ratelimited

from coaching.messaging import actions, queries, rules
from coaching.messaging.forms import WordForm
from coaching.messaging.views import SENDS
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client


@require_POST
@practitioner_required
def word(request: PageRequest, pk: int) -> HttpResponse:
    """To a client, about a note of practice or in answer to what was read."""
    people = Client.objects.of(request.practitioner).select_related("user", "practitioner__user")
    client = get_object_or_404(people, pk=pk)
    form = WordForm(request.POST)
    if not form.is_valid():
        return _not_sent(request, client, _("This was not sent. Write it once more, please."))
    if is_ratelimited(request, group="messaging.send", key="user", rate=SENDS, increment=True):
        return _not_sent(request, client, _("That was a lot at once. Wait a minute, then send it again."))
    try:
        _say(request, client, form)
    except rules.Refused as refused:
        return _not_sent(request, client, str(refused))
    return HttpResponseRedirect(_back(request, client), status=303)


def _say(request: PageRequest, client: Client, form: WordForm) -> None:
    said, talk = form.cleaned_data, queries.conversation_of(client)
    talk.client = client
    entry = queries.entry_to_point_at(client, said["entry"]) if said["entry"] else None
    sent = actions.send(
        conversation=talk,
        author=request.user,
        uuid=said["uuid"],
        words=said["words"],
        entry=entry,
        now=request.now,
    )
    if said["up_to"]:
        actions.read(conversation=sent.conversation, reader=request.user, up_to=said["up_to"], now=request.now)


def _not_sent(request: PageRequest, client: Client, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return HttpResponseRedirect(_back(request, client), status=303)


def _back(request: PageRequest, client: Client) -> str:
    address = request.POST.get("back", "")
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else reverse("client", args=[client.pk])
