"""What calendars answer by mail: noted, told to whom it concerns, and never believed further than that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from coaching.booking import actions as booking
from coaching.booking.calendars.actions import MOST_REPLIES
from coaching.booking.calendars.queries import open_replies
from coaching.booking.models import Appointment, CalendarReply
from coaching.mailroom.actions import take_in
from coaching.mailroom.models import IncomingMail
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

Answer = Callable[..., str]
ADDRESS = "reply+calendar@in.example"


@pytest.fixture(autouse=True)
def _incoming(settings: LazySettings) -> None:
    settings.INBOUND_EMAIL = "reply@in.example"


def reply(session: Appointment, *, who: str, says: str = "DECLINED", sequence: int | None = 0, **more: str) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Program//EN", f"METHOD:{more.get('method', 'REPLY')}",
        "BEGIN:VEVENT", f"UID:{more.get('uid', session.uid)}",
        f"DTSTAMP:{more.get('stamp', '20261123T100000Z')}", f"DTSTART:{more.get('start', '20261125T100000Z')}",
        "ORGANIZER;CN=Marta:mailto:reply+calendar@in.example",
        f"ATTENDEE;CN=Somebody;PARTSTAT={says}:mailto:{who}",
        *([f"SEQUENCE:{sequence}"] if sequence is not None else []),
        *([f"COMMENT:{more['comment']}"] if "comment" in more else []),
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def mail(content: str, *, sender: str, to: str = ADDRESS, number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Declined: Coaching session"
    message["Message-ID"] = f"<{number}@program.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Somebody has declined.")
    message.add_alternative(content, subtype="calendar", params={"method": "REPLY"})
    return message


@pytest.fixture
def answers(session: Appointment, teresa: Client, now: datetime) -> Answer:
    """Teresa's calendar answers; each time is another message."""
    count = iter(range(1, 1000))

    def answer(says: str = "DECLINED", *, who: str = "", sender: str = "", to: str = ADDRESS, **more: Any) -> str:
        who = who or teresa.user.email
        content = reply(session, who=who, says=says, **more)
        message = mail(content, sender=sender or who, to=to, number=next(count))
        return take_in(message=message, door=IncomingMail.Door.FOLDER, now=more.get("at", now))

    return answer


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="booking.declined"))


def test_a_decline_asks_the_practitioner_and_changes_nothing_else(
    answers: Answer, session: Appointment, marta: Practitioner, now: datetime
) -> None:
    assert answers(comment="I am ill\\, sorry") == "taken"
    (waiting,) = open_replies(marta, now)
    assert (waiting.answer, waiting.comment, waiting.settled_at) == ("declined", "I am ill, sorry", None)
    session.refresh_from_db()
    assert (session.status, session.sequence) == ("confirmed", 0)
    (letter,) = letters()
    assert letter.person == marta.user
    told = tell_in_their_words(letter, now)
    assert told is not None
    said = "\n".join([told.subject, *told.paragraphs])
    assert "Teresa Almada declined the session in the calendar" in said
    assert "I am ill" in said
    assert "The session stands until you decide." in said


def test_an_acceptance_is_noted_and_asks_nothing(answers: Answer, marta: Practitioner, now: datetime) -> None:
    assert answers("ACCEPTED") == "taken"
    assert CalendarReply.objects.get().answer == "accepted"
    assert list(open_replies(marta, now)) == []
    assert letters() == []


def test_perhaps_is_noted(answers: Answer, marta: Practitioner, now: datetime) -> None:
    answers("TENTATIVE")
    assert CalendarReply.objects.get().answer == "tentative"
    assert list(open_replies(marta, now)) == []


def test_another_practitioner_sees_nothing_of_it(answers: Answer, stranger: Client, now: datetime) -> None:
    answers()
    assert list(open_replies(stranger.practitioner, now)) == []


def test_deciding_settles_it_and_its_letter_is_no_longer_true(
    answers: Answer, session: Appointment, marta: Practitioner, now: datetime
) -> None:
    answers()
    (waiting,) = open_replies(marta, now)
    booking.settle_reply(reply=waiting, cancel_it=False, by=marta.user, now=now)
    assert list(open_replies(marta, now)) == []
    assert tell_in_their_words(letters()[0], now) is None
    session.refresh_from_db()
    assert session.status == "confirmed"


