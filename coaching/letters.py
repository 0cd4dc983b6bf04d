"""Every room's letters: importing this makes their kinds known to the outbox."""

from coaching.booking import letters as booking
from coaching.messaging import letters as messaging
from coaching.practice import letters as practice
from coaching.reminders import letters as reminders
from coaching.story import letters as story
from coaching.welcome import letters as welcome

__all__ = ["booking", "messaging", "practice", "reminders", "story", "welcome"]
