"""What a visitor finds first, and where members set things."""

import pytest
from django.test import Client as Browser

from coaching.people.models import Client, Practitioner


def test_a_visitor_reads_the_practice_and_finds_the_ways_on(marta: Practitioner) -> None:
    practice = marta.practice
    practice.tagline, practice.welcome = "A quieter back", "Lie **down**.<script>alert(1)</script>"
    practice.save()
    page = Browser().get("/").content.decode()
    assert "A quieter back" in page
    assert "<strong>down</strong>" in page
    assert "<script>alert" not in page
    assert 'href="/book/first-talk/"' in page
    assert 'href="/accounts/login/"' in page


def test_before_anybody_has_moved_in_the_page_says_so(db: None) -> None:
    assert "Nobody has moved in yet" in Browser().get("/").content.decode()


def test_whoever_is_signed_in_is_at_home_already(as_teresa: Browser, as_marta: Browser) -> None:
    assert as_teresa.get("/")["Location"] == "/today/"
    assert as_marta.get("/")["Location"] == "/today/"


def test_the_settings_show_how_everything_stands(as_teresa: Browser, teresa: Client) -> None:
    page = as_teresa.get("/settings/").content.decode()
    for words in ("Teresa Almada", "Lisbon", teresa.user.email, "Sign out"):
        assert words in page
    assert "/settings/practice/" not in page
    assert as_teresa.get("/settings/practice/").status_code == 404


def test_a_practitioner_is_led_to_a_second_step_and_to_the_practice(as_marta: Browser) -> None:
    page = as_marta.get("/settings/").content.decode()
    assert "Add a second step" in page
    for path in ("/settings/practice/", "/settings/answers/", "/sessions/hours/", "/letters/"):
        assert f'href="{path}"' in page


def test_the_practice_is_described_and_answers_are_promised(as_marta: Browser, marta: Practitioner) -> None:
    words = {"name": "House of rest", "tagline": "Slowly", "welcome": "Come *in*."}
    assert as_marta.post("/settings/practice/", words)["Location"] == "/settings/"
    as_marta.post("/settings/answers/", {"answers": "On weekdays, within a day."})
    marta.refresh_from_db()
    marta.practice.refresh_from_db()
    assert (marta.practice.name, marta.practice.tagline) == ("House of rest", "Slowly")
    assert marta.answers == "On weekdays, within a day."
    assert as_marta.post("/settings/practice/", {"name": ""}).status_code == 200


@pytest.mark.parametrize("path", ["/settings/", "/settings/name/", "/settings/zone/", "/accounts/sessions/"])
def test_a_visitor_is_led_to_the_sign_in_page(path: str, marta: Practitioner) -> None:
    assert Browser().get(path)["Location"].startswith("/accounts/login/")
