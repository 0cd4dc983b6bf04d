"""A process of its own that uses the embedded servers of a folder; the tests start it, and kill it.

Run as `python embedded_user.py FOLDER`: prints "ready" once the servers answer and stays until its input ends.
"""

import sys
from pathlib import Path

from portal import embedded


def main(folder: Path) -> None:
    try:
        with embedded.servers(folder):
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.read()
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
