"""What must be in place before the first page: tables, static files, somebody to sign in as."""

import hashlib
from pathlib import Path

import psycopg
import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections

from coaching.outbox import heartbeats
from coaching.people.models import Practitioner
from portal import static_files
from portal.running.errors import CannotRun

DEMO_PRACTITIONER = "practitioner@demo.example"
CONNECT_SECONDS = 5


def check_own_servers() -> None:
    """Raise CannotRun when DATABASE_URL or REDIS_URL name a server that does not answer."""
    if not settings.EMBEDDED_DATABASE:
        _check_database()
    if not settings.EMBEDDED_REDIS:
        _check_redis()


def _check_database() -> None:
    parameters = connection.get_connection_params()
    # One connection of our own: a pool would go on trying and tell of a time-out only.
    parameters.pop("pool", None)
    try:
        psycopg.connect(**{"connect_timeout": CONNECT_SECONDS, **parameters}).close()
    except psycopg.Error as error:
        raise CannotRun(f"The database of DATABASE_URL cannot be used: {_first_line(error)}") from error


def _check_redis() -> None:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=CONNECT_SECONDS) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:  # ValueError: an option of the address means nothing
        raise CannotRun(f"The server of REDIS_URL cannot be used: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def migrate() -> None:
    """Bring the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)


def expect_signs_of_life() -> None:
    """Worker and beat start together with the pages: their silence means something in five minutes, not before."""
    for part in (heartbeats.Part.DELIVER, heartbeats.Part.SWEEP):
        heartbeats.beat(part)


def collect_static(stamp: Path) -> None:
    """Collect the static files, if any has changed since the last time (`stamp` remembers it)."""
    current = _static_fingerprint()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == current:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(current)


def _static_fingerprint() -> str:
    """Changes whenever a static file comes, goes or is written, and with the code that collects them."""
    paths = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    paths.append(Path(static_files.__file__))
    digest = hashlib.sha256()
    for path in paths:
        found = path.stat()
        digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return digest.hexdigest()


def has_practitioner() -> bool:
    """Whether anybody has moved in."""
    return Practitioner.objects.exists()


def demo_is_loaded() -> bool:
    """Whether the demo practice is what stands in this database."""
    return get_user_model().objects.filter(email=DEMO_PRACTITIONER).exists()


def forget_connections() -> None:
    """Close every connection, and the pool's threads: processes are about to be forked."""
    for each in connections.all(initialized_only=True):
        each.close()
        if hasattr(each, "close_pool"):
            each.close_pool()
