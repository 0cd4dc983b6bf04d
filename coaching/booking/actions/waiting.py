"""The waiting list: joining it, being offered what opens, in turn, and taking it or letting it pass."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.models import User
from coaching.booking import grace, letters, queries, turns
from coaching.booking.actions import steps
from coaching.booking.actions.opened import something_opened
from coaching.booking.actions.steps import Settled, Status, What
from coaching.booking.intervals import Interval
from coaching.booking.models import (
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    SessionType,
    WaitingPlace,
)
from coaching.booking.rules import Slot
from coaching.live.actions import tell
from coaching.people.models import Client, Practitioner
from coaching.story.queries import is_told

State = WaitingPlace.State


class Passed(Exception):
    """The offer was let pass, or the time for which it was held is over."""


def join(*, client: Client, session_type: SessionType, now: datetime, until: date | None = None) -> WaitingPlace:
    """A place on the list of a type, for a time no later than `until` (a date on the client's clock).

    Who has a place keeps it, and its turn; only the date changes. Who has a session of this type already waits for
    an earlier one. What is free now did not suit, and neither would what the horizon brings day by day.

    Raises Settled for a client who has graduated or left, StoryFirst for one who has not told the story that the
    type asks for.
    """
    with transaction.atomic():
        steps.hold(session_type.practitioner, now)
        steps.check_story(session_type, client, client.user)
        if not Client.objects.reminded().filter(pk=client.pk).exists():
            raise Settled
        offer, free = queries.offer_of(session_type), queries.all_free_slots(session_type, now)
        place, made = WaitingPlace.objects.get_or_create(
            client=client,
            session_type=session_type,
            state__in=(State.WAITING, State.TOLD),
            defaults={
                "state": State.WAITING,
                "since": now,
                "until": until,
                "stays": _coming(client, session_type, now).exists(),
                "passed_over": turns.as_runs(free, offer.grid, beyond=now + offer.horizon),
            },
        )
        if not made:
            place.until = until
            place.save(update_fields=["until"])
        return place


def stay(*, place: WaitingPlace) -> None:
    """A session was booked meanwhile; the client still waits for an earlier one."""
    WaitingPlace.objects.filter(pk=place.pk, state=State.WAITING).update(stays=True)


def leave(*, place: WaitingPlace, now: datetime) -> None:
    """The client waits no more. A time that was held for them goes to the next in turn."""
    with transaction.atomic():
        steps.hold(place.session_type.practitioner, now)
        standing = WaitingPlace.objects.filter(pk=place.pk, state__in=(State.WAITING, State.TOLD)).first()
        if standing is not None:
            _end(standing, State.LEFT, now)
            something_opened(practitioner=place.session_type.practitioner, now=now)


def accept(*, offer: Appointment, by: User, now: datetime) -> Appointment:
    """Book the time that is held. Accepting twice is the same as once. Raises Passed, or StoryFirst."""
    with transaction.atomic():
        try:
            session = steps.locked(offer, now)
        except Appointment.DoesNotExist:
            raise Passed from None
        if session.stands:
            return session
        if session.status != Status.OFFERED:
            raise Passed
        steps.check_story(session.session_type, session.client, by)
        waits = session.session_type.by_approval
        session.status, session.held_until = (Status.REQUESTED if waits else Status.CONFIRMED), None
        session.save(update_fields=["status", "held_until"])
        WaitingPlace.objects.filter(offer=session).update(state=State.BOOKED, ended_at=now)
        steps.record(session, What.ASKED if waits else What.BOOKED, by=by, now=now)
        return session


def let_pass(*, offer: Appointment, now: datetime) -> None:
    """The client does not take it: it goes to the next in turn. What was accepted already stays."""
    with transaction.atomic():
        practitioner = steps.hold(offer.practitioner, now)
        place = WaitingPlace.objects.filter(offer=offer, state=State.TOLD).first()
        if place is not None:
            _end(place, State.PASSED, now)
            something_opened(practitioner=practitioner, now=now)


def sweep(*, now: datetime) -> int:
    """Offer what has opened, everywhere that somebody waits; gives how many offers were made."""
    states = (State.WAITING, State.TOLD)
    waited_for = WaitingPlace.objects.filter(state__in=states).values("session_type__practitioner")
    return sum(offer_next(practitioner=each, now=now) for each in Practitioner.objects.filter(pk__in=waited_for))


def offer_next(*, practitioner: Practitioner, now: datetime) -> int:
    """End the offers whose time has passed, and offer what is free to whoever is next; gives the number of offers.

    Never two people the same time: the offer holds it, under the practitioner's lock. A time that whoever freed it
    can still take back waits until they cannot.
    """
    with transaction.atomic():
        steps.hold(practitioner, now)
        _end_what_passed(practitioner, now)
        places = list(_in_turn(practitioner))
        if not places:
            return 0
        taken_back = _may_come_back(practitioner, now)
        coming = _coming_starts(places, now)
        free: dict[int, list[Slot]] = {}
        made = 0
        for place in places:
            wants = _wants(place, coming)
            kind = place.session_type
            if wants is None or kind.retired_at is not None:
                continue
            if kind.pk not in free:
                slots = queries.all_free_slots(kind, now)
                free[kind.pk] = list(turns.apart_from(taken_back, slots, queries.offer_of(kind)))
            found = turns.first_suiting(free[kind.pk], wants, now)
            if found and _offer(place, *found, now=now):
                made += 1
                free.clear()
        return made


def _in_turn(practitioner: Practitioner) -> Iterable[WaitingPlace]:
    people = ("client__user", "session_type__practitioner__user", "session_type__practitioner__workload")
    return WaitingPlace.objects.waiting().filter(session_type__practitioner=practitioner).select_related(*people)


def _end_what_passed(practitioner: Practitioner, now: datetime) -> None:
    """Places whose offer holds no more (`steps.hold` has withdrawn it), and those of clients who need no list."""
    mine = WaitingPlace.objects.filter(session_type__practitioner=practitioner)
    for place in mine.filter(state=State.TOLD).exclude(offer__status=Status.OFFERED):
        _end(place, State.PASSED, now)
    gone = mine.filter(state__in=(State.WAITING, State.TOLD)).exclude(
        client__status__in=[Client.Status.NEW, Client.Status.ACTIVE]
    )
    for place in gone:
        _end(place, State.LEFT, now)


def _end(place: WaitingPlace, state: str, now: datetime) -> None:
    """The place's story is over. An offer that nobody took leaves no session behind."""
    offer, place.offer = place.offer, None
    place.state, place.ended_at = state, now
    place.save(update_fields=["state", "ended_at", "offer"])
    if offer is not None:
        offer.delete()


def _coming(client: Client, session_type: SessionType, now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.filter(client=client, session_type=session_type).standing().filter(starts_at__gt=now)


def _coming_starts(places: Iterable[WaitingPlace], now: datetime) -> dict[tuple[int, int], list[datetime]]:
    """When those who wait have sessions already, by client and type. One query."""
    rows = Appointment.objects.standing().filter(
        starts_at__gt=now, client__in=[place.client_id for place in places]
    )
    found: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for client, kind, starts_at in rows.values_list("client", "session_type", "starts_at"):
        found[client, kind].append(starts_at)
    return found


def _wants(place: WaitingPlace, coming: dict[tuple[int, int], list[datetime]]) -> turns.Wants | None:
    """None for who has a session of this type, and did not choose to stay on the list for an earlier one."""
    has = coming.get((place.client_id, place.session_type_id), [])
    if has and not place.stays:
        return None
    return turns.Wants(
        zone=place.client.zone,
        until=place.until,
        earlier_than=min(has, default=None),
        passed_over=place.passed_over,
    )


def _may_come_back(practitioner: Practitioner, now: datetime) -> list[Interval]:
    """The times, buffers counted, that were freed a moment ago, and that "Undo" may still claim."""
    since = now - grace.GRACE - grace.MARGIN
    freed = AppointmentChange.objects.filter(
        appointment__practitioner=practitioner, at__gte=since, what__in=(What.CANCELLED, What.MOVED)
    ).select_related("appointment")
    found = []
    for change in freed:
        session = change.appointment
        before = session.changes.filter(id__lt=change.pk).last() if change.what == What.MOVED else change
        shift = (before.starts_at if before else change.starts_at) - session.starts_at
        found.append((session.blocked_from + shift, session.blocked_until + shift))
    return found


def _offer(place: WaitingPlace, slot: Slot, until: datetime, *, now: datetime) -> bool:
    """Hold the slot for the client and write to them. False when they may not book the type, or somebody was
    quicker."""
    client, kind = place.client, place.session_type
    if not queries.bookable_types(client).filter(pk=kind.pk).exists():
        return False
    if kind.needs_story and not is_told(client):
        return False
    offer = Appointment(
        practitioner=kind.practitioner,
        client=client,
        session_type=kind,
        status=Status.OFFERED,
        held_until=until,
        token=uuid4(),
        created_at=now,
    )
    steps.place(offer, slot.start)
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError as refusal:
        if not steps.is_overlap(refusal):
            raise
        return False
    place.state, place.offer = State.TOLD, offer
    place.save(update_fields=["state", "offer"])
    letters.post_offered(offer, now=now)
    tell(person=client.user, kind="booking.changed", about={"appointment": str(offer.pk)}, now=now)
    return True
