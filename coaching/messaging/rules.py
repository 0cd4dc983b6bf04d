"""What may be said, and how it is shown: no database, no clock, no settings."""

import re
import unicodedata
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = 10_000  # characters of one message
PAGE = 40  # messages on a page
MOST_FILES = 10  # that go with one message
CHANGEABLE = timedelta(minutes=5)  # after it was sent
QUIET = timedelta(minutes=15)  # after the last unread message, before a letter tells of them

# Marks that steer the direction of other letters, and characters that show nothing at all: nobody can see them, so
# nobody meant them, and they serve to disguise what is read (Unicode TR 36 and TR 39). Direction is `dir="auto"`.
_UNSEEN = re.compile(
    "["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls, save tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff"
    "]"
)
# Joiners and the emoji mark have work to do between two signs (Persian, Hindi, families of emoji), elsewhere none.
_IDLE_JOINER = re.compile(
    "(?<![^\\s\u200c\u200d])[\u200c\u200d\ufe0f]+|[\u200c\u200d]+(?=\\s|$)|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_MARKS_OF_ONE_SIGN = 8  # no script stacks more; what does is there to cover the lines around it
_BLANK_LINES = re.compile(r"\n{4,}")


class Refused(Exception):
    """Why something cannot be sent, in one sentence for the person who wrote it."""


def clean(words: str, *, may_be_empty: bool = False) -> str:
    """The words as they are kept. Raises Refused when there is nothing to read in them, or too much.

    They may be empty beside a voice note.
    """
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    words = _IDLE_JOINER.sub("", _UNSEEN.sub("", words))
    words = _BLANK_LINES.sub("\n\n\n", _with_few_marks(words)).strip()
    if not words and not may_be_empty:
        raise Refused(_("There is nothing to send yet: write something first."))
    if len(words) > LONGEST:
        over = len(words) - LONGEST
        raise Refused(
            ngettext(
                "This is %(over)d character too long. Send it in two messages.",
                "This is %(over)d characters too long. Send it in two messages.",
                over,
            )
            % {"over": over}
        )
    return words


def may_change(sent_at: datetime, now: datetime) -> bool:
    """Its author can give it other words: up to the fifth minute, that moment included."""
    return now - sent_at <= CHANGEABLE


def check_number(files: int) -> None:
    """Raises Refused when more files go with one message than anybody looks at."""
    if files > MOST_FILES:
        raise Refused(too_many_files())


def too_many_files() -> str:
    return _("These are more than ten files. Send them in several messages.")


def _with_few_marks(words: str) -> str:
    if words.isascii():
        return words
    kept, run = [], 0
    for sign in words:
        run = run + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if run <= _MARKS_OF_ONE_SIGN:
            kept.append(sign)
    return "".join(kept)


def minutes(second: int | str | None) -> str:
    """A place in a lesson as its player shows it: "03:12"; empty when there is none."""
    if second in (None, ""):
        return ""
    return "{:02d}:{:02d}".format(*divmod(int(second), 60))


def bundle(*, first: datetime, newest: datetime, every: timedelta) -> int:
    """Which letter tells of messages unread since `first`: 0, then another one `every` so often, if more came."""
    return (newest - first) // every
