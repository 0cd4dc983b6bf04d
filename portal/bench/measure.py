"""Measuring one page: through every middleware and the real database, inside this process."""

import gzip
import re
import statistics
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from portal.bench.pages import Page

WARM_UP = 3
_IMPORT = re.compile(rb"""(?:from|import)\s*["'](\.[^"']+)["']""")


class PageFailed(Exception):
    """A page did not answer with 200; the words say which."""


@dataclass(frozen=True)
class Result:
    """Times in milliseconds of server time, sizes in bytes. `first_load` is the page and all that it asks for at
    once, compressed; `compressed` the page alone."""

    name: str
    median: float
    p95: float
    queries: int
    size: int
    compressed: int
    first_load: int


class Bench:
    """One browser for each reader. Call within a transaction that is rolled back: signing in leaves traces."""

    def __init__(self, runs: int) -> None:
        self.runs = runs
        self._browsers: dict[int, Browser] = {}
        self._weights: dict[str, tuple[int, tuple[str, ...]]] = {}

    def measure(self, page: Page) -> Result:
        """Raises PageFailed."""
        browser = self._browser(page.reader)
        for _ in range(WARM_UP):
            body = self._get(browser, page)
        with CaptureQueriesContext(connection) as queries:
            self._get(browser, page)
        asked = len(queries)  # now: the next request empties the log
        times = sorted(self._time(browser, page) for _ in range(self.runs))
        compressed = len(gzip.compress(body, 6))
        return Result(
            name=page.name,
            median=round(statistics.median(times), 2),
            p95=round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
            queries=asked,
            size=len(body),
            compressed=compressed,
            first_load=compressed + self._asked_for(browser, body),
        )

    def sign_out(self) -> None:
        """Forget the sessions, which are kept outside the database, too."""
        for browser in self._browsers.values():
            browser.logout()

    def _browser(self, reader: User | None) -> Browser:
        key = reader.pk if reader else 0
        if key not in self._browsers:
            site = urlsplit(settings.SITE_URL)
            headers = {"accept-encoding": "gzip"}
            self._browsers[key] = Browser(headers=headers, SERVER_NAME=site.hostname or "localhost")
            if reader:
                self._browsers[key].force_login(reader)
        return self._browsers[key]

    def _get(self, browser: Browser, page: Page) -> bytes:
        response = browser.get(page.path, secure=settings.SITE_URL.startswith("https"))
        if response.status_code != 200:
            raise PageFailed(f"{page.name} ({page.path}) answered {response.status_code}.")
        return bytes(response.content)

    def _time(self, browser: Browser, page: Page) -> float:
        begun = time.perf_counter()
        self._get(browser, page)
        return (time.perf_counter() - begun) * 1000

    def _asked_for(self, browser: Browser, body: bytes) -> int:
        """What the page's style sheets, scripts and pictures weigh on the wire, each once."""
        found = _Asked()
        found.feed(body.decode())
        weighed: dict[str, int] = {}
        wanted = list(found.paths)
        while wanted:
            path = wanted.pop()
            if path not in weighed:
                weighed[path], imports = self._weigh(browser, path)
                wanted += imports
        return sum(weighed.values())

    def _weigh(self, browser: Browser, path: str) -> tuple[int, tuple[str, ...]]:
        """Bytes of one static file as it is sent, and which modules it imports."""
        if path not in self._weights:
            sent = bytes(browser.get(path, secure=settings.SITE_URL.startswith("https")).content)
            plain = gzip.decompress(sent) if sent[:2] == b"\x1f\x8b" else sent
            imports = tuple(urljoin(path, name.decode()) for name in _IMPORT.findall(plain))
            self._weights[path] = (len(sent), imports if path.endswith(".js") else ())
        return self._weights[path]


class _Asked(HTMLParser):
    """The static files that a browser fetches for a page before anybody presses anything."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        path = told.get("src") if tag in ("script", "img") else told.get("href") if tag == "link" else None
        if path and path.startswith(settings.STATIC_URL) and path not in self.paths:
            self.paths.append(path)
