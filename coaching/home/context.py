"""What every page of the house shows around its content. Nothing is looked up before a template asks."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import User
from accounts.reader import key_of
from coaching.home.rules import Need
from coaching.messaging.queries import unread_of
from coaching.people.access import who
from coaching.people.models import Client, Practice, Practitioner


class House:
    """The reader's side of the house, for templates, as `house`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.needs: list[Need] = []  # set by the Today page, which has asked who needs the practitioner anyway

    @cached_property
    def person(self) -> Client | Practitioner | None:
        return who(self._request)

    @property
    def reader(self) -> str:
        """The name that the reader's browser knows them by; none for visitors."""
        return key_of(self._request.user)

    @property
    def role(self) -> str:
        """The class of the body: "client" (visitors too) or "studio" for a practitioner."""
        if isinstance(self.person, Practitioner):
            return "studio"
        return "client" if self.person else "client visitor"

    @cached_property
    def practice(self) -> Practice | None:
        if isinstance(self.person, Client):
            return self.person.practitioner.practice
        return self.person.practice if self.person else Practice.objects.first()

    @property
    def sign(self) -> str:
        """What stands beside the mark: for clients the person they work with, else the practice."""
        if isinstance(self.person, Client):
            return str(self.person.practitioner)
        return str(self.person or self.practice or "")

    @cached_property
    def unread(self) -> int:
        """How many conversations hold something new for the reader."""
        return unread_of(self.person.user, self._request.now) if self.person else 0  # type: ignore[attr-defined]

    @property
    def theme(self) -> str:
        if self.person:
            return self.person.user.theme
        chosen = self._request.COOKIES.get("theme", "")  # chosen on the sign-in page, before anybody is known
        return chosen if chosen in User.Theme.values else User.Theme.AUTO

    @property
    def zone(self) -> ZoneInfo:
        return self.person.zone if self.person else ZoneInfo("UTC")


def house(request: HttpRequest) -> dict[str, House]:
    return {"house": of(request)}


def of(request: HttpRequest) -> House:
    """The house of this request, made once, so that a view and its template look things up only once."""
    if not hasattr(request, "_house"):
        request._house = House(request)  # type: ignore[attr-defined]
    return request._house  # type: ignore[attr-defined]
