"""Every room's letters: importing this makes their kinds known to the outbox."""

from coaching.reminders import letters as _reminders

__all__ = ["_reminders"]
