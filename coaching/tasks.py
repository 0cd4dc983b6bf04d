"""Every room's tasks, for Celery."""

from coaching.booking.tasks import lapse, offer, offer_all
from coaching.live.tasks import forget_old
from coaching.media.tasks import process, process_waiting
from coaching.outbox.tasks import deliver
from coaching.reminders.tasks import sweep

__all__ = ["deliver", "forget_old", "lapse", "offer", "offer_all", "process", "process_waiting", "sweep"]
