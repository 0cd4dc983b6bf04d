"""Asking the mail server's own log what became of a letter, where it has one that can be asked.

`RELAY_LOG_URL` is an address with `{message_id}` in it. It answers 200 when the server has taken the letter with
that Message-ID, 404 when it has not, and anything else when it cannot say.
"""

import logging
import urllib.error
import urllib.request
from urllib.parse import quote

from django.conf import settings

log = logging.getLogger(__name__)
ANSWER_SECONDS = 5


def can_be_asked() -> bool:
    return bool(settings.RELAY_LOG_URL)


def took(message_id: str) -> bool | None:
    """Whether the mail server has taken it; None when nobody can say just now."""
    url = settings.RELAY_LOG_URL.replace("{message_id}", quote(message_id.strip("<>"), safe=""))
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  (the operator's own address)
            return True if answer.status == 200 else None
    except urllib.error.HTTPError as error:
        return False if error.code == 404 else None
    except OSError as error:
        log.warning("The mail server's log cannot be asked: %s", error)
        return None
