"""Everything that changes something in booking: sessions, first talks of visitors, opening hours, session types."""

from coaching.booking.actions.approving import approve, let_requests_lapse, refuse
from coaching.booking.actions.attending import look_back
from coaching.booking.actions.changes import (
    Answered,
    NothingToUndo,
    ask,
    decline,
    grant,
    may_of,
    settle_reply,
    take_proposed,
    undo,
)
from coaching.booking.actions.keeping import NoTime, give_back, keep_free
from coaching.booking.actions.opening import clear_dates, set_dates, set_hours, set_up_types
from coaching.booking.actions.sessions import book, cancel, mark, move
from coaching.booking.actions.steps import NotFree, Settled, Taken, TooLate
from coaching.booking.actions.visitors import book_first

__all__ = [
    "Answered",
    "NoTime",
    "NotFree",
    "NothingToUndo",
    "Settled",
    "Taken",
    "TooLate",
    "approve",
    "ask",
    "book",
    "book_first",
    "cancel",
    "clear_dates",
    "decline",
    "give_back",
    "grant",
    "keep_free",
    "let_requests_lapse",
    "look_back",
    "mark",
    "may_of",
    "move",
    "refuse",
    "set_dates",
    "set_hours",
    "set_up_types",
    "settle_reply",
    "take_proposed",
    "undo",
]
