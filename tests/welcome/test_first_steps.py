"""What a practitioner finds on Today before there is anything to do."""

from django.test import Client as Browser

from coaching.people.models import Practitioner
from tests import cast

STEPS = ("Say where you meet", "Add your first lesson", "Invite your first client")


def offered(browser: Browser) -> list[str]:
    page = browser.get("/today/").content.decode()
    return [step for step in STEPS if step in page]


def test_the_first_steps_stand_on_today_until_they_are_taken(as_marta: Browser, marta: Practitioner) -> None:
    kind = cast.session_type(of=marta)
    assert offered(as_marta) == [*STEPS]
    kind.address = "https://meet.example/{room}"
    kind.save()
    assert offered(as_marta) == ["Add your first lesson", "Invite your first client"]
    cast.client(of=cast.practitioner(name="Sten Stranger"))  # another's client is none of hers
    cast.lesson(of=marta)
    assert offered(as_marta) == ["Invite your first client"]
    cast.client(of=marta)
    assert offered(as_marta) == []
