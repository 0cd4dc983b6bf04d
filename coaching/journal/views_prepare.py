"""Before a session, for the client: what is worth telling, and a line that stands where she prepares it."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_ratelimit.core import is_ratelimited

from coaching.booking import queries as booking
from coaching.booking.models import Appointment
from coaching.journal import queries
from coaching.messaging import actions as messaging
from coaching.messaging import rules
from coaching.messaging.forms import MessageForm
from coaching.messaging.models import Conversation
from coaching.messaging.queries import conversation_of
from coaching.messaging.views import SENDS
from coaching.people.access import PageRequest, client_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def prepare(request: PageRequest, pk: UUID) -> HttpResponse:
    """A POST says the line: a message about this session."""
    session = get_object_or_404(booking.appointments_of(request.client), pk=pk)
    if request.method != "POST":
        return _page(request, session)
    form = MessageForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, session, error=_("This was not sent. Write it once more, please."))
    words = form.cleaned_data["words"]
    if is_ratelimited(request, group="messaging.send", key="user", rate=SENDS, increment=True):
        said = _("That was a lot at once. Wait a minute, then send again: your words are still here.")
        return _page(request, session, words=words, error=said)
    try:
        messaging.send(
            conversation=_talk(request),
            author=request.user,
            uuid=form.cleaned_data["uuid"],
            words=words,
            session=session,
            now=request.now,
        )
    except rules.Refused as refused:
        return _page(request, session, words=words, error=str(refused))
    messages.success(request, _("%s sees it when preparing your session.") % session.practitioner.name)
    return redirect("prepare", session.pk)


def _talk(request: PageRequest) -> Conversation:
    talk = conversation_of(request.client)
    talk.client = request.client
    return talk


def _page(request: PageRequest, session: Appointment, *, words: str = "", error: str = "") -> HttpResponse:
    context = {
        "session": session,
        "lines": queries.lines_about(session),
        "last": queries.shared_with(request.client).first(),
        "uuid": uuid4(),
        "words": words,
        "error": error,
        "here": "sessions",
    }
    return render(request, "journal/prepare.html", context, status=422 if error else 200)