def test_the_page_of_the_session_asks_her_and_nobody_else(
    answers: Answer, session: Appointment, as_marta: Browser, as_teresa: Browser
) -> None:
    answers(comment="I am ill")
    address = session.get_absolute_url()
    page = as_marta.get(address).content.decode()
    assert "Teresa Almada declined the session in the calendar." in page
    assert "I am ill" in page
    assert "Until you decide, the session stands." in page
    assert page.count(">Move it") == 1
    assert page.count('value="cancel"') == 1
    assert "Until you decide" not in as_teresa.get(address).content.decode()
    way = reverse("asked_calendar", args=[CalendarReply.objects.get().pk])
    assert as_teresa.post(way, {"answer": "cancel"}).status_code == 404
    answer = as_marta.post(way, {"answer": "keep", "from": "session"}, follow=True)
    assert answer.redirect_chain[-1][0] == address
    page = answer.content.decode()
    assert "It stays. Nobody is written to." in page
    assert "Until you decide" not in page
    assert "<dt>Invitation</dt><dd>Declined</dd>" in page


def test_cancelling_it_there_cancels_the_session(
    answers: Answer, session: Appointment, as_marta: Browser, now: datetime
) -> None:
    answers()
    way = reverse("asked_calendar", args=[CalendarReply.objects.get().pk])
    assert "Nothing waits" in as_marta.post(way, {"answer": "cancel"}, follow=True).content.decode()
    session.refresh_from_db()
    assert session.status == "cancelled"
    assert Letter.objects.filter(kind="booking.cancelled").count() == 2


def test_what_was_accepted_stands_on_her_page(
    answers: Answer, session: Appointment, as_marta: Browser, as_teresa: Browser
) -> None:
    answers("ACCEPTED")
    address = session.get_absolute_url()
    assert "<dt>Invitation</dt><dd>Accepted</dd>" in as_marta.get(address).content.decode()
    assert "Invitation" not in as_teresa.get(address).content.decode()


def test_who_accepts_after_all_has_changed_their_mind(answers: Answer, marta: Practitioner, now: datetime) -> None:
    answers("DECLINED", stamp="20261123T100000Z")
    answers("ACCEPTED", stamp="20261123T100500Z")
    assert list(open_replies(marta, now)) == []


def test_an_older_answer_that_comes_later_does_not_count(
    answers: Answer, marta: Practitioner, now: datetime
) -> None:
    answers("DECLINED", stamp="20261123T100500Z")
    answers("ACCEPTED", stamp="20261123T100000Z")
    assert [one.answer for one in open_replies(marta, now)] == ["declined"]


def test_declining_twice_asks_once(answers: Answer, marta: Practitioner, now: datetime) -> None:
    answers(stamp="20261123T100000Z")
    answers(stamp="20261123T100500Z")
    assert len(open_replies(marta, now)) == 1


def test_the_same_message_counts_once(session: Appointment, teresa: Client, now: datetime) -> None:
    message = mail(reply(session, who=teresa.user.email), sender=teresa.user.email)
    for _ in range(3):
        assert take_in(message=message, door=IncomingMail.Door.WEBHOOK, now=now) == "taken"
    assert CalendarReply.objects.count() == 1
    assert len(letters()) == 1


