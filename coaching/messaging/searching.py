"""Finding what was said, by PostgreSQL's full text search: words, what was spoken, and names of files.

Each message is kept in its author's language and as it stands (see `vectors`), and looked for in the same two ways,
so "breathing" finds "breathe", and a name or a word of another language is found as it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchQueryCombinable, SearchRank
from django.db.models import F, Func, Max, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from coaching.messaging.models import Attachment, Message
from coaching.messaging.vectors import DEFAULT, PLAIN, dictionary_of
from coaching.people.marked import BEGIN, END, piece, without_signs
from coaching.people.models import Client, Practitioner

MOST = 20  # hits on a page
# Of the newest hits, for "best first": weighing all that hold a common word takes seconds.
WEIGHED = 1000
_CONTEXT = 10  # messages that follow the hit on the page that it leads to


@dataclass(frozen=True)
class Hit:
    """A message that was found. `words` and `spoken` are marked pieces, `files` marked names of files; `before` is
    the message before which a page of the conversation begins that shows it, None on the newest page."""

    message: Message
    words: str
    spoken: list[str]
    files: list[str]
    before: int | None


@dataclass(frozen=True)
class Found:
    """`older` is the message before which the next page looks; None when there is no more. `weighed` says that only
    the newest were weighed."""

    hits: list[Hit]
    older: int | None = None
    weighed: bool = False


# Of which messages: conditions that each of them meets.
Scope = dict[str, Client | Practitioner]


def within(reader: Client | Practitioner, whose: Client | None = None) -> Scope:
    """The messages in which `reader` may search: all of their own, or those with one client."""
    if isinstance(reader, Client):
        return {"conversation__client": reader}
    theirs: Scope = {"conversation__client": whose} if whose else {}
    return {**theirs, "conversation__client__practitioner": reader}


def search(
    own: Scope, wanted: str, *, language: str, best_first: bool = False, older_than: int | None = None
) -> Found:
    """Messages among `own` that hold what is wanted, the newest or the best `MOST` first. Three queries.

    `wanted` is what people type into search fields: words, "a phrase", or, -without.
    """
    query = _query(wanted, language)
    most = WEIGHED if best_first else MOST
    ids = _newest(own, query, most + 1, None if best_first else older_than)
    rows = _marked(Message.objects.filter(pk__in=ids[:most]), query)
    if best_first:
        rows = rows.annotate(weight=_weight(query)).order_by("-weight", "-id")[:MOST]
    hits = [_hit(each) for each in rows]
    if best_first:
        return Found(hits, weighed=len(ids) > most)
    return Found(hits, older=ids[most - 1] if len(ids) > most else None)


def _query(wanted: str, language: str) -> SearchQueryCombinable:
    dictionaries = dict.fromkeys([dictionary_of(language), DEFAULT, PLAIN])
    asked: list[SearchQueryCombinable] = [
        SearchQuery(wanted, search_type="websearch", config=each) for each in dictionaries
    ]
    return reduce(or_, asked)


def _newest(own: Scope, query: SearchQueryCombinable, most: int, older_than: int | None) -> list[int]:
    """Ids of the newest messages that hold it, however they do. Each way is cut short by itself, so none reads more
    than it must."""
    hanging_on_them = {f"message__{name}": value for name, value in own.items()}
    messages = Message.objects.filter(**own)
    files = Attachment.objects.filter(**hanging_on_them, message__removed_at=None)
    if older_than is not None:
        messages, files = messages.filter(id__lt=older_than), files.filter(message__lt=older_than)
    said: QuerySet[Any, Any] = messages.filter(found_by=query).order_by("-id").values_list("id")
    spoken: QuerySet[Any, Any] = files.filter(found_by=query).order_by("-message").values_list("message_id")
    named: QuerySet[Any, Any] = files.filter(file__named_by=query).order_by("-message").values_list("message_id")
    found = said[:most].union(spoken[:most], named[:most])
    return [row[0] for row in found.order_by("-id")[:most]]


def _marked(messages: QuerySet[Message], query: SearchQueryCombinable) -> QuerySet[Message]:
    after = Message.objects.filter(conversation=OuterRef("conversation"), id__gt=OuterRef("pk")).order_by("id")
    attachments = Attachment.objects.select_related("file").annotate(
        **_headlines("spoken", "transcript", query), hit_name=_headline("file__name", query, Value(PLAIN))
    )
    return (
        messages.select_related("conversation__client__user", "author")
        .annotate(
            **_headlines("words", "words", query),
            page_before=Subquery(after.values("id")[_CONTEXT : _CONTEXT + 1]),
        )
        .prefetch_related(Prefetch("attachments", attachments, to_attr="marked_files"))
        .order_by("-id")
    )


def _headlines(name: str, field: str, query: SearchQueryCombinable) -> dict[str, SearchHeadline]:
    return {
        f"hit_{name}": _headline(field, query, F("dictionary")),
        f"hit_{name}_plain": _headline(field, query, Value(PLAIN)),
    }


def _headline(field: str, query: SearchQueryCombinable, config: F | Value) -> SearchHeadline:
    words = Func(F(field), Value(BEGIN + END), Value(""), function="translate", output_field=TextField())
    return SearchHeadline(words, query, config=config, start_sel=BEGIN, stop_sel=END, highlight_all=True)


def _weight(query: SearchQueryCombinable) -> CombinedExpression:
    """How well it fits: the message's words and the best of what was spoken with it."""
    spoken = (
        Attachment.objects.filter(message=OuterRef("pk"))
        .order_by()
        .values("message")
        .annotate(best=Max(SearchRank(F("found_by"), query)))
        .values("best")
    )
    return Coalesce(SearchRank(F("found_by"), query), 0.0) + Coalesce(Subquery(spoken), 0.0)


def _hit(message: Message) -> Hit:
    files: Sequence[Attachment] = message.marked_files  # type: ignore[attr-defined]
    return Hit(
        message=message,
        words=without_signs(_piece(message, "words") or message.words[:160]),
        spoken=[found for each in files if (found := _piece(each, "spoken"))],
        files=[name for each in files if BEGIN in (name := str(each.hit_name))],  # type: ignore[attr-defined]
        before=message.page_before,  # type: ignore[attr-defined]
    )


def _piece(row: Message | Attachment, name: str) -> str:
    """What stands around the hit, in whichever way it was found; empty when it is not in this text."""
    texts = [str(getattr(row, f"hit_{name}")), str(getattr(row, f"hit_{name}_plain"))]
    return next((piece(text) for text in texts if BEGIN in text), "")
