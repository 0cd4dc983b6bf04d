"""Every page, opened by everybody who can: nothing for axe to find in either theme, nothing wider than 320 px,
nothing that the console complains of. A new address fails here until it is walked or is said to be no page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from playwright.sync_api import Page

from coaching.booking import actions as booking
from coaching.booking import links
from coaching.booking.links import Purpose
from coaching.booking.models import Appointment
from coaching.booking.queries import all_free_slots
from coaching.library.rules import NewCue
from coaching.messaging import actions as messaging
from coaching.messaging import changing
from coaching.messaging.queries import conversation_of
from coaching.people.models import Client, Practitioner
from coaching.story import rules
from coaching.story.actions import Wanted, tell_story
from coaching.story.felt import Mark
from coaching.story.models import ReserveRating
from coaching.welcome import set_up
from tests import cast
from tests import world as there
from tests.addresses import TABLE, World
from tests.browser import pages
from tests.browser.pages import Eyes, path_of
from tests.browser.passkeys import make_a_passkey

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
CUES = (NewCue("rest", 0, 4, "Lie down"), NewCue("contract", 4, 8, "Lift"), NewCue("release", 8, 20, "Let go"))


def test_each_address_is_a_page_of_the_walk_or_said_to_be_none() -> None:
    walked = (TABLE.keys() - pages.NO_PAGES.keys()) | pages.LIBRARY.keys() | pages.ON_THE_WAY
    none = pages.NO_PAGES.keys() | pages.LIBRARYS_NO_PAGES.keys()
    assert walked | none == pages.all_names()
    assert not walked & none


@pytest.fixture
def world(transactional_db: None, marta: Practitioner, teresa: Client, outsider: Client) -> World:
    """Teresa and Marta have three months behind them; nobody has done anything with the other two."""
    world = World(marta, teresa, outsider, cast.practitioner(name="Sten Stranger"), things={})
    _practised(world)
    _talked(world)
    kind = cast.session_type(of=marta, slug="first-talk", audience="anyone", minutes=15)
    cast.opening(of=marta)
    for hours in (-2, 2, 24 * 9):
        cast.appointment(client=teresa, session_type=kind, start=timezone.now() + timedelta(hours=hours))
    marks, wanted = [Mark("left-knee", 3, "numb"), Mark("sacrum")], [Wanted("Weed a bed", 3)]
    told = {"happened": "A crate.", "cause": "both", "marks": marks, "activities": wanted}
    tell_story(client=teresa, **told, signs=["fever", "weight"], now=cast.NOW)
    cast.invitation(of=marta)
    outsider.user.set_unusable_password()
    outsider.user.save(update_fields=["password"])
    return world


def _practised(world: World) -> None:
    lesson = cast.lesson(of=world.marta, title="Twist and look back", phase="relearn", cues=CUES)
    cast.assignment(to=world.teresa, lesson=lesson, note="Slowly.")
    resting = cast.lesson(of=world.marta, title="One leg long", cues=CUES)
    cast.assignment(to=world.teresa, lesson=resting, state="stopped", stopped_at=cast.NOW)
    cast.entry(by=world.teresa, lesson=lesson, before=5, after=3, felt=["softer"], words="Softer on the left.")
    cast.entry(by=world.teresa, lesson=lesson, days_ago=2, before=3, after=5)
    for weeks, value in ((6, 3), (5, 4), (2, 6)):
        week = timezone.localdate() - timedelta(days=timezone.localdate().weekday(), weeks=weeks)
        ReserveRating.objects.create(client=world.teresa, week=week, value=value, rated_at=cast.NOW)


def _talked(world: World) -> None:
    for author in (world.marta.user, world.teresa.user, world.marta.user, world.teresa.user):
        messaging.send(
            conversation=conversation_of(world.teresa),
            author=author,
            uuid=uuid4(),
            words="A **word**, and a [link](https://example.org).\n\n- one\n- two",
            now=timezone.now(),
        )


@pytest.mark.parametrize("role", ["teresa", "marta"])
def test_a_conversation_with_all_that_it_can_carry_is_fit(visit: Visit, world: World, role: str) -> None:
    for make in (there.attached, there.attached_picture, there.attached_film):
        make(world)
    answered = there.said(world)
    for author in (world.teresa.user, world.marta.user):
        said = messaging.send(
            conversation=conversation_of(world.teresa),
            author=author,
            uuid=uuid4(),
            words="As you said.",
            answers=answered,
            session=there.appointment(world),
            files=[SimpleUploadedFile("a plan.txt", b"Left, then right. " * 40)],
            now=timezone.now(),
        )
        changing.change(message=said, author=author, words="As you wrote.", now=timezone.now())
    gone = messaging.send(
        conversation=conversation_of(world.teresa), author=author, uuid=uuid4(), words="Gone", now=timezone.now()
    )
    changing.remove(message=gone, author=author, now=timezone.now())
    page = visit("/", as_=getattr(world, role), reduced_motion="reduce")
    eyes = Eyes(page)
    path = "/messages/" if role == "teresa" else f"/messages/{world.teresa.pk}/"
    assert eyes.open(path) == []
    page.evaluate("for (const each of document.querySelectorAll('.msg details')) each.open = true")
    assert eyes.flaws() == []
    assert eyes.open(f"/messages/attached/{there.attached_picture(world).pk}/") == []
    if role == "marta":
        assert eyes.open(f"/messages/said/{answered.pk}/give/") == []
    own = messaging.send(
        conversation=conversation_of(world.teresa),
        author=getattr(world, role).user,
        uuid=uuid4(),
        words="To change",
        now=timezone.now(),
    )
    for asked in (f"answers={answered.pk}&session={there.appointment(world).pk}", f"change={own.pk}"):
        page.goto(f"{path}?{asked}")
        assert eyes.flaws() == [], asked


@pytest.mark.parametrize("role", ["visitor", "teresa", "outsider", "marta", "stranger"])
def test_every_page_is_fit_for_everybody(visit: Visit, world: World, role: str) -> None:
    page = visit(
        "/",
        as_=None if role == "visitor" else getattr(world, role),
        reduced_motion="reduce",
    )
    if role == "marta":
        make_a_passkey(page)
        TOTP.activate(world.marta.user, generate_totp_secret())
    elif role == "teresa":
        _say_that_it_is_still_me(page)
    # What is empty is made of parts that the others' pages show in the evening too.
    eyes = Eyes(page, in_the_evening=role not in pages.EMPTY_HANDED)
    found = {path: eyes.open(path) for path in pages.pages_of(role, world)}
    assert {path: flaws for path, flaws in found.items() if flaws} == {}


def test_each_question_of_the_story_is_fit(visit: Visit, world: World) -> None:
    eyes = Eyes(visit("/", as_=world.teresa, reduced_motion="reduce"))
    found = {step: eyes.open(f"/story/step/{step}/") for step in rules.steps()}
    assert {step: flaws for step, flaws in found.items() if flaws} == {}


def test_the_pages_on_the_way_in_are_fit_too(visit: Visit, marta: Practitioner) -> None:
    TOTP.activate(marta.user, generate_totp_secret())
    page = visit("/accounts/login/", reduced_motion="reduce")
    eyes, seen = Eyes(page), []

    def look() -> None:
        assert eyes.flaws() == [], page.url
        seen.append(path_of(page))

    _ask_for_numbers(page, marta, "Send me the numbers")
    look()
    page.context.clear_cookies()
    page.goto("/accounts/password/reset/")
    _ask_for_numbers(page, marta, "Send me the numbers")
    look()
    page.get_by_label("numbers").fill(_newest_numbers())
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/complete/")
    look()
    page.context.clear_cookies()
    page.goto("/accounts/login/?by=password")
    page.get_by_label("Your e-mail address").fill(marta.user.email)
    page.get_by_label("Your password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/authenticate/")
    look()
    assert seen == [
        "/accounts/login/code/confirm/",
        "/accounts/password/reset/confirm/",
        "/accounts/password/reset/complete/",
        "/accounts/2fa/authenticate/",
    ]


def test_a_new_address_of_ones_own_and_a_first_talk_are_confirmed_on_fit_pages(visit: Visit, world: World) -> None:
    page = visit("/", as_=world.teresa, reduced_motion="reduce")
    _say_that_it_is_still_me(page)
    eyes = Eyes(page)
    page.goto("/accounts/email/")
    page.locator("main [name=email]").fill("teresa.elsewhere@example.org")
    page.locator("main [type=submit]").first.click()
    page.wait_for_url("**/confirm-email/")
    assert eyes.flaws() == []

    visitor = visit("/book/first-talk/", reduced_motion="reduce")
    eyes = Eyes(visitor)
    visitor.locator("[name=start]").first.check(force=True)
    visitor.locator("main [name=name]").fill("Nadia New")
    visitor.locator("main [name=email]").fill("nadia@example.org")
    visitor.locator(".decide [type=submit]").click()
    visitor.wait_for_url("**/written/")
    assert eyes.flaws() == []


def test_what_a_letter_offers_is_fit(visit: Visit, world: World) -> None:
    """Links that lead to something only after a session was cancelled, asked about or held for who waits."""
    session, now = _session_in_nine_days(world), timezone.now()
    person, hers = world.teresa.user, world.marta.user
    page = visit("/", reduced_motion="reduce")
    eyes = Eyes(page)

    def look(purpose: Purpose, session: Appointment) -> None:
        path = links.path_to(purpose, session, person=person, now=now)
        assert eyes.open(path) == [], path

    request = booking.ask(appointment=session, wish="move", by=person, now=now)
    other = all_free_slots(session.session_type, now, but=session)[0].start
    booking.decline(request=request, answer="", proposed=other, by=hers, now=now)
    look(Purpose.PROPOSED, session)
    session = booking.cancel(appointment=session, by=person, why="", now=now)
    look(Purpose.AGAIN, session)
    session.status, session.cancelled_at, session.held_until = "offered", None, now + timedelta(hours=6)
    session.save()
    look(Purpose.OFFER, session)


def test_the_first_start_is_fit(visit: Visit) -> None:
    page = visit("/", reduced_motion="reduce")
    eyes = Eyes(page)
    for path in ("/", set_up.link().removeprefix("http://testserver")):
        assert eyes.open(path) == [], path


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_what_is_said_when_something_went_wrong_is_fit(visit: Visit, marta: Practitioner, name: str) -> None:
    """Drawn by the real template and put in at an address of the site: errors cannot be had by asking."""
    request: Any = RequestFactory().get("/")
    request.user, request.now = AnonymousUser(), cast.NOW
    words = render_to_string(f"{name}.html", request=None if name == "500" else request)
    page = visit("/", reduced_motion="reduce")
    page.route("**/broken/", lambda route: route.fulfill(content_type="text/html", body=words))
    eyes = Eyes(page)
    page.goto("/broken/")
    assert eyes.flaws() == []


def test_an_error_is_answered_with_the_page_for_it(visit: Visit, marta: Practitioner) -> None:
    page = visit("/no-such-page/")
    assert "There is nothing here." in page.inner_text("h1")
    page.goto("/accounts/login/?by=password")
    page.context.clear_cookies()
    page.locator("main [name=login]").fill(marta.user.email)
    page.locator("main [name=password]").fill(cast.PASSWORD)
    page.get_by_role("button", name="Come in").click()
    page.get_by_role("heading", name="This page was open too long.").wait_for()


def _session_in_nine_days(world: World) -> Appointment:
    return Appointment.objects.filter(client=world.teresa).latest("starts_at")


def _say_that_it_is_still_me(page: Page) -> None:
    page.goto("/accounts/reauthenticate/?next=/settings/")
    page.get_by_label("Your password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/settings/")


def _ask_for_numbers(page: Page, person: Practitioner, button: str) -> None:
    page.get_by_label("Your e-mail address").fill(person.user.email)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/confirm/")


def _newest_numbers() -> str:
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    return found.group()
