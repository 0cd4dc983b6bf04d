"""The phones and browsers that people want to be told on."""

import base64
import binascii
from collections.abc import Collection
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from coaching.open_web import Failed, open_web_and, split
from coaching.outbox.models import Device

MOST = 10


class NoDevice(Exception):
    """What a browser says about itself is no device that can be told anything."""


def of(person: User) -> QuerySet[Device]:
    return Device.objects.filter(person=person).order_by("added_at", "pk")


def people_with(people: Collection[int]) -> set[int]:
    """Those of these people who have one. One query."""
    return set(Device.objects.filter(person__in=people).values_list("person", flat=True))


def add(*, person: User, endpoint: str, p256dh: str, auth: str, name: str, now: datetime) -> Device:
    """From now on it is told what `person` wants to hear; whoever it told before is not told there any more.

    The oldest goes when there are more than `MOST`. Raises NoDevice.
    """
    _check(endpoint, p256dh, auth)
    told = {"person": person, "p256dh": p256dh, "auth": auth, "name": name[:80]}
    device, _ = Device.objects.update_or_create(
        endpoint=endpoint, defaults=told, create_defaults=told | {"endpoint": endpoint, "added_at": now}
    )
    kept = Device.objects.filter(person=person).order_by("-added_at", "-pk").values("pk")[:MOST]
    Device.objects.filter(person=person).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return device


def forget(*, device: Device) -> None:
    Device.objects.filter(pk=device.pk).delete()


def note_told(*, device: Device, now: datetime) -> None:
    Device.objects.filter(pk=device.pk).update(told_at=now)


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        split(endpoint, open_web_and(settings.PUSH_NETWORKS))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh, 65))
        _bytes(auth, 16)
    except (Failed, ValueError) as error:
        raise NoDevice(type(error).__name__) from error
    if len(endpoint) > 1000:
        raise NoDevice("The address is too long.")


def _bytes(words: str, length: int) -> bytes:
    if len(words) > 100:
        raise ValueError("too long")
    try:
        found = base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if len(found) != length:
        raise ValueError("not its length")
    return found
