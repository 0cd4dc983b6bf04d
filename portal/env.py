"""Typed readers of environment variables. A malformed value stops the start with one sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """Reads `values` (normally `os.environ`). An empty value counts as unset.

    Every reader raises `ImproperlyConfigured` with a sentence for people when a value is malformed,
    or when it is unset and there is no default.
    """

    values: Mapping[str, str]

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, "").strip() or default
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set, and there is no default for it.")
        return value

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name, "yes" if default else "no").lower()
        if value not in _YES | _NO:
            raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
        return value in _YES

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
        return int(value)

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of the `allowed` words, as they are written there; case is forgiven."""
        value = self.text(name, default)
        found = next((each for each in allowed if each.casefold() == value.casefold()), None)
        if found is None:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
        return found

    def words(self, name: str, default: list[str]) -> list[str]:
        value = self.text(name, ",".join(default))
        return [word.strip() for word in value.split(",") if word.strip()]

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """Networks like 192.168.1.0/24, parted by commas; none when it is unset."""
        words = self.words(name, [])
        try:
            return [ip_network(word) for word in words]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must be networks like 192.168.1.0/24, parted by commas.") from error

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def address(self, name: str, default: str) -> str:
        """A bare e-mail address, or "" where that is the default."""
        value = self.text(name, default)
        if value and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", value):
            raise ImproperlyConfigured(f"{name} must be an e-mail address like reply@example.org, not {value!r}.")
        return value

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """An absolute URL without a slash at its end. It names a host, or the path of a socket (unix://)."""
        value = self.text(name, default).rstrip("/")
        parts = _split(name, value)
        there = parts.path if parts.scheme == "unix" else parts.hostname
        if value and (parts.scheme not in schemes or not there or re.search(r"\s", value)):
            wanted = " or ".join(f"{scheme}://..." for scheme in schemes)
            raise ImproperlyConfigured(f"{name} must be an address like {wanted}.")
        return value

    def origin(self, name: str, default: str) -> str:
        """A web address without anything after the host and port."""
        value = self.url(name, default, schemes=("http", "https"))
        parts = urlsplit(value)
        plain = f"{parts.scheme}://{parts.netloc}" == value and not {"@", " "} & set(value)
        if not plain or not parts.hostname:
            raise ImproperlyConfigured(
                f"{name} must be an address like https://portal.example, with nothing after it."
            )
        return value

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Names of hosts, without scheme, port or path."""
        hosts = self.words(name, default)
        if not hosts or any(set(host) & set("/ @") for host in hosts):
            raise ImproperlyConfigured(f"{name} must be names of hosts, parted by commas: portal.example,10.0.0.1")
        return hosts

    def sender(self, name: str, default: str) -> str:
        """An e-mail address, alone or like `Marta <marta@practice.example>`."""
        value = self.text(name, default)
        local, _, domain = parseaddr(value)[1].rpartition("@")
        if not local or not domain or set(local + domain) & set(" @<>"):
            raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.")
        return value


environment = Environment(os.environ)


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?sslmode=...`.

    A socket folder is given as `?host=/folder`. Other engines are refused: the portal needs PostgreSQL.
    """
    parts = _split("DATABASE_URL", url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must be an address like postgresql://user:password@host/name.")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    _refuse_unknown(options)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: it ends like postgresql://.../name.")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def _refuse_unknown(options: Mapping[str, str]) -> None:
    """libpq knows which options there are; what they are worth, the connection shows."""
    try:
        make_conninfo(**options)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL has an {str(error).strip()}.") from error


def _split(name: str, value: str) -> Any:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not a valid address.") from error
    return parts
