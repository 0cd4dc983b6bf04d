"""Being told on a phone: asked for by a press, shown by the worker, and removed again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.messaging.models import Conversation
from coaching.messaging.models_by_mail import UntakenMail
from coaching.outbox.models import Device
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.pages import Eyes
from tests.messaging.test_sending import say
from tests.outbox import push_service
from tests.outbox.push_service import Phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]

# A browser without a push service behind it: this gives what one would.
SUBSCRIBES = """([endpoint, p256dh, auth]) => {
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not as browsers want it");
    return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }), unsubscribe: async () => true };
  };
}"""


def test_a_press_asks_the_browser_and_the_phone_is_listed_and_removed(
    visit: Visit, teresa: Client, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with push_service.running(tmp_path, settings, monkeypatch) as service:
        phone: Phone = service.phone()
        page = visit("/settings/reminders/", as_=teresa, with_worker=True)
        page.context.grant_permissions(["notifications"])
        said = phone.subscription
        page.evaluate(SUBSCRIBES, [said["endpoint"], said["p256dh"], said["auth"]])
        page.get_by_role("button", name="Tell me on this phone").click()
        expect(page.locator("#phone .rows")).to_contain_text("on Linux")
        assert Device.objects.get().person == teresa.user
        expect(page.get_by_role("radio", name="On my phone").first).to_be_attached()
        assert Eyes(page, in_the_evening=False).flaws() == []
        page.get_by_role("button", name="Remove").click()
        expect(page.locator("#phone .rows")).to_have_count(0)
        assert not Device.objects.exists()


def test_the_worker_shows_what_the_portal_tells_and_nothing_else(visit: Visit, teresa: Client) -> None:
    page = visit("/settings/reminders/", as_=teresa, with_worker=True)
    page.context.grant_permissions(["notifications"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    line = page.context.new_cdp_session(page)
    found: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    line.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    told = '{"title": "Marta wrote to you", "body": "", "url": "/messages/#last", "tag": "messaging.unread"}'
    origin = page.evaluate("location.origin")
    for _ in range(2):
        line.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[0], "data": told})
    page.wait_for_timeout(500)
    shown = page.evaluate(
        "navigator.serviceWorker.ready.then((ready) => ready.getNotifications())"
        ".then((all) => all.map(({ title, body, data }) => [title, body, data.url]))"
    )
    assert shown == [["Marta wrote to you", "", "/messages/#last"]]


def test_who_follows_somebody_in_a_browser_is_not_told_in_their_place(
    visit: Visit, teresa: Client, outsider: Client
) -> None:
    page = visit("/today/", as_=teresa)
    page.evaluate("localStorage.setItem('told-here', document.documentElement.dataset.who)")
    page.reload()
    page.wait_for_timeout(300)
    assert page.evaluate("localStorage.getItem('told-here')")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.wait_for_function("localStorage.getItem('told-here') === null")


def test_a_browser_that_cannot_be_told_says_so(visit: Visit, teresa: Client) -> None:
    page = visit("/today/", as_=teresa)
    page.add_init_script("delete window.PushManager")
    page.goto("/settings/reminders/")
    expect(page.locator("this-phone")).to_contain_text("cannot be told things")
    expect(page.get_by_role("button", name="Tell me on this phone")).to_have_count(0)


def test_a_mail_that_did_not_get_in_is_told_on_the_page_until_it_was_seen(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, marta)
    conversation = Conversation.objects.get()
    UntakenMail.objects.create(
        conversation=conversation, person=teresa.user, why="sender", at=timezone.now() - timedelta(hours=2)
    )
    cast.device(of=teresa)
    page = visit("/messages/", as_=teresa)
    expect(page.get_by_role("status").filter(has_text="did not get in here")).to_be_visible()
    assert Eyes(page, in_the_evening=False).flaws() == []
    page.get_by_role("button", name="I have seen it").click()
    expect(page.get_by_text("did not get in here")).to_have_count(0)
