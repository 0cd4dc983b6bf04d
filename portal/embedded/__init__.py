"""Real PostgreSQL and Valkey out of their wheels, for whoever brings no servers of their own.

    with embedded.servers(state_dir):
        ...

The first user starts them and the last one stops them. Every user holds a shared lock on one file,
so the kernel knows who is left; a killed user counts as gone, and servers that outlive it are simply
joined by the next one. This package knows nothing of Django: the settings ask it for addresses.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from portal.embedded import postgres, programs, valkey
from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock, exclusive
from portal.embedded.places import Places, locate

__all__ = ["EmbeddedError", "database_settings", "database_url", "redis_url", "servers"]


def database_settings(state_dir: Path) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS for Django; nothing is started or written.

    The password stays in its file, where libpq finds it (OPTIONS["passfile"]): it is made together
    with the data, later than the settings are read. Raises EmbeddedError when root cannot step down.
    """
    places = locate(state_dir)
    return {
        "NAME": postgres.NAME,
        "USER": postgres.USER,
        "PASSWORD": "",
        "HOST": str(places.sockets),
        "PORT": str(postgres.PORT),
        "OPTIONS": {"passfile": str(places.password_file)},
    }


def database_url(state_dir: Path) -> str:
    """The same as a `postgresql://` address, for psql, pg_dump and their like."""
    settings = database_settings(state_dir)
    query = urlencode({"host": settings["HOST"], "port": settings["PORT"], **settings["OPTIONS"]}, quote_via=quote)
    return f"postgresql://{settings['USER']}@/{settings['NAME']}?{query}"


def redis_url(state_dir: Path) -> str:
    """The Redis address, `unix:///...`; nothing is started or written."""
    return f"unix://{locate(state_dir).valkey_socket}"


def _to_stderr(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


@contextmanager
def servers(
    state_dir: Path,
    *,
    database: bool = True,
    redis: bool = True,
    durable: bool = True,
    say: Callable[[str], None] = _to_stderr,
) -> Iterator[None]:
    """Have the wanted servers of a STATE_DIR for the length of the block.

    They are joined when they run already, whoever started them; at the end they are stopped when
    nobody else uses them. With `durable=False` a started PostgreSQL never forces data to the disk:
    for tests, in a STATE_DIR that holds nothing dear. `say` is told what the owner should know.

    Raises EmbeddedError, one sentence, when they cannot be had; nothing is left running then.
    """
    places = locate(state_dir)
    with _plain_errors(places):
        using = _join(places, database=database, redis=redis, durable=durable, say=say)
    try:
        yield
    finally:
        with _plain_errors(places):
            _leave(places, using)


def _join(places: Places, *, database: bool, redis: bool, durable: bool, say: Callable[[str], None]) -> FileLock:
    """Become a user of the servers; gives the shared lock that says so."""
    if places.away and not places.home.exists():
        say(f"'{places.account.name}' cannot enter {places.state}: the servers' data goes to {places.home}.")
    places.make()
    with exclusive(places.starting_lock):
        using = FileLock(places.users_lock)
        using.share()
        try:
            found = programs.find(places)
            if database:
                postgres.ensure_running(places, found, durable=durable)
            if redis:
                valkey.ensure_running(places, found)
        except BaseException:
            _stop_if_alone(places, using)
            raise
    return using


def _leave(places: Places, using: FileLock) -> None:
    with exclusive(places.starting_lock):
        _stop_if_alone(places, using)


def _stop_if_alone(places: Places, using: FileLock) -> None:
    """Give the shared lock back, and stop the servers when it was the only one."""
    with using:
        if using.try_take():
            valkey.stop(places)
            postgres.stop(places, programs.find(places))


@contextmanager
def _plain_errors(places: Places) -> Iterator[None]:
    """Turn what the disk and the kernel say into one sentence."""
    try:
        yield
    except OSError as error:
        where = error.filename or places.state
        raise EmbeddedError(
            f"The portal cannot keep its data in {places.state} ({where}: {error.strerror}); "
            "make room there and see that it can be written, or set STATE_DIR to another folder."
        ) from error
