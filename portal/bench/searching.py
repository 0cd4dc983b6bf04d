"""Measuring search and the inbox over many messages, in a house of its own (see `room`), which must be empty.

`python -m portal.bench searching 500000`
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import User
from coaching.messaging import queries_inbox, searching
from coaching.people.models import Client, Practice, Practitioner
from portal.bench.figures import Figure

PRACTITIONERS, CLIENTS = 20, 5_000
RUNS = 40
GOAL = 50.0  # milliseconds for 95 of 100 (DESIGN "Speed")
VOCABULARY = 20_000
COMMON, RARE = "knee", "oxygenated"


def measure(messages: int) -> Iterator[Figure]:
    _gather(messages, datetime.now(UTC))
    marta = Practitioner.objects.order_by("pk").first()
    client = Client.objects.filter(practitioner=marta).order_by("pk").first()
    if marta is None or client is None:
        return
    everywhere, one, own = searching.within(marta), searching.within(marta, client), searching.within(client)
    questions: dict[str, Callable[[], object]] = {
        "a common word, newest first": lambda: _search(everywhere, COMMON),
        "a common word, best first": lambda: _search(everywhere, COMMON, best_first=True),
        "a rare word": lambda: _search(everywhere, RARE),
        "a word of the middle": lambda: _search(everywhere, "w150"),
        "a word that nobody said": lambda: _search(everywhere, "zzzzz"),
        "two words": lambda: _search(everywhere, f"{COMMON} w150"),
        "a common word, one client": lambda: _search(one, COMMON),
        "a rare word, one client": lambda: _search(one, RARE),
        "a common word, as a client": lambda: _search(own, COMMON),
    }
    for name, ask in questions.items():
        yield from _timed(f"search: {name}", ask)
    _give_all_to(marta)
    now = datetime.now(UTC)
    for show in queries_inbox.Show:
        yield from _timed(f"inbox of {CLIENTS:,}: {show}", lambda show=show: _open(marta, show, now))  # type: ignore[misc]
    yield from _timed(f"search: a common word, {CLIENTS:,} clients", lambda: _search(everywhere, COMMON))


def _search(own: searching.Scope, wanted: str, *, best_first: bool = False) -> object:
    return searching.search(own, wanted, language="en-gb", best_first=best_first)


def _open(practitioner: Practitioner, show: queries_inbox.Show, now: datetime) -> object:
    """The queries of one page of the inbox."""
    queries_inbox.counts(practitioner, now)
    return list(queries_inbox.inbox(practitioner, now, show)[:30])


def _timed(name: str, ask: Callable[[], object]) -> Iterator[Figure]:
    for _warm in range(3):
        ask()
    took = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    yield Figure(f"{name}, median", statistics.median(took), "ms")
    yield Figure(f"{name}, 95 of 100", statistics.quantiles(took, n=20)[-1], "ms", GOAL)


# --- the house ----------------------------------------------------------------------------------------


def _gather(messages: int, now: datetime) -> None:
    """People by hand, messages in bulk: words by chance, frequent ones often, as in any language."""
    practice = Practice.objects.create(name="A large practice", created_at=now)
    for number in range(PRACTITIONERS):
        user = User.objects.create(email=f"practitioner{number}@bench.example", name=f"Practitioner {number}")
        Practitioner.objects.create(user=user, practice=practice, created_at=now)
    whose = list(Practitioner.objects.order_by("pk"))
    users = User.objects.bulk_create(
        User(email=f"client{number}@bench.example", name=f"Client {number}") for number in range(CLIENTS)
    )
    Client.objects.bulk_create(
        Client(user=user, practitioner=whose[number % PRACTITIONERS], since=now)
        for number, user in enumerate(users)
    )
    said: dict[str, int | str | datetime] = {
        "messages": messages,
        "words": VOCABULARY,
        "common": COMMON,
        "rare": RARE,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for statement in _STATEMENTS:
            cursor.execute(statement, {**said, "now": now - timedelta(hours=1)})
        cursor.execute("VACUUM ANALYZE")


# A word's place grows as the cube of chance: some twenty make a third of what is said, most are hardly ever said.
_STATEMENTS = (
    """INSERT INTO coaching_conversation (client_id, client_read, practitioner_read, starred)
       SELECT id, 0, 0, id %% 20 = 0 FROM coaching_client""",
    """INSERT INTO coaching_message (conversation_id, author_id, uuid, words, sent_at)
       SELECT talk.id, CASE WHEN n / 5000 %% 2 = 0 THEN client.user_id ELSE practitioner.user_id END,
              gen_random_uuid(), said.words, %(now)s::timestamptz - (%(messages)s - n) * interval '30 seconds'
       FROM generate_series(1, %(messages)s) AS n
       JOIN (SELECT id, client_id, row_number() OVER (ORDER BY id) - 1 AS place FROM coaching_conversation) talk
         ON talk.place = n %% (SELECT count(*) FROM coaching_conversation)
       JOIN coaching_client client ON client.id = talk.client_id
       JOIN coaching_practitioner practitioner ON practitioner.id = client.practitioner_id
       CROSS JOIN LATERAL (
           SELECT string_agg('w' || floor(power(random(), 3) * %(words)s)::int, ' ')
                  || CASE WHEN n %% 4 = 0 THEN ' my ' || %(common)s || 's' ELSE '' END
                  || CASE WHEN n %% 50021 = 0 THEN ' ' || %(rare)s ELSE '' END AS words
           FROM generate_series(1, 12 + n %% 20)
       ) said
       ORDER BY n""",
    """UPDATE coaching_conversation talk SET last_message_at = last.sent_at,
              client_read = last.id, practitioner_read = CASE WHEN talk.id %% 10 = 0 THEN 0 ELSE last.id END,
              waiting_since = CASE WHEN talk.id %% 7 = 0 THEN last.sent_at END,
              aside_until = CASE WHEN talk.id %% 40 = 0 THEN now() + interval '1 day' END
       FROM coaching_conversation same
       CROSS JOIN LATERAL (SELECT id, sent_at FROM coaching_message WHERE conversation_id = same.id
                           ORDER BY id DESC LIMIT 1) last
       WHERE same.id = talk.id""",
)


def _give_all_to(practitioner: Practitioner) -> None:
    """One practitioner with all clients: the largest inbox that there can be here."""
    Client.objects.update(practitioner=practitioner)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE coaching_client")
