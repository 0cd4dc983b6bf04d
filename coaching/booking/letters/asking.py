"""Asking the practitioner to move or cancel a session after its deadline, and her answer."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking import links
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment, ChangeRequest
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter

_PEOPLE = tuple(
    f"appointment__{each}" for each in ("client__user", "practitioner__user", "session_type__practitioner__user")
)


def post_asked(asked: ChangeRequest, *, now: datetime) -> None:
    """To the practitioner: somebody asks."""
    _post("booking.change_asked", asked, asked.appointment.practitioner.user, now)


def post_answered(asked: ChangeRequest, *, now: datetime) -> None:
    """To the client: it stays as it is, and what she says to it. What is granted tells itself."""
    _post("booking.change_answered", asked, asked.appointment.client.user, now)


def _post(kind: str, asked: ChangeRequest, person: User, now: datetime) -> None:
    post(
        kind=kind,
        key=f"{kind}:{asked.pk}",
        person=person,
        about={"request": asked.pk},
        due_at=now,
        not_after=max(asked.appointment.starts_at, now),
        urgency=words.URGENT,
        now=now,
    )


def _asks(asked: ChangeRequest, reader: User, now: datetime) -> Told:
    session = asked.appointment
    name, moving = as_is(session.client.name), asked.wish == ChangeRequest.Wish.MOVE
    when = words.day_and_time(session.starts_at, reader, now)
    told = {"name": name, "when": when}
    wanted = [_("Wanted instead: %s") % words.both_clocks(session, reader, now, at=asked.wanted)]
    return Told(
        subject=(_("%(name)s asks to move %(when)s") if moving else _("%(name)s asks to cancel %(when)s")) % told,
        paragraphs=[
            _("It is too late for %s to change this session alone, so you decide. Until then it stands.") % name,
            words.both_clocks(session, reader, now),
            *(wanted if asked.wanted else []),
            *([_("%(name)s wrote: %(words)s") % {"name": name, "words": as_is(asked.why)}] if asked.why else []),
        ],
        **{
            **words.common(session, reader),
            "action": Action(_("Decide"), absolute(reverse("sessions_asked"))),
        },
    )


def _sample_asked(session: Appointment, _client: User, now: datetime) -> Told:
    asked = ChangeRequest(appointment=session, wish=ChangeRequest.Wish.CANCEL, why=_("I have to travel that day."))
    return _asks(asked, session.practitioner.user, now)


@tells("booking.change_asked", sample=examples.sample(_sample_asked))
def change_asked(letter: Letter, now: datetime) -> Told | None:
    asked = _request(letter)
    if asked is None or asked.answered_at is not None or not asked.appointment.stands:
        return None
    return _asks(asked, words.reader_of(letter), now)


def _stays(asked: ChangeRequest, reader: User, now: datetime) -> Told:
    session = asked.appointment
    return Told(
        subject=_("It stays at %s") % words.day_and_time(session.starts_at, reader, now),
        paragraphs=[
            _first(asked),
            *([f"“{as_is(asked.answer)}”"] if asked.answer else []),
            words.both_clocks(session, reader, now),
            *_proposal(asked, reader, now),
        ],
        **words.common(session, reader),
    )


def _sample_answered(session: Appointment, reader: User, now: datetime) -> Told:
    return _stays(ChangeRequest(appointment=session, wish=ChangeRequest.Wish.MOVE), reader, now)


@tells("booking.change_answered", sample=examples.sample(_sample_answered))
def change_answered(letter: Letter, now: datetime) -> Told | None:
    asked = _request(letter)
    if asked is None or asked.granted is not False or not asked.appointment.stands:
        return None
    return _stays(asked, words.reader_of(letter), now)


def _first(asked: ChangeRequest) -> str:
    name = as_is(asked.appointment.practitioner.name)
    if asked.proposed:
        return _("%s cannot do what you asked for, and proposes another time.") % name
    if asked.wish == ChangeRequest.Wish.MOVE:
        return _("You asked to move this session. %s keeps it at its time.") % name
    return _("You asked to cancel this session. %s keeps it.") % name


def _proposal(asked: ChangeRequest, reader: User, now: datetime) -> list[str]:
    session: Appointment = asked.appointment
    if asked.proposed is None or asked.proposed <= now:
        return []
    link = links.url_to(links.Purpose.PROPOSED, session, person=reader, now=now)
    return [
        _("The other time: %s") % words.both_clocks(session, reader, now, at=asked.proposed),
        _("[Take this time](%s), without signing in. If you do nothing, the old time stays.") % link,
    ]


def _request(letter: Letter) -> ChangeRequest | None:
    return ChangeRequest.objects.select_related(*_PEOPLE).filter(pk=letter.about["request"]).first()
