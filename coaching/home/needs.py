"""Who needs the practitioner, and why: each reason with its evidence and the one thing to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.numbers import in_words
from coaching.home.asking import asking
from coaching.home.rules import Need, Reason, before_that, ranked, standing
from coaching.home.stories import stories
from coaching.home.words import ago, date_of, shortened, since
from coaching.journal.asides import Aside
from coaching.messaging.models import called
from coaching.messaging.queries import LAST_ID, LAST_KIND, LAST_WORDS
from coaching.messaging.queries_inbox import waiting_for
from coaching.outbox.queries import clients_who_refuse
from coaching.people.models import Practitioner
from coaching.practice import needs
from coaching.practice.models import Assignment, Barrier


def needs_of(practitioner: Practitioner, now: datetime, aside: Sequence[Aside] = ()) -> list[Need]:
    """Who needs the practitioner, the most urgent first, without what she set aside. Seven queries, eight when
    somebody asks for a decision."""
    found = [*stories(practitioner, now), *_sore(practitioner, now), *asking(practitioner, now)]
    found += [*_waiting(practitioner, now), *_barriers(practitioner, now), *_unreached(practitioner)]
    found += _quiet(practitioner, now)
    return ranked(standing(found, {(each.client, each.reason): each.since for each in aside}))


def _sore(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [
        Need(
            client=assignment.client,
            reason=Reason.SORE,
            since=assignment.stopped_at or now,
            tag=_sore_tag(assignment) % ago(assignment.stopped_at or now, practitioner, now),
            evidence=_sore_evidence(assignment) % {"lesson": assignment.lesson, "name": assignment.client.name},
            verb=_("See what happened"),
            url=reverse("given", args=[assignment.client.pk, assignment.pk]),
        )
        for assignment in needs.stopped(practitioner)
    ]


def _sore_tag(assignment: Assignment) -> str:
    is_sore = assignment.stopped_why == Assignment.Why.SORE
    return _("Sore, and a lesson rests, %s") if is_sore else _("Stopped a lesson, %s")


def _sore_evidence(assignment: Assignment) -> str:
    if assignment.stopped_why == Assignment.Why.SORE:
        return _("%(name)s is sore after %(lesson)s, for more than a day or more and more. It rests for your word.")
    return _("%(lesson)s hurt, and %(name)s stopped it. It waits for your word.")


def _waiting(practitioner: Practitioner, now: datetime) -> list[Need]:
    conversations = waiting_for(practitioner, now).annotate(
        last_words=LAST_WORDS, last_kind=LAST_KIND, last_id=LAST_ID
    )[:50]
    return [
        Need(
            client=conversation.client,
            reason=Reason.WAITS,
            since=waits_since,
            tag=_("Waits since %s") % since(waits_since, practitioner, now),
            evidence=f"“{shortened(conversation.last_words)}”"
            if conversation.last_words
            else called(conversation.last_kind),
            verb=_("Answer %s") % conversation.client.name,
            url=reverse("conversation", args=[conversation.client.pk]),
            newest=conversation.last_message_at,
            read_up_to=conversation.last_id,
        )
        for conversation in conversations
        if (waits_since := conversation.waiting_since)
    ]


def _barriers(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [
        Need(
            client=barrier.client,
            reason=Reason.SORE if barrier.why == Barrier.Why.SORE else Reason.BARRIER,
            since=barrier.said_at,
            tag=_("Said what is in the way, %s") % ago(barrier.said_at, practitioner, now),
            evidence=_("Asked why there is no practice, %(name)s says: “%(why)s”.")
            % {"name": barrier.client.name, "why": barrier.get_why_display()},
            verb=_("Write to %s") % barrier.client.name,
            url=reverse("conversation", args=[barrier.client.pk]),
            seen_url=reverse("see_barriers", args=[barrier.client.pk]),
        )
        for barrier in needs.barriers(practitioner, now)
    ]


def _unreached(practitioner: Practitioner) -> list[Need]:
    return [
        Need(
            client=client,
            reason=Reason.UNREACHED,
            since=since,
            tag=_("Gets no letters, since %s") % date_of(since, practitioner),
            evidence=_("%s Nothing more is sent there until you let it.") % cause.label,
            verb=_("See the letters"),
            url=reverse("letters"),
        )
        for client, cause, since in clients_who_refuse(practitioner)
    ]


def _quiet(practitioner: Practitioner, now: datetime) -> list[Need]:
    return [_gone_quiet(client, practitioner, now) for client in needs.gone_quiet(practitioner, now)]


def _gone_quiet(client: Any, practitioner: Practitioner, now: datetime) -> Need:
    """Of a client as `needs.gone_quiet` finds them."""
    last: datetime = client.last_practice
    when = _("The last time was on %s.") % date_of(last, practitioner)
    return Need(
        client=client,
        reason=Reason.QUIET,
        since=last,
        tag=_("No practice for %s days") % in_words((now - last).days),
        evidence=f"{before_that(client.days_before or 0)} {when}",
        verb=_("See the page"),
        url=reverse("client", args=[client.pk]),
    )
