"""To somebody whose address was typed as a visitor's: "you have an account already"."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.letters import words
from coaching.booking.models import SessionType
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Told, absolute, tells
from coaching.outbox.models import Letter


def post_already(*, person: User, session_type: SessionType, now: datetime) -> None:
    """At most one a day: nobody fills another's letter box with this."""
    post(
        kind="booking.already",
        key=f"booking.already:{person.pk}:{now:%Y-%m-%d}",
        person=person,
        about={"session_type": session_type.pk},
        due_at=now,
        not_after=now + timedelta(days=1),
        urgency=words.URGENT,
        now=now,
    )


@tells("booking.already")
def already(letter: Letter, now: datetime) -> Told | None:
    session_type = SessionType.objects.filter(pk=letter.about["session_type"], retired_at=None).first()
    if session_type is None or letter.person is None:
        return None
    return Told(
        subject=_("You have an account here already"),
        greeting_name=letter.person.get_short_name(),
        paragraphs=[
            _("Someone asked for a session with this address. You have an account already, so nothing was booked."),
            _("Was it you? Sign in, and the same times are there for you. No password is needed: %s")
            % f"[{_('we send you six numbers')}]({absolute(reverse('account_request_login_code'))}).",
        ],
        action=Action(_("Choose a time"), absolute(reverse("book_type", args=[session_type.slug]))),
        after=[_("Was it not you? Then do nothing. Nobody learnt that you have an account.")],
        why=_("You get this letter because your address was typed when a session was asked for."),
    )
