"""One client of the demo, while their life is being told."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from coaching.booking.models import SessionType
from coaching.library.models import Lesson, Program
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from portal.demo.cast import Gift, Person
from portal.demo.history import Calendar, History


class House:
    """What all lives share. Lessons by title."""

    def __init__(self, practitioner: Practitioner, lessons: dict[str, Lesson], program: Program) -> None:
        self.practitioner, self.lessons, self.program = practitioner, lessons, program
        types = SessionType.objects.filter(practitioner=practitioner).select_related("practitioner__user")
        self.types = {each.slug: each for each in types}


class Life:
    """A person, what was given to them so far, and (once they have come in) the client."""

    client: Client

    def __init__(self, person: Person, house: House, history: History) -> None:
        self.person, self.house, self.history = person, house, history
        self.calendar = Calendar(ZoneInfo(person.zone), history.now)
        self.desk = Calendar(house.practitioner.zone, history.now)
        self.given: list[tuple[Gift, Assignment]] = []
        # No secret: the same person does the same things every time.
        self.chance = random.Random(person.name)  # noqa: S311

    def token(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def today(self, now: datetime) -> date:
        """The date on the client's calendar at `now`."""
        return now.astimezone(self.calendar.zone).date()

    def a_while_ago(self) -> datetime:
        """For what has to be done by now: some hours or days back, not the same for everybody."""
        return self.history.now - timedelta(hours=2 + 5 * self.person.number)
