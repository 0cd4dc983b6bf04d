"""What people set about themselves: name, zone, light or dark, sign-ins."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions, devices, zones
from coaching.people.models import Client
from tests import cast

LOGIN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"


def _signed_in(person: Client, **headers: str) -> Browser:
    browser = Browser(**headers)
    browser.post(LOGIN, {"login": person.user.email, "password": cast.PASSWORD})
    return browser


def test_a_name_is_kept(as_teresa: Browser, teresa: Client) -> None:
    assert as_teresa.post("/settings/name/", {"name": "  Teresa   de Almada "})["Location"] == "/settings/"
    teresa.user.refresh_from_db()
    assert teresa.user.name == "Teresa de Almada"
    assert "This field is required" in as_teresa.post("/settings/name/", {"name": " "}).content.decode()


def test_a_zone_is_confirmed(as_teresa: Browser, teresa: Client) -> None:
    teresa.user.zone_confirmed_at = None
    teresa.user.save()
    done = as_teresa.post("/settings/zone/", {"time_zone": "Asia/Kolkata", "next": "/sessions/"})
    assert done["Location"] == "/sessions/"
    teresa.user.refresh_from_db()
    assert teresa.user.time_zone == "Asia/Kolkata"
    assert teresa.user.zone_confirmed_at


def test_a_zone_that_is_none_changes_nothing(as_teresa: Browser, teresa: Client) -> None:
    assert as_teresa.post("/settings/zone/", {"time_zone": "Europe/Atlantis"}).status_code == 200
    teresa.user.refresh_from_db()
    assert teresa.user.time_zone == "Europe/Lisbon"
    with pytest.raises(actions.NoSuchZone):
        actions.set_zone(user=teresa.user, name="Europe/Atlantis", now=cast.NOW)


def test_the_name_that_browsers_give_india_is_understood(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post("/settings/zone/", {"time_zone": "Asia/Calcutta"})
    teresa.user.refresh_from_db()
    assert teresa.user.time_zone == "Asia/Kolkata"


def test_a_browser_in_the_confirmed_zone_is_not_asked_about(as_teresa: Browser) -> None:
    assert as_teresa.get("/settings/zone/", {"guess": "Europe/Lisbon"}).status_code == 204
    assert as_teresa.get("/settings/zone/", {"guess": "Atlantic/Madeira"}).status_code == 204  # the same clock
    assert as_teresa.get("/settings/zone/", {"guess": "Not/A_zone"}).status_code == 204


def test_a_browser_elsewhere_is_asked_about_and_asking_changes_nothing(as_teresa: Browser, teresa: Client) -> None:
    page = as_teresa.get("/settings/zone/", {"guess": "Asia/Calcutta", "next": "/today/"}).content.decode()
    assert "You seem to be in Kolkata, where it is" in page
    assert 'value="/today/"' in page
    teresa.user.refresh_from_db()
    assert teresa.user.time_zone == "Europe/Lisbon"


def test_nobody_is_sent_to_another_site_after_a_choice(as_teresa: Browser) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        done = as_teresa.post("/settings/theme/", {"theme": "dark", "next": elsewhere})
        assert done["Location"] == "/settings/"


def test_light_or_dark_is_kept_with_the_account(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post("/settings/theme/", {"theme": "light"})
    teresa.user.refresh_from_db()
    assert teresa.user.theme == "light"
    as_teresa.post("/settings/theme/", {"theme": "purple"})
    teresa.user.refresh_from_db()
    assert teresa.user.theme == "light"


def test_sign_ins_are_listed_in_words_and_can_be_ended(teresa: Client, outsider: Client) -> None:
    here, there = _signed_in(teresa), _signed_in(teresa, HTTP_USER_AGENT=FIREFOX)
    other = _signed_in(outsider)
    page = here.get("/accounts/sessions/").content.decode()
    assert "Two browsers are signed in as you" in page
    assert "Firefox on Android" in page

    far = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post("/accounts/sessions/", {"end": str(far.pk)}).status_code == 302
    assert there.get("/accounts/sessions/")["Location"].startswith(LOGIN)
    assert here.get("/accounts/sessions/").status_code == 200

    strange = UserSession.objects.get(session_key=other.session.session_key)
    assert here.post("/accounts/sessions/", {"end": str(strange.pk)}).status_code == 404
    assert other.get("/accounts/sessions/").status_code == 200


def test_one_can_sign_out_everywhere_but_here(teresa: Client) -> None:
    here, one, two = _signed_in(teresa), _signed_in(teresa), _signed_in(teresa)
    here.post("/accounts/sessions/", {"end": "others"})
    assert here.get("/accounts/sessions/").status_code == 200
    assert [each.get("/accounts/sessions/").status_code for each in (one, two)] == [302, 302]


def test_a_new_password_ends_the_other_sign_ins(teresa: Client) -> None:
    here, there = _signed_in(teresa), _signed_in(teresa)
    asked = {"oldpassword": cast.PASSWORD, "password1": "warm floor, quiet room"}
    assert here.post(reverse("account_change_password"), asked).status_code == 302
    assert here.get("/accounts/sessions/").status_code == 200
    assert there.get("/accounts/sessions/").status_code == 302


def test_using_the_portal_is_noted_once_an_hour(teresa: Client, django_assert_num_queries: object) -> None:
    browser = _signed_in(teresa)
    browser.get("/accounts/sessions/")
    known = UserSession.objects.get(session_key=browser.session.session_key)
    old = datetime(2020, 1, 1, tzinfo=UTC)
    UserSession.objects.update(last_seen_at=old)
    browser.get("/accounts/sessions/")
    known.refresh_from_db()
    assert known.last_seen_at == old
    session = browser.session
    session["seen_at"] -= 3601
    session.save()
    browser.get("/accounts/sessions/")
    known.refresh_from_db()
    assert known.last_seen_at > old


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130 Safari/537.36", "Chrome on Mac"),
        ("curl/8", "A browser"),
    ],
)
def test_a_device_is_told_in_words(agent: str, words: str) -> None:
    assert devices.in_words(agent) == words


def test_clocks_are_compared_over_half_a_year() -> None:
    winter = datetime(2026, 1, 10, tzinfo=UTC)
    assert zones.same_clocks("Europe/Lisbon", "Europe/London", winter)
    assert not zones.same_clocks("Africa/Abidjan", "Europe/London", winter)  # equal only until March
    assert zones.same_clocks("Africa/Abidjan", "Atlantic/Reykjavik", winter + timedelta(days=90))


def test_every_old_name_leads_to_a_zone_that_is_there() -> None:
    assert all(zones.is_zone(new) for new in zones.RENAMED.values())
    assert not set(zones.RENAMED) & set(zones.zone_names())
