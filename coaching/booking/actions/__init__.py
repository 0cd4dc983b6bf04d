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
from coaching.booking.actions.clocks import keep_hours
from coaching.booking.actions.keeping import NoTime, give_back, keep_free
from coaching.booking.actions.opened import something_opened
from coaching.booking.actions.opening import clear_dates, set_dates, set_hours, set_workload
from coaching.booking.actions.series import (
    TooMany,
    book_series,
    cancel_series,
    move_series,
    plan_move,
    plan_series,
)
from coaching.booking.actions.sessions import book, cancel, mark, move
from coaching.booking.actions.steps import NotFree, Settled, StoryFirst, Taken, TooLate
from coaching.booking.actions.types import (
    add_type,
    change_type,
    move_type,
    offer_again,
    retire_type,
    set_up_types,
)
from coaching.booking.actions.visitors import book_first
from coaching.booking.actions.waiting import Passed, accept, join, leave, let_pass, offer_next, stay, sweep

__all__ = [
    "Answered",
    "NoTime",
    "NotFree",
    "NothingToUndo",
    "Passed",
    "Settled",
    "StoryFirst",
    "Taken",
    "TooLate",
    "TooMany",
    "accept",
    "add_type",
    "approve",
    "ask",
    "book",
    "book_first",
    "book_series",
    "cancel",
    "cancel_series",
    "change_type",
    "clear_dates",
    "decline",
    "give_back",
    "grant",
    "join",
    "keep_free",
    "keep_hours",
    "leave",
    "let_pass",
    "let_requests_lapse",
    "look_back",
    "mark",
    "may_of",
    "move",
    "move_series",
    "move_type",
    "offer_again",
    "offer_next",
    "plan_move",
    "plan_series",
    "refuse",
    "retire_type",
    "set_dates",
    "set_hours",
    "set_up_types",
    "set_workload",
    "settle_reply",
    "something_opened",
    "stay",
    "sweep",
    "take_proposed",
    "undo",
]
