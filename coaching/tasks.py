"""Every room's tasks, for Celery."""
