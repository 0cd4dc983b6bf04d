"""Logs hold no address that is a secret itself."""

import logging
import re
import sys
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from portal.logs import WithoutSecretAddresses

KEY = "a-key-that-opens-something"
_KEPT = re.compile(r"<(?:str:)?(?:token|code|key|secret|key_b64|uidb36)>")


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        here = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield here
        else:
            yield from routes(entry, here)


OURS = sorted(route for route in routes(get_resolver()) if "<str:" in route and _KEPT.search(route))


def written(path: str) -> str:
    record = logging.LogRecord("django.request", 30, "", 1, "%s: %s", ("Not Found", path), None)
    assert WithoutSecretAddresses().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("route", OURS)
def test_an_address_that_holds_a_key_is_written_without_it(route: str) -> None:
    path = re.sub(r"<[^>]+>", KEY, route)
    said = written(path)
    assert KEY not in said
    assert said.endswith("...")


def test_there_are_such_addresses_and_others_stay_whole() -> None:
    assert len(OURS) >= 8
    assert written("/sessions/0b5c3f/move/") == "Not Found: /sessions/0b5c3f/move/"


@pytest.mark.django_db
def test_what_is_really_printed_holds_no_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (console,) = (one for one in logging.getLogger().handlers if one.name == "console")
    monkeypatch.setattr(console, "stream", sys.stderr)
    assert Browser().get(f"/calendar/{KEY}.ics").status_code == 404
    said = capsys.readouterr().err
    assert "Not Found: /calendar/..." in said
    assert KEY not in said
