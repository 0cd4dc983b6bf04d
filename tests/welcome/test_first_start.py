"""The first start: the practitioner moves in, once."""

import pytest
from django.test import Client as Browser

from accounts.models import User
from coaching.booking.models import OpeningHours, SessionType
from coaching.people.models import Practice, Practitioner
from coaching.welcome import set_up

ANSWERS = {
    "name": "Marta Lindqvist",
    "email": "marta@example.org",
    "time_zone": "Europe/Copenhagen",
    "practice_name": "Unlearning tension",
    "weekdays": ["0", "2"],
    "opens": "09:30",
    "closes": "16:00",
    "password": "warm floor, quiet room",
}
pytestmark = pytest.mark.django_db


def _path() -> str:
    link = set_up.link()
    assert link.startswith("http://testserver/set-up/")
    return link.removeprefix("http://testserver")


def test_the_practitioner_moves_in_and_is_signed_in() -> None:
    browser = Browser()
    assert browser.get(_path()).status_code == 200
    assert browser.post(_path(), ANSWERS)["Location"] == "/set-up/mail/"
    practitioner = Practitioner.objects.get()
    assert practitioner.practice.name == "Unlearning tension"
    assert practitioner.user.time_zone == "Europe/Copenhagen"
    assert practitioner.user.emailaddress_set.get().verified
    assert practitioner.user.check_password("warm floor, quiet room")
    assert {each.slug for each in SessionType.objects.all()} == {"first-talk", "check-in", "coaching"}
    hours = OpeningHours.objects.values_list("weekday", "opens__hour", "closes__hour")
    assert list(hours) == [(0, 9, 16), (2, 9, 16)]
    assert browser.session["_auth_user_id"] == str(practitioner.user.pk)


def test_the_key_opens_nothing_once_somebody_has_moved_in(marta: Practitioner) -> None:
    assert Browser().get(_path()).status_code == 404
    assert Browser().post(_path(), ANSWERS).status_code == 404
    assert Practitioner.objects.count() == 1


def test_a_wrong_key_opens_nothing() -> None:
    assert Browser().get("/set-up/wrong/").status_code == 404
    assert Browser().post("/set-up/wrong/", ANSWERS).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closes": "08:00"}, "This is not after the beginning."),
        ({"time_zone": ""}, "This field is required."),
        ({"password": "short"}, "too short"),
        ({"email": "marta"}, "Enter a valid email address."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_half_done(change: dict[str, str], sentence: str) -> None:
    page = Browser().post(_path(), {**ANSWERS, **change}).content.decode()
    assert sentence in page
    assert not User.objects.exists()
    assert not Practice.objects.exists()


def test_without_mail_a_password_is_needed() -> None:
    page = Browser().post(_path(), {**ANSWERS, "password": ""}).content.decode()
    assert "This field is required." in page


def test_with_mail_no_password_is_needed(settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_URL = "smtp://localhost:2525"  # type: ignore[attr-defined]
    assert Browser().post(_path(), {**ANSWERS, "password": ""})["Location"] == "/set-up/mail/"
    assert not User.objects.get().has_usable_password()
