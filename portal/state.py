"""The state folder: the only place that the portal writes to."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def folder(path: Path) -> Path:
    """`path`, made when it is missing. Raises `ImproperlyConfigured` with one sentence when that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error
    return path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use and readable by its owner alone.

    Raises `ImproperlyConfigured` with one sentence when the folder cannot be written.
    """
    try:
        _make(path)
        return path.read_text().strip()
    except OSError as error:
        raise _unusable(path.parent, error) from error


def _unusable(path: Path, error: OSError) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"The folder {path} cannot be used ({error.strerror}): set STATE_DIR to one that can be written."
    )


def _make(path: Path) -> None:
    """Written aside and linked into place, so that two first starts agree on one secret."""
    if path.exists():
        return
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text(secrets.token_urlsafe(50))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
