"""A real browser against the real site: uvicorn in a thread of the test process, on the test database."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client as DjangoBrowser
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from coaching.people.models import Client, Practitioner
from tests.running import running_site

# Chromium prepares pages of its own for the address bar of each new window, which nobody sees here: that took more
# than half of the time of opening one. The others are what Playwright turns off; the last such list is the one that
# counts.
FEATURES_OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxSimplification",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the test


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium from CHROMIUM or the PATH; `make test` has made sure that there is one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "No Chromium: run the tests with `make test`, which finds or installs one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the running site."""
    with running_site() as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`visit("/today/", as_=teresa, width=390, theme="dark")`: a page of a new browser, signed in."""
    contexts: list[BrowserContext] = []

    def open_page(
        path: str,
        *,
        as_: Client | Practitioner | None = None,
        width: int = 390,
        theme: str = "light",
        with_worker: bool = False,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 844 if width < 700 else 900},
            color_scheme=theme,  # type: ignore[arg-type]
            locale="en-GB",
            timezone_id=as_.user.time_zone if as_ else "Europe/Lisbon",
            # The site's own worker takes time to come in, and what it fetches no test can get hold of.
            service_workers="allow" if with_worker else "block",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if as_:
            context.add_cookies([_session_cookie(as_, site)])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _session_cookie(person: Client | Practitioner, site: str) -> Any:
    browser = DjangoBrowser()
    browser.force_login(person.user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": browser.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site,
    }


def axe_findings(page: Page) -> list[str]:
    """What axe-core says against WCAG 2.2 AA and its own best practices, one line each."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
