"""The house itself: its marks, its migrations, its walls."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
# Views of libraries guard themselves.
LIBRARIES = ("allauth.", "django.")


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


@pytest.mark.parametrize(("route", "pattern"), list(_patterns(get_resolver())), ids=lambda value: str(value)[:60])
def test_every_view_carries_an_access_mark(route: str, pattern: URLPattern) -> None:
    view = pattern.callback
    if view.__module__.startswith(LIBRARIES):
        return
    assert getattr(view, "access", None) in {"client", "practitioner", "member", "anyone"}, route


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_rooms_know_only_what_they_may() -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_no_translated_sentence_filters_its_words() -> None:
    """Django leaves a filter inside of {% blocktranslate %} empty: what it makes comes in by "with"."""
    sentences = re.compile(r"{% blocktranslate.*?%}(.*?){% endblocktranslate %}", re.DOTALL)
    filtered = re.compile(r"{{[^}]*\|[^}]*}}")
    pages = [path for path in (settings.BASE_DIR / "templates").rglob("*") if path.is_file()]
    found = [page.name for page in pages for words in sentences.findall(page.read_text()) if filtered.search(words)]
    assert found == []
