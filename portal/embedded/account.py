"""Who the servers run as: PostgreSQL refuses to run as root, so root lends it an ordinary account."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from portal.embedded.errors import EmbeddedError


class SpawnOptions(TypedDict, total=False):
    """The part of subprocess's arguments that changes who a process runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The system account that the servers run as; `borrowed` when root steps down to it."""

    uid: int
    gid: int
    borrowed: bool

    @property
    def name(self) -> str:
        """The account's name, or its number where the machine knows no name."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def spawn_options(self) -> SpawnOptions:
        """What subprocess needs in order to start a program as this account."""
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether it can pass through every existing folder on the way to `folder`, and that one."""
        folders = [folder, *folder.parents]
        return all(self._may(part, stat.S_IXUSR) for part in folders if part.exists())

    def may_run(self, program: Path) -> bool:
        """Whether it can reach and start `program`."""
        return self.may_enter(program.parent) and self._may(program, stat.S_IXUSR | stat.S_IRUSR)

    def _may(self, path: Path, wanted: int) -> bool:
        """Whether the mode bits grant `wanted` (given as the owner's bits)."""
        found = path.stat()
        if found.st_uid == self.uid:
            granted = found.st_mode
        elif found.st_gid == self.gid:
            granted = found.st_mode << 3
        else:
            granted = found.st_mode << 6
        return granted & wanted == wanted


def choose(data: Path) -> Account:
    """Oneself; for root the owner of the data that is already there, else `postgres`, else `nobody`.

    Raises EmbeddedError when root finds no account to step down to.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), borrowed=False)
    if data.exists() and (found := data.stat()).st_uid != 0:
        return Account(uid=found.st_uid, gid=found.st_gid, borrowed=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, borrowed=True)
    raise EmbeddedError(
        "PostgreSQL does not run as root and this machine has neither a 'postgres' nor a 'nobody' "
        "account to run it as; start the portal as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )
