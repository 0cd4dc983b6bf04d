"""Every room's tasks, for Celery."""

from coaching.outbox.tasks import deliver
from coaching.reminders.tasks import sweep

__all__ = ["deliver", "sweep"]
