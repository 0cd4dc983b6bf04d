"""A person's sessions as one address for a calendar program to subscribe to.

Writing takes a millisecond or more for each session, and programs ask every hour, mostly for what they know: what
was written is kept, by what it was written from.
"""

import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts import zones
from accounts.models import User
from coaching.booking.calendars import ics, queries
from coaching.booking.models import Appointment, CalendarFeed
from coaching.outbox.letters import absolute, speaking_to

_KEPT_FOR = 26 * 3600  # seconds; some programs ask once a day
_WRITTEN_AS = 1  # grows when `ics.feed_of` writes something else


@dataclass(frozen=True)
class Addresses:
    """The ways to one feed: as it is, for a program on this device, and for two sites that fetch it themselves."""

    https: str
    webcal: str
    google: str
    outlook: str


def content_of(feed: CalendarFeed, now: datetime) -> bytes:
    """What the feed says at `now`, in its person's words. One query."""
    with speaking_to(feed.person):
        sessions = queries.sessions_in_feed(feed.person, now)
        key = f"calendar-feed:{_origin(sessions, feed.person)}"
        if kept := _kept(key):
            return kept
        content = ics.feed_of(sessions, reader=feed.person, name=_("Sessions"), site=settings.SITE_URL)
        with suppress(RedisError):
            cache.set(key, zlib.compress(content, 1), _KEPT_FOR)
        return content


def _kept(key: str) -> bytes | None:
    with suppress(RedisError):
        kept = cache.get(key)
        return zlib.decompress(kept) if kept else None
    return None


def _origin(sessions: Iterable[tuple[Appointment, datetime]], reader: User) -> str:
    """All that the feed is written from, as one word."""
    known = sha256(
        repr((_WRITTEN_AS, zones.EDITION, settings.SITE_URL, get_language(), reader.pk, reader.time_zone)).encode()
    )
    for session, changed_at in sessions:
        known.update(repr((ics.written_from(session, reader), changed_at)).encode())
    return known.hexdigest()


def addresses_of(feed: CalendarFeed) -> Addresses:
    https = absolute(reverse("calendar_feed", args=[feed.token]))
    webcal = f"webcal://{https.partition('://')[2]}"
    name = urlencode({"url": https, "name": _("Sessions")})
    return Addresses(
        https=https,
        webcal=webcal,
        google=f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{name}",
    )
