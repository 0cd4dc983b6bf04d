"""Every room's tasks, for Celery."""

from coaching.live.tasks import forget_old
from coaching.outbox.tasks import deliver
from coaching.reminders.tasks import sweep

__all__ = ["deliver", "forget_old", "sweep"]
