"""Numbers as people say them: words up to twelve, digits above."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
    gettext_noop("ten"),
    gettext_noop("eleven"),
    gettext_noop("twelve"),
)


def in_words(number: int) -> str:
    """ "no", "one" to "twelve", then "13"; a negative number stays in digits."""
    return _(WORDS[number]) if 0 <= number < len(WORDS) else str(number)


def share_in_words(number: int, whole: int) -> str:
    """ "nine of twelve", "10 of 13": both in words, or both in digits."""
    said = (in_words(number), in_words(whole)) if whole < len(WORDS) else (str(number), str(whole))
    return _("%(number)s of %(whole)s") % {"number": said[0], "whole": said[1]}
