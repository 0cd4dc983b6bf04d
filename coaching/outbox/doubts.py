"""Letters whose end nobody saw: asked about where the mail server's log can say, else held or sent again."""

from django.conf import settings
from django.utils.translation import gettext as _

from coaching.outbox import claims, queries, relay, rules
from coaching.outbox.models import Letter


def settle_all() -> None:
    """Look once more at each letter in doubt; what nobody can say stays uncertain and is shown so."""
    if not relay.can_be_asked() and settings.UNCERTAIN_LETTERS != "again":
        return
    for letter in queries.in_doubt()[: rules.DOUBTS_AT_ONCE]:
        _settle(letter)


def _settle(letter: Letter) -> None:
    taken = relay.took(letter.message_id) if relay.can_be_asked() else None
    if taken:
        claims.settle(letter, state=Letter.State.SENT, answer=_("The mail server's log says that it took it."))
    elif taken is False or settings.UNCERTAIN_LETTERS == "again":
        _again(letter, known=taken is False)


def _again(letter: Letter, *, known: bool) -> None:
    """With the very same bytes, so that whoever has it already can tell that it is the same."""
    if letter.wire is None:
        claims.settle(
            letter, state=Letter.State.FAILED, answer=_("The mail server never had it, and its words are erased.")
        )
    elif known or letter.doubts < rules.DOUBTS_MOST:
        why = _("The mail server's log does not have it.") if known else _("Nobody could say whether it arrived.")
        claims.send_again(letter, answer=why + " " + _("It is sent again."))
