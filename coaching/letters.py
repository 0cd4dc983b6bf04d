"""Every room's letters: importing this makes their kinds known to the outbox, and who takes mail to the
mailroom."""

from coaching.booking import letters as booking
from coaching.booking.calendars import inbox as calendar_answers
from coaching.booking.calendars import letters as calendars
from coaching.journal import letters as journal
from coaching.messaging import by_mail as answers_by_mail
from coaching.messaging import letters as messaging
from coaching.practice import letters as practice
from coaching.practice import letters_arc as arc
from coaching.reminders import letters as reminders
from coaching.story import letters as story
from coaching.welcome import letters as welcome

__all__ = [
    "answers_by_mail",
    "arc",
    "booking",
    "calendar_answers",
    "calendars",
    "journal",
    "messaging",
    "practice",
    "reminders",
    "story",
    "welcome",
]
