"""Every room's letters: importing this makes their kinds known to the outbox."""

from coaching.booking import letters as _booking
from coaching.messaging import letters as _messaging
from coaching.reminders import letters as _reminders
from coaching.story import letters as _story
from coaching.welcome import letters as _welcome

__all__ = ["_booking", "_messaging", "_reminders", "_story", "_welcome"]
