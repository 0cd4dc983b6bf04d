"""What logs must not hold: addresses that are secrets themselves."""

import logging
import re

# What follows these is somebody's key: a feed's, an invitation's, a letter's, the first start's.
_SECRET = re.compile(r"(/(?:calendar|come|set-up|sessions/link|reminders/(?:stop|why)|practice/after)/)[^\s?]+")


class WithoutSecretAddresses(logging.Filter):
    """Django logs the path of every answer from 400 on."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET.sub(r"\1...", each) if isinstance(each, str) else each for each in record.args
            )
        return True
