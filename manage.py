#!/usr/bin/env python
"""Django's commands, with the embedded servers around those that need them."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

# These need no server, or (run) look after the servers by themselves.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "run",
    "version",
}


def main(arguments: list[str]) -> None:
    """Run one command; whoever ends it gets the servers stopped and no traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from portal.embedded import EmbeddedError

    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) != signal.SIG_IGN:  # nohup means it
            signal.signal(ending, _end)
    try:
        with _servers(arguments):
            execute_from_command_line(arguments)
    except (ImproperlyConfigured, EmbeddedError) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _servers(arguments: list[str]) -> AbstractContextManager[None]:
    """The embedded servers that this command needs and that the environment does not replace."""
    command = next((word for word in arguments[1:] if not word.startswith("-")), "help")
    if command in WITHOUT_SERVERS or {"--help", "-h", "--version"} & set(arguments):
        return nullcontext()

    from django.conf import settings

    from portal import embedded

    if not (settings.EMBEDDED_DATABASE or settings.EMBEDDED_REDIS):
        return nullcontext()
    return embedded.servers(settings.STATE_DIR, database=settings.EMBEDDED_DATABASE, redis=settings.EMBEDDED_REDIS)


def _end(signum: int, _frame: object) -> None:
    """Leave through every `finally`: the default would leave the servers running."""
    sys.exit(128 + signum)


if __name__ == "__main__":
    main(sys.argv)
