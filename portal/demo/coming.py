"""How a client comes in: by a first talk that they booked as a visitor, or because they were invited."""

from datetime import datetime, time
from functools import partial

from accounts.actions import set_zone
from coaching.people import actions as people
from coaching.people.models import Client, Invitation
from coaching.practice import arc, graduating, kit
from coaching.welcome import actions as welcome
from portal.demo.history import QUIET
from portal.demo.life import Life

MORNING, EVENING = time(11, 40), time(18, 20)


def plan(life: Life) -> None:
    """Invitation, being taken on after the first talk, graduating. First talks are planned with the sessions."""
    person, history = life.person, life.history
    if person.invited:
        history.at(life.desk.instant(person.came - 3, MORNING), partial(_invite, life))
    elif person.status == Client.Status.ACTIVE:
        history.at(life.desk.instant(person.came, EVENING), partial(_take_on, life))
    for day, stage in person.stages:
        history.at(life.desk.instant(day, MORNING), partial(_move, life, stage))
    if person.graduated is not None:
        history.at(life.desk.instant(person.graduated, MORNING), partial(_graduate, life))
    elif person.kit:
        history.at(life.desk.instant(person.kit_on, MORNING), partial(_fill_kit, life))


def arrive(life: Life, client: Client, now: datetime) -> None:
    """From now on there is somebody: a client who came in by a code, and has told where their clock is."""
    life.client = client
    set_zone(user=client.user, name=life.person.zone, now=now)
    people.verify_address(user=client.user)


def _invite(life: Life, now: datetime) -> None:
    person = life.person
    invitation = welcome.invite(practitioner=life.house.practitioner, name=person.name, email=person.email, now=now)
    life.history.at(life.calendar.instant(person.came, EVENING), partial(_accept, life, invitation))


def _accept(life: Life, invitation: Invitation, now: datetime) -> None:
    person = life.person
    client = welcome.accept(invitation=invitation, name=person.name, time_zone=person.zone, now=now)
    arrive(life, client, now)


def _take_on(life: Life, now: datetime) -> object:
    people.resume(client=life.client, now=now)
    if life.person.path:
        people.choose_path(client=life.client, path=life.person.path, now=now)
    return QUIET


def _graduate(life: Life, now: datetime) -> None:
    graduating.graduate(client=life.client, kept=_kit(life), words=life.person.word, now=now)


def _move(life: Life, stage: str, now: datetime) -> None:
    arc.move(client=life.client, to=stage, now=now)


def _fill_kit(life: Life, now: datetime) -> object:
    kit.fill(client=life.client, chosen=_kit(life), now=now)
    return QUIET


def _kit(life: Life) -> list[tuple[int, str]]:
    return [(life.house.lessons[title].pk, words) for title, words in life.person.kit]
