"""A pytest plugin: real PostgreSQL and Valkey for every test process, kept apart from those of `make run`.

It is loaded before Django's settings (see `addopts`), because the settings are read from the environment.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.management import call_command

_STATE = Path(os.environ.setdefault("STATE_DIR", str(Path(__file__).resolve().parent.parent / "var" / "test")))
os.environ.setdefault("SEAL_KEYS", "only-for-tests-too-and-as-long-as-such-a-key-must-be-0123456789")
os.environ.setdefault("SECRET_KEY", "only for tests, and long enough that nothing complains about it 0123456789")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ["EMAIL_URL"] = ""  # each test that sends starts a mail server of its own

from portal import embedded  # noqa: E402
from portal.static_files import StaticFilesMiddleware  # noqa: E402

_EMBEDDED = not os.environ.get("DATABASE_URL")
if os.environ.get("REDIS_URL", "").startswith("unix:") or "REDIS_URL" not in os.environ:
    # Each test process has a Valkey database of its own (it inherits the address of the one that started it).
    _number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = f"{embedded.redis_url(_STATE)}?db={_number}"

_servers = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    _STATE.mkdir(parents=True, exist_ok=True)
    _servers.enter_context(embedded.servers(_STATE, database=_EMBEDDED, durable=False))
    config.add_cleanup(_servers.close)
    settings.DATABASES["default"]["OPTIONS"].update(server_side_binding=True, prepare_threshold=5)  # as for pages
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _collect_static_files()
    _look_through_static_files_once()


def _collect_static_files() -> None:
    """Tests see the hashed, compressed files that people get."""
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def _look_through_static_files_once() -> None:
    """Each browser of Django's builds the middleware anew, and looking through the static files took most of the
    time of many tests."""
    found: dict[str, dict[str, Any]] = {}
    look = StaticFilesMiddleware.update_files_dictionary

    def remembered(self: StaticFilesMiddleware, root: str, prefix: str) -> None:
        if root not in found:
            look(self, root, prefix)
            found[root] = dict(self.files)
        self.files.update(found[root])

    StaticFilesMiddleware.update_files_dictionary = remembered
