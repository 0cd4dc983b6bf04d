"""What tus clients say in their headers (https://tus.io/protocols/resumable-upload, version 1.0.0). Nothing is
looked up here."""

import base64
import binascii
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
CHECKSUMS = ("sha1", "sha256")
CONTENT_TYPE = "application/offset+octet-stream"
LONGEST_CUT = 24 * 3600.0  # seconds


class NotUnderstood(Exception):
    """A header that is missing or says nothing that the protocol knows."""


@dataclass
class Checksum:
    """What the bytes of one request must add up to."""

    expected: bytes
    found: "_Hash" = field(repr=False)

    @property
    def holds(self) -> bool:
        return self.found.digest() == self.expected


def whole_number(said: str | None) -> int:
    """A count of bytes."""
    if said is None or not (said.isascii() and said.isdigit()) or len(said) > 18:
        raise NotUnderstood
    return int(said)


def metadata(said: str) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and a value in Base64, separated by commas; the value may be missing."""
    pairs = (pair.split(" ") for pair in said.split(",") if pair.strip())
    try:
        return {key: _decoded(*value) for key, *value in (_stripped(pair) for pair in pairs)}
    except (ValueError, TypeError) as problem:
        raise NotUnderstood from problem


def _stripped(pair: list[str]) -> list[str]:
    return [part for part in pair if part]


def _decoded(value: str = "") -> str:
    return base64.b64decode(value, validate=True).decode("utf-8", "replace")


def written(said: Mapping[str, str]) -> str:
    """The same as a header."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items() if value)


def checksum(said: str | None) -> Checksum | None:
    if said is None:
        return None
    name, _space, expected = said.strip().partition(" ")
    if name not in CHECKSUMS:
        raise NotUnderstood
    try:
        return Checksum(base64.b64decode(expected, validate=True), hashlib.new(name, usedforsecurity=False))
    except binascii.Error as problem:
        raise NotUnderstood from problem


def cut(begin: str | None, end: str | None) -> tuple[float | None, float | None]:
    """Where a recording is to begin and end, in seconds; None: uncut there. Nonsense cuts nothing."""
    first, last = _seconds(begin), _seconds(end)
    if last is not None and last <= (first or 0.0):
        return None, None
    return (0.0 if first is None and last is not None else first), last


def _seconds(said: str | None) -> float | None:
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LONGEST_CUT else None
