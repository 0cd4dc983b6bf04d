"""Where the embedded servers of one STATE_DIR keep their things; found without touching anything."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import Account, choose
from portal.embedded.errors import EmbeddedError

# The kernel takes 107 bytes for a socket's path, macOS 103.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
# Commas part hosts in a PostgreSQL address and percent signs mean something in a Redis one.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")


@dataclass(frozen=True)
class Places:
    """The folders and files of one STATE_DIR; `home` and `sockets` belong to the servers' account."""

    state: Path
    home: Path
    sockets: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def postgres_log(self) -> Path:
        """What PostgreSQL has to say."""
        return self.home / "postgres.log"

    @property
    def valkey_log(self) -> Path:
        """What Valkey has to say."""
        return self.home / "valkey.log"

    @property
    def valkey_socket(self) -> Path:
        """Where Valkey listens."""
        return self.sockets / "valkey.sock"

    @property
    def password_file(self) -> Path:
        """The database password, in the form that libpq reads by itself (its `passfile`)."""
        return self.state / "database.pgpass"

    @property
    def users_lock(self) -> Path:
        """Shared by everybody who uses the servers."""
        return self.state / "run" / "servers.lock"

    @property
    def starting_lock(self) -> Path:
        """Held alone while the servers are started or stopped."""
        return self.state / "run" / "starting.lock"

    @property
    def away(self) -> bool:
        """Whether the servers' things had to go outside STATE_DIR."""
        return self.state not in self.home.parents

    def make(self) -> None:
        """Make the folders that are missing.

        Raises OSError when the disk refuses, EmbeddedError when a folder is somebody else's.
        """
        self.users_lock.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.home, self.sockets):
            self._make_private(folder)

    def _make_private(self, folder: Path) -> None:
        """Make a folder that only the servers' account (and root) enters, or check that it is one."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            if self.account.borrowed:
                os.chown(folder, self.account.uid, self.account.gid)
        if folder.is_symlink() or folder.stat().st_uid != self.account.uid:
            raise EmbeddedError(
                f"{folder} belongs to another account than '{self.account.name}', "
                "which the embedded servers run as; remove it, or start the portal as its owner."
            )


def locate(state_dir: Path) -> Places:
    """The places of a STATE_DIR, the same at every call; starts, makes and changes nothing.

    Raises EmbeddedError when root has no account to run the servers as.
    """
    state = state_dir.resolve()
    inside = state / "servers"
    outside = Path("/var/lib") / f"coaching-portal-{_fingerprint(state)}"
    home = _home(state, inside=inside, outside=outside)
    account = choose(home / "data")
    return Places(state=state, home=home, sockets=_sockets(home, account), account=account)


def _home(state: Path, *, inside: Path, outside: Path) -> Path:
    """Data that is already there stays where it is, whatever became of the permissions since."""
    for candidate in (inside, outside):
        if os.access(candidate, os.X_OK) and (candidate / "data").exists():
            return candidate
    account = choose(inside / "data")
    return inside if not account.borrowed or account.may_enter(state) else outside


def _sockets(home: Path, account: Account) -> Path:
    """The sockets' folder: at home, or a short one where the path is too long or has odd characters."""
    folder = home / "sockets"
    path = str(folder / LONGEST_SOCKET_NAME)
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
        return folder
    return Path("/tmp") / f"coaching-portal-{account.uid}-{_fingerprint(home)}"  # noqa: S108


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
