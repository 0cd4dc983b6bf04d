"""The letter of calendars: somebody's calendar declined, and the practitioner has to decide."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment, CalendarReply
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter

DECLINED = "booking.declined"


def post_declined(reply: CalendarReply, *, now: datetime) -> None:
    """To the practitioner, in the caller's transaction; useless once the session is over."""
    session = reply.appointment
    post(
        kind=DECLINED,
        key=f"{DECLINED}:{reply.pk}",
        person=session.practitioner.user,
        about={"appointment": str(session.pk), "reply": reply.pk},
        due_at=now,
        not_after=max(session.ends_at, now),
        urgency=20,
        now=now,
    )


def _decide(reply: CalendarReply, now: datetime) -> Told:
    session = reply.appointment
    her = session.practitioner.user
    when = words.day_and_time(session.starts_at, her, now)
    comment = [_("The words that came with it: %s") % as_is(reply.comment)] if reply.comment else []
    return Told(
        subject=_("Does it take place? %s") % when,
        greeting_name=her.get_short_name(),
        paragraphs=[
            as_is(reply.said),
            words.both_clocks(session, her, now),
            words.what_of(session),
            *comment,
            _("The session stands until you decide. Nobody was told anything."),
        ],
        action=Action(_("Open the session"), absolute(session.get_absolute_url())),
        why=_("You get this letter because a calendar answered to this session."),
    )


def _sample(session: Appointment, client: User, now: datetime) -> Told:
    declined = CalendarReply.Answer.DECLINED
    return _decide(CalendarReply(appointment=session, answer=declined, attendee=client.email, comment=""), now)


@tells(DECLINED, sample=examples.sample(_sample))
def declined(letter: Letter, now: datetime) -> Told | None:
    """None once she has decided, or the session is no longer at that time."""
    people = ("appointment__client__user", "appointment__practitioner__user", "appointment__session_type")
    reply = CalendarReply.objects.open(now).select_related(*people).filter(pk=letter.about["reply"]).first()
    return _decide(reply, now) if reply else None
