"""What asks for the practitioner in people's stories and in their coming and going. One query for all of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.booking.models import Appointment
from coaching.home.rules import Need, Reason
from coaching.home.words import ago, date_of
from coaching.messaging.models import Message
from coaching.people.models import Client, Practitioner
from coaching.practice import arc
from coaching.practice.models import Assignment
from coaching.practice.models_arc import Graduation
from coaching.story.models import Story

UNTOLD_AFTER = timedelta(days=7)


def stories(practitioner: Practitioner, now: datetime) -> Iterator[Need]:
    """Doctors' signs, knocks at the door, stories that nobody answered and stories that were never told."""
    for client in _clients(practitioner, now):
        story: Story | None = getattr(client, "story", None)
        if story and story.signs and story.decision == Story.Decision.OPEN:
            yield _sign(client, story, practitioner, now)
        if client.knocked_at:  # type: ignore[attr-defined]
            yield _knock(client, client.knocked_at, practitioner, now)  # type: ignore[attr-defined]
        if story and story.told_at and client.unanswered:  # type: ignore[attr-defined]
            yield _told(client, story.told_at, practitioner, now)
        if client.late_with_it:  # type: ignore[attr-defined]
            yield _untold(client, practitioner)
        if ready := arc.ready_of(client):
            yield _ready(ready)


def _clients(practitioner: Practitioner, now: datetime) -> QuerySet[Client]:
    """Those with any of it; each with `knocked_at`, `unanswered` and `late_with_it`."""
    here = Q(status__in=(Client.Status.ACTIVE, Client.Status.NEW))
    knocks = Graduation.objects.filter(client=OuterRef("pk"), came_back_at=None, asked_back_at__isnull=False)
    told = Q(story__told_at__isnull=False)
    signs = Q(story__signs__len__gt=0, story__signs_asked_at__isnull=False, story__decision=Story.Decision.OPEN)
    return (
        Client.objects.of(practitioner)
        .select_related("user", "story")
        .annotate(
            knocked_at=Subquery(knocks.values("asked_back_at")[:1]),
            unanswered=here & told & Q(path=Client.Path.OPEN) & ~_answered(),
            late_with_it=here & ~told & Q(since__lt=now - UNTOLD_AFTER) & ~_worked_with(now),
            **arc.looking(now),
        )
        .filter(signs | Q(knocked_at__isnull=False) | Q(unanswered=True) | Q(late_with_it=True) | arc.alone(now))
        .order_by("pk")
    )


def _answered() -> Q:
    """Something came from the practitioner since the story was told."""
    since = {"client": OuterRef("pk")}
    said = Message.objects.filter(conversation__client=OuterRef("pk"), sent_at__gt=OuterRef("story__told_at"))
    given = Assignment.objects.filter(**since, created_at__gt=OuterRef("story__told_at"))
    met = Appointment.objects.standing().filter(**since, ends_at__gt=OuterRef("story__told_at"))
    return Q(Exists(said.exclude(author=OuterRef("user")))) | Q(Exists(given)) | Q(Exists(met))


def _worked_with(now: datetime) -> Q:
    """Whoever has lessons or sessions is known without a story; with whoever wrote lately one is speaking."""
    spoke = Q(conversation__last_message_at__isnull=False, conversation__last_message_at__gt=now - UNTOLD_AFTER)
    met = Appointment.objects.standing().filter(client=OuterRef("pk"))
    return spoke | Q(Exists(Assignment.objects.filter(client=OuterRef("pk")))) | Q(Exists(met))


def _sign(client: Client, story: Story, practitioner: Practitioner, now: datetime) -> Need:
    asked = story.signs_asked_at or story.updated_at
    if story.signs_seen_at:
        return Need(
            client=client,
            reason=Reason.UNDECIDED,
            since=asked,
            tag=_("A sign waits for your decision, since %s") % date_of(asked, practitioner),
            evidence=_("No lesson goes to %s until you decide.") % client.name,
            verb=_("Decide"),
            url=reverse("story_of", args=[client.pk]),
        )
    return Need(
        client=client,
        reason=Reason.SIGN,
        since=asked,
        tag=_("Sign that needs a doctor, %s") % ago(asked, practitioner, now),
        evidence=_("%s answered yes to a safety question. The page told what to do now, and that you see this.")
        % client.name,
        verb=_("Read the story"),
        url=reverse("story_of", args=[client.pk]),
        seen_url=reverse("story_signs_seen", args=[client.pk]),
    )


def _ready(ready: arc.Ready) -> Need:
    return Need(
        client=ready.client,
        reason=Reason.READY,
        since=ready.since,
        tag=_("May need no plan any more"),
        evidence=ready.reason,
        verb=_("Look at graduating"),
        url=reverse("graduate", args=[ready.client.pk]),
    )


def _knock(client: Client, knocked_at: datetime, practitioner: Practitioner, now: datetime) -> Need:
    return Need(
        client=client,
        reason=Reason.KNOCKS,
        since=knocked_at,
        tag=_("Asks to come back, %s") % ago(knocked_at, practitioner, now),
        evidence=_("%s had graduated, and would like to work with you again.") % client.name,
        verb=_("Open the page"),
        url=f"{reverse('client', args=[client.pk])}#way-on",
    )


def _told(client: Client, told_at: datetime, practitioner: Practitioner, now: datetime) -> Need:
    return Need(
        client=client,
        reason=Reason.TOLD,
        since=told_at,
        tag=_("Told the story, %s") % ago(told_at, practitioner, now),
        evidence=_("No answer, no lesson and no session since. %s was told that this takes a day or two.")
        % client.name,
        verb=_("Read the story"),
        url=reverse("story_of", args=[client.pk]),
    )


def _untold(client: Client, practitioner: Practitioner) -> Need:
    return Need(
        client=client,
        reason=Reason.UNTOLD,
        since=client.since,
        tag=_("Has not told the story"),
        evidence=_("%(name)s came in on %(day)s, and has no lesson yet.")
        % {"name": client.name, "day": date_of(client.since, practitioner)},
        verb=_("Write to %s") % client.name,
        url=reverse("conversation", args=[client.pk]),
    )
