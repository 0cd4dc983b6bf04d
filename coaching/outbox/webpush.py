"""Telling a phone or a browser something by web push: encrypted for it alone (RFC 8291), signed as ours (RFC 8292),
handed to the push service that its browser named (RFC 8030).

The address came from a browser, which may be anybody's: only https, no private numbers, no redirects, little time.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import SplitResult

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.http import urlsafe_base64_encode

from coaching.open_web import Failed, connected, open_web_and, split
from coaching.outbox.envelope import sender_address
from coaching.outbox.models import Device

SECONDS = 10
MOST_BYTES = 3000  # of what is told: push services take 4096 with all that encryption adds
LONGEST_LIFE = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)
_TOKEN_LIFE = 12 * 3600  # seconds; a day at most (RFC 8292, 2)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256


class Gone(Exception):
    """Nobody hears at this address any more (404, 410)."""


class Refused(Exception):
    """The push service does not take it, and would not take it later. The words are its own."""


class Later(Exception):
    """Not now: the service is busy, or cannot be reached. `wait` is what it asks for."""

    def __init__(self, words: str, wait: timedelta | None = None) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True)
class Push:
    """What is told, and for how long it is worth telling. Of two with the same `topic` only the newer is kept for a
    phone that is switched off."""

    content: bytes
    topic: str
    lives: timedelta
    urgent: bool


def public_key() -> str:
    """What browsers ask for when somebody wants to be told (applicationServerKey), in URL-safe base64."""
    point = (
        _key().public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return urlsafe_base64_encode(point)


def send(push: Push, *, device: Device, fence: Callable[[], bool]) -> str | None:
    """What the service answered; None when `fence`, asked once it can be reached, says no.

    Raises Gone, Refused or Later.
    """
    policy = open_web_and(settings.PUSH_NETWORKS)
    ends = time.monotonic() + SECONDS
    try:
        parts = split(device.endpoint, policy)
        with connected(parts, policy, ends) as line:
            body, head = _made(push, device, parts)
            if not fence():
                return None
            line.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, head)
            answer = line.getresponse()
            said = answer.read(300).decode("utf-8", "replace")
    except Failed as failed:
        raise _trouble(failed) from failed
    except (OSError, ValueError) as error:
        raise Later(f"{type(error).__name__}") from error
    return _understood(answer.status, said, answer.headers.get("Retry-After", ""))


def _trouble(failed: Failed) -> Exception:
    forever = failed.problem in ("scheme", "address", "private", "certificate")
    return Refused(failed.problem) if forever else Later(failed.problem)


def _understood(status: int, said: str, retry_after: str) -> str:
    words = f"{status} {' '.join(said.split())}".strip()[:300]
    if 200 <= status < 300:
        return words
    if status in (404, 410):
        raise Gone(words)
    if status == 429 or status >= 500:
        raise Later(words, _wait(retry_after))
    raise Refused(words)


def _wait(retry_after: str) -> timedelta | None:
    with suppress(ValueError):
        return min(timedelta(seconds=int(retry_after)), LONGEST_WAIT) if len(retry_after) < 8 else LONGEST_WAIT
    return None


def _made(push: Push, device: Device, parts: SplitResult) -> tuple[bytes, dict[str, str]]:
    try:
        return _sealed(push, device), _head(push, parts)
    except Exception as error:
        raise Refused(type(error).__name__) from error


def _sealed(push: Push, device: Device) -> bytes:
    from pywebpush import WebPusher  # half a second of start-up that only a worker needs

    keys = {"p256dh": device.p256dh, "auth": device.auth}
    sealed: Any = WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(push.content)
    return bytes(sealed["body"])


def _head(push: Push, parts: SplitResult) -> dict[str, str]:
    return {
        "Host": parts.netloc,
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(max(0, int(min(push.lives, LONGEST_LIFE).total_seconds()))),
        "Urgency": "high" if push.urgent else "normal",
        "Topic": hashlib.sha256(push.topic.encode()).hexdigest()[:32],
        "Connection": "close",
        **_signature(f"{parts.scheme}://{parts.netloc}", int(time.time())),
    }


def _signature(audience: str, now: int) -> dict[str, str]:
    from py_vapid import Vapid02

    signer = Vapid02(_key(), conf={"no-strict": True})
    claims = {"aud": audience, "exp": now + _TOKEN_LIFE, "sub": f"mailto:{sender_address()}"}
    signed: dict[str, str] = signer.sign(claims)
    return signed


def _key() -> ec.EllipticCurvePrivateKey:
    return _key_of(settings.PUSH_KEY)


@cache
def _key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    """The same key for the same secret, whoever reads it."""
    number = int.from_bytes(hashlib.sha512(f"push:{secret}".encode()).digest()) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
