"""The conversation, for both who are in it."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_ratelimit.core import is_ratelimited

from accounts.zones import distance_in_words
from coaching.messaging import actions, drafts, queries, rules, thread
from coaching.messaging import desk as desks
from coaching.messaging.desk import Desk
from coaching.messaging.forms import MessageForm, SeenForm, WhereForm
from coaching.messaging.models import Message
from coaching.messaging.views_inbox import inbox
from coaching.people.access import PageRequest, client_required, member_required, practitioner_required
from coaching.people.devices import uses
from coaching.people.models import Practitioner

# Nobody who talks meets this; a script that floods does.
SENDS = "40/m"
ABOUT = ("lesson", "at", "session", "answers")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@uses("microphone")
def messages(request: PageRequest) -> HttpResponseBase:
    """For a client the conversation, for a practitioner the inbox."""
    if hasattr(request, "client"):
        return _conversation(request, desks.of_client(request.client))
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return inbox(request)


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
@uses("microphone")
def conversation(request: PageRequest, pk: int) -> HttpResponseBase:
    return _conversation(request, desks.of_practitioner(request.practitioner, pk))


@require_GET
@client_required
def news(request: PageRequest) -> HttpResponse:
    """What was said after `?after=<id>`, as fragments of the page."""
    return _news(request, desks.of_client(request.client))


@require_GET
@practitioner_required
def news_of(request: PageRequest, pk: int) -> HttpResponse:
    return _news(request, desks.of_practitioner(request.practitioner, pk))


@require_POST
@client_required
def seen(request: PageRequest) -> HttpResponse:
    """The reader has seen everything up to the message `up_to`."""
    return _seen(request, desks.of_client(request.client))


@require_POST
@practitioner_required
def seen_of(request: PageRequest, pk: int) -> HttpResponse:
    return _seen(request, desks.of_practitioner(request.practitioner, pk))


def _conversation(request: PageRequest, desk: Desk) -> HttpResponseBase:
    if request.method == "POST":
        return _send(request, desk)
    where = _where(request)
    begun = drafts.draft_of(desk.conversation, desk.me)
    found = desks.about(desk, **{name: where[name] for name in ABOUT})
    if found.is_empty and "plain" not in request.GET:
        found = desks.About(begun.lesson, begun.lesson_second, begun.session, begun.answers)
    first = {"uuid": uuid4(), "words": begun.words, "draft": begun.number, **found.initial}
    form = MessageForm(initial=first, person=request.user)
    changing = _to_change(request, desk, where["change"])
    return _page(request, desk, form, about=found, older_than=where["before"], changing=changing)


def _to_change(request: PageRequest, desk: Desk, message_id: int | None) -> Message | None:
    """A message of the reader's that its words can still be changed of; else the page is the ordinary one."""
    message = queries.message_to_answer(desk.conversation, message_id) if message_id else None
    mine = message is not None and message.author_id == desk.me.pk
    still = message is not None and not message.removed_at
    return message if message and mine and still and rules.may_change(message.sent_at, request.now) else None


def _send(request: PageRequest, desk: Desk) -> HttpResponseBase:
    form = MessageForm(request.POST, request.FILES, person=request.user)
    if is_ratelimited(request, group="messaging.send", key="user", rate=SENDS, increment=True):
        sentence = _("That was a lot at once. Wait a minute, then send again: your words are still here.")
        return _not_sent(request, desk, form, sentence, status=429)
    valid = form.is_valid()
    if sent := actions.sent_already(desk.conversation, desk.me, form.cleaned_data.get("uuid")):
        return _sent(request, desk, sent, form.cleaned_data.get("draft"))
    if not valid:
        gone = form.errors.get("enclosed", [_("This was not sent. Write it once more, please.")])
        return _not_sent(request, desk, form, str(gone[0]))
    said = form.cleaned_data
    found = desks.about(desk, **{name: said[name] for name in ABOUT})
    try:
        message = actions.send(
            conversation=desk.conversation,
            author=desk.me,
            uuid=said["uuid"],
            words=said["words"],
            lesson=found.lesson,
            lesson_second=found.second,
            session=found.session,
            answers=found.answers,
            files=said["enclosed"],
            now=request.now,
        )
    except rules.Refused as refused:
        return _not_sent(request, desk, form, str(refused))
    return _sent(request, desk, message, said["draft"])


def _sent(request: PageRequest, desk: Desk, message: Message, knows: int | None) -> HttpResponseBase:
    number = drafts.end(conversation=message.conversation, person=desk.me, knows=knows, now=request.now)
    if desks.wants_json(request):
        return JsonResponse({"message": message.pk, "draft": number}, status=201)
    return desks.back_to(desk)


def _not_sent(
    request: PageRequest, desk: Desk, form: MessageForm, sentence: str, *, status: int = 422
) -> HttpResponse:
    if desks.wants_json(request):
        return JsonResponse({"error": sentence}, status=status)
    said = form.cleaned_data if form.is_valid() else {}
    found = desks.about(desk, **{name: said.get(name) for name in ABOUT})
    before = {**form.data.dict(), "uuid": uuid4(), **found.initial}  # type: ignore[attr-defined]
    fresh = MessageForm(initial=before, person=request.user)
    return _page(request, desk, fresh, about=found, error=sentence, status=status)


def _page(
    request: PageRequest,
    desk: Desk,
    form: MessageForm,
    *,
    about: desks.About,
    older_than: int | None = None,
    changing: Message | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    stretch = queries.stretch(desk.conversation, older_than=older_than)
    context = {
        **_shown(request, desk, stretch),
        "here": "messages",
        "form": form,
        "error": error,
        "about": about,
        "quote": about.quote(desk.me),
        "changing": changing,
        "at": rules.minutes(about.second),
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
        "lines": thread.lines(stretch, conversation=desk.conversation, reader=desk.me, now=request.now),
        "last_id": stretch.messages[-1].pk if stretch.messages else 0,
        "reader_is_client": isinstance(desk.other, Practitioner),
    }


def _news(request: PageRequest, desk: Desk) -> HttpResponse:
    """What came after `after`, and what changed among the earlier ones since the change of number `changes`."""
    where = _where(request)
    after = where["after"] or 0
    shown = _shown(request, desk, queries.stretch_after(desk.conversation, after))
    lines, told_of = shown["lines"], desk.conversation.changes
    if where["changes"] is not None and where["changes"] < desk.conversation.changes:
        changed = queries.changed_since(desk.conversation, where["changes"], up_to=after)
        again = thread.changed_lines(changed, conversation=desk.conversation, reader=desk.me, now=request.now)
        lines = [*again, *lines]
        told_of = changed[-1].change if len(changed) == rules.PAGE else told_of
    fragments = [render_to_string("messaging/_message.html", {**shown, "line": line}, request) for line in lines]
    told = {
        "Cache-Control": "no-store",
        "X-Seen": str(thread.marks(desk.conversation, desk.me).theirs),
        "X-Changes": str(told_of),
    }
    return HttpResponse("".join(fragments), headers=told)


def _seen(request: PageRequest, desk: Desk) -> HttpResponse:
    form = SeenForm(request.POST)
    if form.is_valid() and desk.conversation.pk:
        actions.read(
            conversation=desk.conversation, reader=desk.me, up_to=form.cleaned_data["up_to"], now=request.now
        )
    return HttpResponse(status=204) if desks.wants_json(request) else desks.back_to(desk)


def _where(request: PageRequest) -> dict[str, Any]:
    """Nonsense in an address counts as not said."""
    form = WhereForm(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}
