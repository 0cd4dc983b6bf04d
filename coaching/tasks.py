"""Every room's tasks, for Celery."""

from coaching.media import tasks as media

__all__ = ["media"]