def test_a_decline_of_the_old_time_does_not_touch_the_new_one(
    answers: Answer, session: Appointment, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    booking.move(appointment=session, start=wednesday + timedelta(hours=2), by=marta.user, now=now)
    assert answers(sequence=0) == "taken"
    assert list(open_replies(marta, now)) == []
    answers(sequence=1)
    assert [one.sequence for one in open_replies(marta, now)] == [1]


def test_a_program_that_names_no_version_answers_to_the_latest(
    answers: Answer, session: Appointment, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    booking.move(appointment=session, start=wednesday + timedelta(hours=2), by=marta.user, now=now)
    answers(sequence=None)
    assert len(open_replies(marta, now)) == 1


def test_an_answer_to_a_version_that_never_was_is_refused(answers: Answer) -> None:
    assert answers(sequence=7) == "refused"
    assert not CalendarReply.objects.exists()


def test_what_is_cancelled_or_over_asks_nothing_any_more(
    answers: Answer, session: Appointment, marta: Practitioner, now: datetime
) -> None:
    answers(stamp="20261123T100000Z")
    assert list(open_replies(marta, session.ends_at)) == []
    booking.cancel(appointment=session, by=marta.user, why="", now=now)
    assert list(open_replies(marta, now)) == []
    answers(sequence=1, stamp="20261123T100500Z")
    assert len(letters()) == 1


def test_whoever_sends_it_is_who_speaks_whatever_is_written_inside(
    answers: Answer, session: Appointment, teresa: Client, marta: Practitioner, now: datetime
) -> None:
    answers("ACCEPTED", who=teresa.user.email, sender="somebody@evil.example")
    assert CalendarReply.objects.get().attendee == "somebody@evil.example"
    answers("DECLINED", who=teresa.user.email, sender="spouse@example.org")
    (waiting,) = open_replies(marta, now)
    told = tell_in_their_words(letters()[0], now)
    assert told is not None
    assert r"Somebody at spouse@example\.org declined the session with Teresa Almada" in told.paragraphs[0]
    assert waiting.attendee == "spouse@example.org"


def test_another_address_cannot_take_the_clients_decline_back(
    answers: Answer, teresa: Client, marta: Practitioner, now: datetime
) -> None:
    answers("DECLINED")
    answers("ACCEPTED", sender="somebody@evil.example")
    assert [one.attendee for one in open_replies(marta, now)] == [teresa.user.email]


def test_her_own_calendar_may_decline_too(answers: Answer, marta: Practitioner, now: datetime) -> None:
    answers(who=marta.user.email)
    told = tell_in_their_words(letters()[0], now)
    assert told is not None
    assert told.paragraphs[0] == r"Your own calendar declined the session with Teresa Almada\."


def test_another_time_that_is_proposed_waits_for_her(answers: Answer, marta: Practitioner, now: datetime) -> None:
    answers("TENTATIVE", method="COUNTER", start="20261126T150000Z")
    (waiting,) = open_replies(marta, now)
    assert waiting.comment == "Proposes Thursday 26 November, 16:00."
    told = tell_in_their_words(letters()[0], now)
    assert told is not None
    assert told.paragraphs[0] == r"Teresa Almada asks for another time, in the calendar\."


def test_what_is_proposed_leads_to_moving_it_and_not_to_cancelling(
    answers: Answer, session: Appointment, as_marta: Browser
) -> None:
    answers("TENTATIVE", method="COUNTER", start="20261126T150000Z")
    move = reverse("session_move", args=[session.pk])
    for address in (reverse("sessions_asked"), session.get_absolute_url()):
        page = as_marta.get(address).content.decode()
        assert "Proposes Thursday 26 November, 16:00." in page
        assert f'href="{move}"' in page
        assert "a slip of the finger" not in page
    assert 'value="cancel"' not in as_marta.get(reverse("sessions_asked")).content.decode()


def test_an_answer_that_reached_her_own_mailbox_and_was_passed_on_counts(answers: Answer) -> None:
    assert answers(to="marta@practice.example") == "taken"
    assert CalendarReply.objects.count() == 1


@pytest.mark.parametrize(
    "uid",
    [
        "",
        "x",
        "00000000-0000-4000-8000-000000000000@portal",
        "../../etc@portal",
        "%s@elsewhere.example",
        "a" * 9999,
    ],
)
def test_an_answer_about_nothing_of_ours_is_refused(answers: Answer, session: Appointment, uid: str) -> None:
    assert answers(uid=uid.replace("%s", str(session.pk))) in ("refused", "nobodys")
    assert not CalendarReply.objects.exists()


def test_a_time_that_is_only_offered_to_somebody_cannot_be_answered(
    teresa: Client, session: Appointment, now: datetime
) -> None:
    offered = cast.appointment(
        client=teresa,
        session_type=session.session_type,
        start=now + timedelta(days=7),
        status="offered",
        held_until=now + timedelta(hours=1),
    )
    message = mail(reply(offered, who=teresa.user.email), sender=teresa.user.email)
    assert take_in(message=message, door=IncomingMail.Door.FOLDER, now=now) == "refused"


def test_a_flood_of_answers_to_one_session_has_an_end(answers: Answer, session: Appointment, now: datetime) -> None:
    CalendarReply.objects.bulk_create(
        CalendarReply(appointment=session, answer="accepted", sequence=0, message_id=f"{n}", at=now, settled_at=now)
        for n in range(MOST_REPLIES)
    )
    assert answers() == "refused"
    assert CalendarReply.objects.count() == MOST_REPLIES


@pytest.mark.parametrize(
    "content",
    [
        "",
        "METHOD:REPLY",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + "BEGIN:VEVENT\r\n" * 3000,
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:\x00\r\nSEQUENCE:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + "X:" + "y" * 300_000 + "\r\nEND:VCALENDAR\r\n",
    ],
)
def test_nonsense_that_looks_like_an_answer_does_no_harm(
    session: Appointment, teresa: Client, now: datetime, content: str
) -> None:
    message = mail(content, sender=teresa.user.email)
    assert take_in(message=message, door=IncomingMail.Door.FOLDER, now=now) == "nobodys"
    assert not CalendarReply.objects.exists()


@pytest.mark.parametrize("sequence", ["-1", "99999999999999999999", "1.5", "x"])
def test_a_version_without_measure_does_no_harm(answers: Answer, sequence: Any) -> None:
    assert answers(sequence=sequence) in ("taken", "refused", "nobodys")
    assert all(0 <= one.sequence <= 32767 for one in CalendarReply.objects.all())
