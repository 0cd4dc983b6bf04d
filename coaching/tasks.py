"""Every room's tasks, for Celery."""

from coaching.booking.calendars.tasks import read_calendars
from coaching.booking.tasks import keep_hours, lapse, offer, offer_all
from coaching.live.tasks import forget_old
from coaching.mailroom.tasks import forget_old as forget_old_mail
from coaching.mailroom.tasks import read_folder
from coaching.media.tasks import clear_uploads, process, process_waiting
from coaching.messaging.tasks import clear_removed
from coaching.outbox.tasks import deliver
from coaching.reminders.tasks import sweep

__all__ = [
    "clear_removed",
    "clear_uploads",
    "deliver",
    "forget_old",
    "forget_old_mail",
    "keep_hours",
    "lapse",
    "offer",
    "offer_all",
    "process",
    "process_waiting",
    "read_calendars",
    "read_folder",
    "sweep",
]
