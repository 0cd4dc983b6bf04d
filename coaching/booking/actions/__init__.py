"""Everything that changes something in booking: sessions, first talks of visitors, opening hours, session types."""

from coaching.booking.actions.opening import clear_dates, set_dates, set_hours, set_up_types
from coaching.booking.actions.sessions import NotFree, Settled, Taken, TooLate, book, cancel, mark, move
from coaching.booking.actions.visitors import book_first

__all__ = [
    "NotFree",
    "Settled",
    "Taken",
    "TooLate",
    "book",
    "book_first",
    "cancel",
    "clear_dates",
    "mark",
    "move",
    "set_dates",
    "set_hours",
    "set_up_types",
]
