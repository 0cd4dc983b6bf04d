"""Every room's letters: importing this makes their kinds known to the outbox."""

from coaching.practice import letters as _practice
from coaching.reminders import letters as _reminders

__all__ = ["_practice", "_reminders"]
