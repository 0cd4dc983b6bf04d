"""Safety signs: told by the client, seen by the practitioner, who decides whether lessons go on."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.sealed import kept
from coaching.live.actions import tell
from coaching.outbox.actions import post
from coaching.people.models import Client
from coaching.story import queries, rules
from coaching.story.keeping import hold, save, tell_practitioner, write_practitioner
from coaching.story.models import Story

URGENT = 0
_DECIDED = ("decision", "decided_at", "decision_words")


def answer_signs(*, client: Client, signs: Iterable[str], now: datetime) -> Story:
    """Save which safety signs there are. A new one is brought to the practitioner at once, by letter and live, and
    holds lessons back until she decides.

    Raises ValueError for a key that is no sign.
    """
    keys = rules.known_signs(signs)
    with transaction.atomic():
        wait_turn(client)
        story = hold(client, now)
        is_new = bool(set(keys) - set(story.signs))
        if is_new or not keys:
            story.decision, story.decided_at, story.decision_words = Story.Decision.OPEN, None, ""
        story.signs = keys
        story.signs_asked_at = now
        if is_new:
            story.signs_seen_at = None
        save(story, "signs", now, "signs", "signs_asked_at", "signs_seen_at", *_DECIDED)
        if is_new:
            _alert(story, now)
    return story


def decide(*, client: Client, decision: str, words: str = "", now: datetime) -> Story | None:
    """The practitioner says whether lessons go on (a value of Story.Decision, not OPEN) and why. The client is told
    by one letter. None: there is no sign to decide on. Raises ValueError for what is no decision."""
    said = Story.Decision(decision)
    if said == Story.Decision.OPEN:
        raise ValueError("A decision says that lessons go on, or that they wait.")
    with transaction.atomic():
        wait_turn(client)
        story = Story.objects.select_for_update().filter(client=client, signs__len__gt=0).first()
        if story is None:
            return None
        is_same = story.decision == said and story.decision_words == words
        if not is_same:
            _keep_decision(story, said, words, now)
            _tell_client(story, client, now)
    return story


def _keep_decision(story: Story, said: Story.Decision, words: str, now: datetime) -> None:
    story.decision, story.decision_words, story.decided_at = said, kept(story.decision_words, words), now
    story.signs_seen_at = story.signs_seen_at or now
    story.save(update_fields=[*_DECIDED, "signs_seen_at"])


def see_signs(*, story: Story, now: datetime) -> None:
    """The practitioner says: I have seen the safety signs."""
    unseen = Story.objects.filter(pk=story.pk, signs_seen_at=None)
    if unseen.update(signs_seen_at=now):
        tell(person=story.client.user, kind="story.signs_seen", about={"client": story.client_id}, now=now)


def holds_back(*, client: Client) -> bool:
    """Whether a safety sign holds lessons back, in a transaction of the caller: until it ends, no sign is told and
    nothing is decided."""
    wait_turn(client)
    return queries.holds_back(client)


def wait_turn(client: Client) -> None:
    """One after the other, for one client: a sign is told, it is decided on, a lesson is given."""
    # no_key: rows that point to the client are written by others meanwhile.
    Client.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk)


def _tell_client(story: Story, client: Client, now: datetime) -> None:
    tell(person=client.user, kind="story.decided", about={"client": client.pk}, now=now)
    post(
        kind="story.decided",
        key=f"story.decided:{story.pk}:{now.isoformat()}",
        person=client.user,
        about={"story": story.pk},
        due_at=now,
        now=now,
    )


def _alert(story: Story, now: datetime) -> None:
    tell_practitioner(story, kind="story.sign", now=now)
    # Its moment belongs to the key: another sign on another day earns another letter.
    key = f"story.sign:{story.pk}:{now.isoformat()}"
    write_practitioner(story, kind="story.sign", key=key, now=now, urgency=URGENT)
