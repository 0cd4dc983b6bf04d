"""Who answers for mail to the calendars' address: what programs reply to invitations."""

from datetime import datetime

from coaching.booking.calendars import actions
from coaching.booking.calendars.ics import ANSWERS
from coaching.booking.calendars.replies import first_reply, is_reply
from coaching.mailroom.doors import Outcome, answers
from coaching.mailroom.mail import Mail


def _is_an_answer(mail: Mail) -> bool:
    """Also where it was sent to a person, whose mailbox passes it on."""
    return any(is_reply(content) for content in mail.calendars)


@answers(ANSWERS, also=_is_an_answer)
def take_reply(mail: Mail, now: datetime) -> Outcome:
    """Whom a reply speaks for is whoever sent it: an address written inside proves nothing."""
    reply = first_reply(mail.calendars, sender=mail.sender)
    if reply is None or not mail.sender:
        return Outcome.NOBODYS if reply is None else Outcome.REFUSED
    noted = actions.note_reply(reply=reply, sender=mail.sender, message_id=mail.key, now=now)
    return Outcome.TAKEN if noted else Outcome.REFUSED
