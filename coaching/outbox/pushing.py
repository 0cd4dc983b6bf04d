"""Letters that go to a phone instead of a mailbox: decided when they leave, by what their reader wants then.

The letter itself becomes the push to the first of their devices, and each other device gets one of its own. When
none of them can be told, the letter leaves by mail after all.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coaching.outbox import actions, claims, devices, letters, webpush
from coaching.outbox.models import Device, Letter
from coaching.outbox.rendering import plain

State = Letter.State
Channel = Letter.Channel
URGENT = 20  # letters that leave at least so urgently wake a sleeping phone
MESSAGES = "messaging.unread"  # and so does a person
BY_MAIL = ":mail"  # ends the key of a letter that goes to no phone, whatever its reader wants
_ALSO = ":push:"


def devices_for(letter: Letter, wish: letters.Wish) -> list[Device]:
    """Where a letter goes that its reader wants on their phone; nowhere when it tried already, or holds a
    secret."""
    if not wish.on_phone or letter.channel != Channel.EMAIL or letter.secret or letter.person is None:
        return []
    return [] if letter.key.endswith(BY_MAIL) else list(devices.of(letter.person))


def pass_on(letter: Letter, token: UUID, to: Sequence[Device], *, now: datetime) -> None:
    """Turn the letter that we hold into one for each device. They are claimed anew."""
    with transaction.atomic():
        if claims.turn_into_push(letter, token, device=to[0].pk):
            also = sorted((_for(letter, device, now) for device in to[1:]), key=lambda each: each.key)
            Letter.objects.bulk_create(also, ignore_conflicts=True)


def content(letter: Letter, told: letters.Told) -> bytes:
    """What a phone is told: the subject, which is fit for a lock screen, and where it leads; with the beginning of
    what was said for those who chose that."""
    url = told.action.url.removeprefix(settings.SITE_URL) if told.action else "/"
    shown = {
        "title": _cut(plain(told.subject), 120),
        "body": _cut(told.line, 240),
        "url": url,
        "tag": _topic(letter),
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def send(letter: Letter, token: UUID, sealed: dict[str, Any], *, now: datetime) -> str | None:
    """What the push service answered; None when we have lost the letter. Raises webpush's Gone, Refused or
    Later."""
    device = Device.objects.filter(pk=letter.device_id or 0).first()
    if device is None or device.person_id != letter.person_id:
        raise webpush.Gone(_("This phone is not there any more."))
    ends = letter.not_after or now + webpush.LONGEST_LIFE
    urgent = letter.urgency <= URGENT or letter.kind == MESSAGES
    push = webpush.Push(content=sealed["wire"], topic=_topic(letter), lives=ends - now, urgent=urgent)
    try:
        answer = webpush.send(push, device=device, fence=lambda: claims.hand_over(letter, token, sealed=sealed))
    except webpush.Gone:
        devices.forget(device=device)
        raise
    if answer is not None:
        devices.note_told(device=device, now=now)
    return answer


def fall_back(letter: Letter, *, now: datetime) -> None:
    """The push to one device ended without being told: by mail, unless another device was told or still may be."""
    root = letter.key.partition(_ALSO)[0]
    same = Q(key=root) | Q(key__startswith=f"{root}{_ALSO}")
    others = Letter.objects.filter(same, channel=Channel.PUSH).exclude(pk=letter.pk)
    hopeful = others.filter(state__in=[State.SENT, State.WAITING, State.HANDING_OVER])
    if hopeful.exists() or letter.is_too_late(now):
        return
    mail = actions.NewLetter(
        kind=letter.kind,
        key=f"{root}{BY_MAIL}",
        person=letter.person,
        about=letter.about,
        due_at=now,
        not_after=letter.not_after,
        urgency=letter.urgency,
    )
    with transaction.atomic():
        actions.post_new(mail, now=now)


def _for(letter: Letter, device: Device, now: datetime) -> Letter:
    new = actions.NewLetter(
        kind=letter.kind,
        key=f"{letter.key}{_ALSO}{device.pk}",
        person=letter.person,
        about=letter.about,
        due_at=letter.due_at,
        not_after=letter.not_after,
        urgency=letter.urgency,
    )
    row = new.row(now)
    row.channel, row.device = Channel.PUSH, device
    return row


def _topic(letter: Letter) -> str:
    """Of what tells the same again, a phone shows the newest only."""
    return letter.kind if letter.kind == MESSAGES else letter.key.partition(_ALSO)[0]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
