"""The conversation, for both who are in it, and the practitioner's inbox."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_ratelimit.core import is_ratelimited

from accounts.models import User
from accounts.zones import distance_in_words, short_day
from coaching.library.models import Lesson
from coaching.media import queries as media
from coaching.media import serving
from coaching.messaging import actions, queries, rules, thread
from coaching.messaging.forms import MessageForm, SeenForm, WhereForm
from coaching.messaging.markdown import as_line
from coaching.messaging.models import Conversation, spoken
from coaching.people.access import PageRequest, client_required, member_required, practitioner_required, who
from coaching.people.devices import uses
from coaching.people.models import Client, Practitioner

# Nobody who talks meets this; a script that floods does.
SENDS = "40/m"
CLIENTS_A_PAGE = 30


@dataclass(frozen=True)
class Desk:
    """Who sits where: the reader, the other, and the addresses of this conversation for this reader."""

    conversation: Conversation
    me: User
    other: Client | Practitioner
    url: str
    news_url: str
    seen_url: str

    @property
    def key(self) -> str:
        """Names this conversation in the browser."""
        return str(self.conversation.client.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@uses("microphone")
def messages(request: PageRequest) -> HttpResponseBase:
    """For a client the conversation, for a practitioner the inbox."""
    if hasattr(request, "client"):
        return _conversation(request, _clients_desk(request.client))
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _inbox(request)


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
@uses("microphone")
def conversation(request: PageRequest, pk: int) -> HttpResponseBase:
    return _conversation(request, _practitioners_desk(request, pk))


@member_required
def attached_sound(request: PageRequest, pk: int) -> HttpResponseBase:
    """A voice note, for the two whose conversation it is."""
    reader = who(request)
    if reader is None:
        raise Http404
    found = get_object_or_404(queries.attachments_for(reader), pk=pk)
    return serving.respond(request, file=media.sound_of(found.file))


@require_GET
@client_required
def news(request: PageRequest) -> HttpResponse:
    """What was said after `?after=<id>`, as fragments of the page."""
    return _news(request, _clients_desk(request.client))


@require_GET
@practitioner_required
def news_of(request: PageRequest, pk: int) -> HttpResponse:
    return _news(request, _practitioners_desk(request, pk))


@require_POST
@client_required
def seen(request: PageRequest) -> HttpResponse:
    """The reader has seen everything up to the message `up_to`."""
    return _seen(request, _clients_desk(request.client))


@require_POST
@practitioner_required
def seen_of(request: PageRequest, pk: int) -> HttpResponse:
    return _seen(request, _practitioners_desk(request, pk))


def _clients_desk(client: Client) -> Desk:
    return Desk(
        conversation=_with_people(queries.conversation_of(client), client),
        me=client.user,
        other=client.practitioner,
        url=reverse("messages"),
        news_url=reverse("message_news"),
        seen_url=reverse("message_seen"),
    )


def _practitioners_desk(request: PageRequest, pk: int) -> Desk:
    clients = Client.objects.of(request.practitioner).select_related("user", "practitioner__user")
    client = get_object_or_404(clients, pk=pk)
    return Desk(
        conversation=_with_people(queries.conversation_of(client), client),
        me=request.practitioner.user,
        other=client,
        url=reverse("conversation", args=[pk]),
        news_url=reverse("message_news_of", args=[pk]),
        seen_url=reverse("message_seen_of", args=[pk]),
    )


def _with_people(conversation: Conversation, client: Client) -> Conversation:
    conversation.client = client  # looked up already, with the people's names
    return conversation


def _inbox(request: PageRequest) -> HttpResponse:
    page = Paginator(queries.inbox(request.practitioner), CLIENTS_A_PAGE).get_page(request.GET.get("page"))
    zone, today = request.practitioner.zone, request.now.astimezone(request.practitioner.zone).date()
    rows = [
        (each, as_line(each.last_words) or spoken(), _since(each.waiting_since, today, zone))  # type: ignore[attr-defined]
        for each in page
    ]
    waiting = queries.waiting_for(request.practitioner).count()
    return render(
        request, "messaging/inbox.html", {"page": page, "rows": rows, "waiting": waiting, "here": "messages"}
    )


def _since(moment: datetime | None, today: date, zone: ZoneInfo) -> str:
    """A day within a sentence: "today", "Saturday", "12 November"."""
    if moment is None:
        return ""
    day = moment.astimezone(zone).date()
    return short_day(day, today).lower() if (today - day).days <= 1 else short_day(day, today)


def _conversation(request: PageRequest, desk: Desk) -> HttpResponseBase:
    if request.method == "POST":
        return _send(request, desk)
    where = _where(request)
    first = {"uuid": uuid4(), "lesson": where["lesson"], "at": where["at"]}
    form = MessageForm(initial=first, person=request.user)
    return _page(request, desk, form, lesson=_lesson(desk, where["lesson"]), older_than=where["before"])


def _send(request: PageRequest, desk: Desk) -> HttpResponseBase:
    form = MessageForm(request.POST, request.FILES, person=request.user)
    if is_ratelimited(request, group="messaging.send", key="user", rate=SENDS, increment=True):
        sentence = _("That was a lot at once. Wait a minute, then send again: your words are still here.")
        return _not_sent(request, desk, form, sentence, status=429)
    if not form.is_valid():
        gone = form.errors.get("files", [_("This was not sent. Write it once more, please.")])
        return _not_sent(request, desk, form, str(gone[0]))
    said = form.cleaned_data
    lesson = _lesson(desk, said["lesson"])
    try:
        message = actions.send(
            conversation=desk.conversation,
            author=desk.me,
            uuid=said["uuid"],
            words=said["words"],
            lesson=lesson,
            lesson_second=said["at"],
            files=said["files"],
            now=request.now,
        )
    except rules.Refused as refused:
        return _not_sent(request, desk, form, str(refused))
    if _wants_json(request):
        return JsonResponse({"message": message.pk}, status=201)
    return HttpResponseRedirect(f"{desk.url}#last", status=303)


def _not_sent(
    request: PageRequest, desk: Desk, form: MessageForm, sentence: str, *, status: int = 422
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": sentence}, status=status)
    lesson = _lesson(desk, form.cleaned_data.get("lesson")) if form.is_valid() else None
    before = {**form.data.dict(), "uuid": uuid4()}  # type: ignore[attr-defined]
    fresh = MessageForm(initial=before, person=request.user)
    return _page(request, desk, fresh, lesson=lesson, error=sentence, status=status)


def _page(
    request: PageRequest,
    desk: Desk,
    form: MessageForm,
    *,
    lesson: Lesson | None,
    older_than: int | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    stretch = queries.stretch(desk.conversation, older_than=older_than)
    context = {
        **_shown(request, desk, stretch),
        "here": "messages",
        "form": form,
        "error": error,
        "lesson": lesson,
        "at": rules.minutes(form.initial.get("at")),
        "is_oldest_page": stretch.before is None,
        "is_newest_page": older_than is None,
        "weekday": date_format(request.now.astimezone(desk.other.zone), "l"),
        "distance": distance_in_words(desk.me.zone, desk.other.zone, request.now),
    }
    return render(request, "messaging/conversation.html", context, status=status)


def _shown(request: PageRequest, desk: Desk, stretch: queries.Stretch) -> dict[str, Any]:
    return {
        "desk": desk,
        "other": desk.other,
        "lines": thread.lines(stretch, conversation=desk.conversation, reader=desk.me),
        "last_id": stretch.messages[-1].pk if stretch.messages else 0,
        "reader_is_client": isinstance(desk.other, Practitioner),
    }


def _news(request: PageRequest, desk: Desk) -> HttpResponse:
    after = _where(request)["after"] or 0
    shown = _shown(request, desk, queries.stretch_after(desk.conversation, after))
    fragments = [
        render_to_string("messaging/conversation.html#message", {**shown, "line": line}, request)
        for line in shown["lines"]
    ]
    seen_by_other = thread.marks(desk.conversation, desk.me).theirs
    return HttpResponse("".join(fragments), headers={"Cache-Control": "no-store", "X-Seen": str(seen_by_other)})


def _seen(request: PageRequest, desk: Desk) -> HttpResponse:
    form = SeenForm(request.POST)
    if form.is_valid() and desk.conversation.pk:
        actions.read(
            conversation=desk.conversation, reader=desk.me, up_to=form.cleaned_data["up_to"], now=request.now
        )
    if _wants_json(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(f"{desk.url}#last", status=303)


def _lesson(desk: Desk, lesson_id: int | None) -> Lesson | None:
    return queries.lesson_to_point_at(desk.conversation.client, desk.me, lesson_id) if lesson_id else None


def _where(request: PageRequest) -> dict[str, int | None]:
    """Nonsense in an address counts as not said."""
    form = WhereForm(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in ("before", "after", "lesson", "at")}


def _wants_json(request: PageRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
