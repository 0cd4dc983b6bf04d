"""Everything that changes something in booking: sessions, first talks of visitors, opening hours, session types."""

from coaching.booking.actions.approving import approve, let_requests_lapse, refuse
from coaching.booking.actions.attending import look_back
from coaching.booking.actions.keeping import NoTime, give_back, keep_free
from coaching.booking.actions.opening import clear_dates, set_dates, set_hours, set_up_types
from coaching.booking.actions.sessions import book, cancel, mark, move
from coaching.booking.actions.steps import NotFree, Settled, Taken, TooLate
from coaching.booking.actions.visitors import book_first

__all__ = [
    "NoTime",
    "NotFree",
    "Settled",
    "Taken",
    "TooLate",
    "approve",
    "book",
    "book_first",
    "cancel",
    "clear_dates",
    "give_back",
    "keep_free",
    "let_requests_lapse",
    "look_back",
    "mark",
    "move",
    "refuse",
    "set_dates",
    "set_hours",
    "set_up_types",
]
