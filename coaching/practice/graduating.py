"""Graduating: the plan is over, the lessons that helped are kept, and the door stays open. All of it or nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from coaching.live import actions as live
from coaching.outbox import actions as outbox
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client
from coaching.practice import agreeing, kit
from coaching.practice.models import Assignment, AssignmentQuerySet
from coaching.practice.models_arc import Graduation

UNDONE_WITHIN = timedelta(days=1)
TELLS_AFTER = timedelta(minutes=10)  # what is taken back at once is told to nobody
KNOCKS_AFTER = timedelta(minutes=2)
State = Assignment.State
_HURTS = Q(state=State.STOPPED, stopped_at__isnull=False)


class NotNow(Exception):
    """Who has graduated or left does not graduate, and who works with the practitioner has not graduated."""


class TooLate(Exception):
    """The client has read of it, or a day has passed."""


def latest(client: Client) -> Graduation | None:
    """The graduation that holds. One query."""
    return Graduation.objects.filter(client=client, came_back_at=None).first()


def graduate(*, client: Client, kept: Sequence[tuple[int, str]] = (), words: str = "", now: datetime) -> Graduation:
    """The client needs no plan any more. `kept` is the relapse kit: keys of lessons with words when to take each.

    All that was given ends, but what is kept is there whenever it is needed; no reminder leaves any more but those
    of booked sessions; one letter tells. Raises `NotNow`, `kit.TooMany`, `HeldBack`.
    """
    with transaction.atomic():
        held = _held(client)
        if held.status in (Client.Status.GRADUATED, Client.Status.ENDED):
            raise NotNow
        before = [_as_it_was(each) for each in _in_force(held)]
        kit.fill(client=held, chosen=kept, now=now)
        _end_all_but(held, [lesson for lesson, _words in kept], now)
        people.graduate(client=held, now=now)
        Graduation.objects.filter(client=held, came_back_at=None).update(came_back_at=now)
        graduation = Graduation.objects.create(client=held, at=now, words=words, before={"given": before})
        _write(graduation, "practice.graduated", held.user, moment=now, due_at=now + TELLS_AFTER, now=now)
        _show(held.user, "practice.graduated", held, now)
    client.status, client.graduated_at = held.status, held.graduated_at
    return graduation


def may_take_back(graduation: Graduation, now: datetime) -> bool:
    return graduation.came_back_at is None and graduation.seen_at is None and now - graduation.at < UNDONE_WITHIN


def take_back(*, graduation: Graduation, now: datetime) -> None:
    """As if it had not been, until the client has read of it or a day has passed; the kit stays as it was chosen.
    What hurt since rests on, and what was given anew since holds.

    Somebody whose letter has left gets another. Raises `TooLate`.
    """
    with transaction.atomic():
        client = _held(graduation.client)  # first, as everywhere: two at once do not wait for each other
        held = Graduation.objects.select_for_update().get(pk=graduation.pk)
        if not may_take_back(held, now):
            raise TooLate
        for was in held.before.get("given", []):
            _restore(client, was, _today(client, now))
        people.resume(client=client, now=now)
        if _has_left(held):
            _write(held, "practice.again", client.user, moment=now, due_at=now, now=now)
        held.came_back_at = now
        held.save(update_fields=["came_back_at"])
        _show(client.user, "practice.again", client, now)


def see(*, graduation: Graduation, now: datetime) -> None:
    """The client reads of it: from now on it is not taken back any more."""
    if graduation.seen_at is None:
        Graduation.objects.filter(pk=graduation.pk, seen_at=None).update(seen_at=now)


def knock(*, client: Client, now: datetime) -> None:
    """A graduate would like to come back: the practitioner sees it at once. Twice is free. Raises `NotNow`."""
    with transaction.atomic():
        held = _held(client)
        if held.status != Client.Status.GRADUATED:
            raise NotNow
        graduation, _new = Graduation.objects.get_or_create(
            client=held, came_back_at=None, defaults={"at": held.graduated_at or now}
        )
        if graduation.asked_back_at is not None:
            return
        graduation.asked_back_at = now
        graduation.save(update_fields=["asked_back_at"])
        practitioner = held.practitioner.user
        _write(graduation, "practice.knocked", practitioner, moment=now, due_at=now + KNOCKS_AFTER, now=now)
        _show(practitioner, "practice.knocked", held, now)


def step_back(*, client: Client, now: datetime) -> None:
    """The graduate thought better of it: nobody is asked for anything."""
    asked = Graduation.objects.filter(client=client, came_back_at=None, asked_back_at__isnull=False)
    with transaction.atomic():
        if asked.update(asked_back_at=None):
            _show(client.practitioner.user, "practice.knocked", client, now)


def come_back(*, client: Client, now: datetime, tells: bool = True) -> None:
    """Somebody is (again) a client with whom the practitioner works: who graduated begins with learning, and gets a
    letter where it `tells`. Nothing that was given comes back by itself."""
    with transaction.atomic():
        held = _held(client)
        graduated = held.status == Client.Status.GRADUATED
        people.resume(client=held, now=now)
        graduation = latest(held)
        if graduated:
            people.set_stage(client=held, stage=Client.Stage.LEARNING, since=now)
        if graduation:
            graduation.came_back_at = now
            graduation.save(update_fields=["came_back_at"])
            if tells:
                _write(graduation, "practice.again", held.user, moment=now, due_at=now, now=now)
        _show(held.user, "practice.again", held, now)
    client.status, client.graduated_at, client.stage = held.status, held.graduated_at, held.stage


def _held(client: Client) -> Client:
    people_ = Client.objects.select_for_update(of=("self",)).select_related("user", "practitioner__user")
    return people_.get(pk=client.pk)


def _in_force(client: Client) -> AssignmentQuerySet:
    return Assignment.objects.of(client).exclude(state=State.ENDED)


def _as_it_was(given: Assignment) -> dict[str, Any]:
    """What changes when somebody graduates, fit to be kept."""
    return {
        "pk": str(given.pk),
        "state": given.state,
        "stopped_at": given.stopped_at.isoformat() if given.stopped_at else None,
        "stopped_why": given.stopped_why,
        "rhythm": given.rhythm,
        "times_a_day": given.times_a_day,
        "until": given.until.isoformat() if given.until else None,
    }


def _today(client: Client, now: datetime) -> date:
    return now.astimezone(client.zone).date()


def _restore(client: Client, was: dict[str, Any], today: date) -> None:
    values = {name: value for name, value in was.items() if name != "pk"}
    values["until"] = date.fromisoformat(was["until"]) if was["until"] else None
    values["stopped_at"] = datetime.fromisoformat(was["stopped_at"]) if was["stopped_at"] else None
    found = Assignment.objects.of(client).filter(pk=was["pk"]).exclude(_HURTS)
    if was["state"] == State.ACTIVE:
        anew = Assignment.objects.of(client).filter(state=State.ACTIVE).exclude(pk=was["pk"])
        found = found.exclude(lesson__in=anew.filter(lesson__isnull=False).values("lesson"))
    if found.update(**values) and was["state"] == State.ACTIVE:
        agreeing.begin_all([UUID(was["pk"])], today)


def _end_all_but(client: Client, kept: Sequence[int], now: datetime) -> None:
    """What is kept is there whenever it is needed, unless it hurts: then it rests. All else that was given ends."""
    stays = [one.pk for lesson in kept if (one := _first(_in_force(client).filter(lesson=lesson)))]
    over = list(_in_force(client).exclude(pk__in=stays).values_list("pk", flat=True))
    Assignment.objects.filter(pk__in=over).update(state=State.ENDED, stopped_at=None, stopped_why="")
    agreeing.close_all(over, _today(client, now))
    Assignment.objects.filter(pk__in=stays).exclude(_HURTS).update(
        state=State.ACTIVE,
        stopped_at=None,
        stopped_why="",
        rhythm=Assignment.Rhythm.WHEN_NEEDED,
        times_a_day=1,
        until=None,
    )
    agreeing.begin_all(stays, _today(client, now))


def _first(given: AssignmentQuerySet) -> Assignment | None:
    return given.order_by("state", "created_at").first()


def _has_left(graduation: Graduation) -> bool:
    posted = Letter.objects.filter(kind="practice.graduated", about__graduation=graduation.pk)
    return posted.exclude(state__in=[Letter.State.WAITING, *Letter.NEVER_LEFT]).exists()


def _write(
    graduation: Graduation, kind: str, person: User, *, moment: datetime, due_at: datetime, now: datetime
) -> None:
    outbox.post(
        kind=kind,
        key=f"{kind}:{graduation.pk}:{moment.isoformat()}",
        person=person,
        about={"graduation": graduation.pk, "at": moment.isoformat()},
        due_at=due_at,
        urgency=30,
        now=now,
    )


def _show(person: User, kind: str, client: Client, now: datetime) -> None:
    live.tell(person=person, kind=kind, about={"client": client.pk}, now=now)
