"""How an invitation stands, and a trial of the mail."""

from datetime import datetime, timedelta
from enum import StrEnum

GOOD_FOR = timedelta(days=60)
TRIAL = "welcome.trial"  # the kind of letter that a practitioner has sent to themself
TRIAL_USEFUL = timedelta(hours=1)


class Standing(StrEnum):
    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


def standing(
    *, accepted_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> Standing:
    """What became of an invitation, as of `now`."""
    if accepted_at:
        return Standing.USED
    if revoked_at:
        return Standing.REVOKED
    return Standing.OPEN if now < expires_at else Standing.EXPIRED
