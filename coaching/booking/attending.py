"""Coming to a session: from when the way in is open, and how soon it begins, in words. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.booking.models import Appointment
from coaching.booking.places import Meeting, meeting_of

EARLY = timedelta(minutes=15)  # so long before its start people may come in
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Attendance:
    """`is_open` is whether the way in is shown at this moment; `countdown` is "" while the session is far off."""

    meeting: Meeting
    opens_at: datetime
    is_open: bool
    countdown: str


def attend(session: Appointment, now: datetime) -> Attendance | None:
    """None when there is nothing to come to: not confirmed, or over."""
    if session.status != Appointment.Status.CONFIRMED or session.ends_at <= now:
        return None
    opens_at = session.starts_at - EARLY
    return Attendance(
        meeting=meeting_of(session), opens_at=opens_at, is_open=opens_at <= now, countdown=countdown(session, now)
    )


def countdown(session: Appointment, now: datetime) -> str:
    """ "Begins in 12 minutes", "It has begun." """
    left = session.starts_at - now
    if left <= timedelta():
        return _("It has begun.")
    if left > SOON:
        return ""
    minutes = max(1, round(left.total_seconds() / 60))
    if minutes < 60:
        return ngettext("Begins in %d minute", "Begins in %d minutes", minutes) % minutes
    hours = round(minutes / 60)
    return ngettext("Begins in %d hour", "Begins in %d hours", hours) % hours
