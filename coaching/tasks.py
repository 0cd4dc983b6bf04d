"""Every room's tasks, for Celery."""

from coaching.live.tasks import forget_old

__all__ = ["forget_old"]
