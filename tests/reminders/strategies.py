"""What hypothesis draws: zones that people live in, and moments close to where clocks change."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from accounts import zones
from coaching.reminders.clocks import LONGEST_QUIET, MINUTE, Quiet

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


@cache
def changes() -> list[tuple[datetime, ZoneInfo]]:
    """Every clock change of three years in every zone, to the hour."""
    found = []
    for name in zones.zone_names():
        zone, moment = ZoneInfo(name), FIRST
        while moment < LAST:
            following = moment + timedelta(days=7)
            if moment.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
                hours = (moment + timedelta(hours=n) for n in range(1, 169))
                offset = moment.astimezone(zone).utcoffset()
                found.append((next(h for h in hours if h.astimezone(zone).utcoffset() != offset), zone))
            moment = following
    return found


people_zones = st.sampled_from(zones.zone_names()).map(ZoneInfo)
minutes_of_day = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))
_any_moment = st.integers(0, (LAST - FIRST) // MINUTE).map(lambda n: FIRST + n * MINUTE)
quiets = st.builds(Quiet, minutes_of_day, minutes_of_day).filter(
    lambda quiet: timedelta(0) < quiet.length <= LONGEST_QUIET
)
_near_its_own = st.tuples(st.sampled_from(changes()), st.integers(-1600, 1600)).map(
    lambda drawn: (drawn[0][0] + drawn[1] * MINUTE, drawn[0][1])
)
# A moment and a zone, most often within a day of that zone's own change.
zoned = st.one_of(_near_its_own, _near_its_own, st.tuples(_any_moment, people_zones))


@st.composite
def zoned_and_quiet(draw: st.DrawFn) -> tuple[datetime, ZoneInfo, Quiet]:
    """A moment and a zone, and quiet hours that the moment lies in."""
    moment, zone = draw(zoned)
    here = moment.astimezone(zone)
    length = draw(st.integers(1, LONGEST_QUIET // MINUTE))
    start = here.hour * 60 + here.minute - draw(st.integers(0, length - 1))
    return moment, zone, Quiet(_clock(start), _clock(start + length))


def _clock(minutes: int) -> time:
    return time(minutes % 1440 // 60, minutes % 60)
