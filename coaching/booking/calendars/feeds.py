"""A person's sessions as one address for a calendar program to subscribe to."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.booking.calendars import ics, queries
from coaching.booking.models import CalendarFeed
from coaching.outbox.letters import absolute, speaking_to


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
        return ics.feed_of(sessions, reader=feed.person, name=_("Sessions"), site=settings.SITE_URL)


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
