"""One of each kind of letter, posted as its room posts it. Each of `MAKERS` gives the moment at which it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import uuid4

from coaching.booking import actions as booking
from coaching.booking.calendars.actions import note_reply
from coaching.booking.calendars.replies import Reply
from coaching.booking.models import Appointment, ChangeRequest, SessionType
from coaching.booking.rules import Stretch
from coaching.journal import actions as journal
from coaching.library.models import Lesson
from coaching.messaging import actions as messaging
from coaching.messaging.queries import conversation_of
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions as practice
from coaching.practice import arc, graduating
from coaching.practice.models import Assignment
from coaching.practice.unfolding import give_program, open_next
from coaching.reminders import actions as reminders
from coaching.story import actions as story
from coaching.story.rules import CONSENT_VERSION
from coaching.welcome import actions as welcome
from tests import cast
from tests.cast import NOW
from tests.reminders.things import deliver

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AFTER_THE_GRACE = NOW + 5 * MINUTE
NINE = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # in Kolkata
HOSTILE = "=?utf-8?q?My?= *neck*\r\nBcc: everybody@example.org\r\n.\r\n<b>[x](javascript:alert(1))"


@dataclass
class Stage:
    """Marta is open on weekdays in Copenhagen; Ana is her client in Kolkata, where it is half past three."""

    marta: Practitioner
    ana: Client

    @cached_property
    def coaching(self) -> SessionType:
        cast.opening(of=self.marta)
        return cast.session_type(of=self.marta, address="https://meet.example/{room}", buffer_after=15)

    @cached_property
    def lesson(self) -> Lesson:
        return cast.lesson(of=self.marta)

    def book(self, message: str = "") -> Appointment:
        return booking.book(
            session_type=self.coaching,
            client=self.ana,
            start=NOW + 2 * DAY,
            token=uuid4(),
            by=self.ana.user,
            message=message,
            now=NOW,
        )

    def ask_for(self) -> Appointment:
        self.coaching.by_approval = True
        self.coaching.save(update_fields=["by_approval"])
        return self.book(message=HOSTILE)

    def book_row(self) -> Appointment:
        row = booking.book_series(
            session_type=self.coaching,
            client=self.ana,
            starts=[NOW + (2 + 7 * week) * DAY for week in range(3)],
            every_weeks=1,
            token=uuid4(),
            by=self.ana.user,
            now=NOW,
        )
        return Appointment.objects.filter(series=row).earliest("starts_at")

    def give(self, at: datetime = NOW) -> Assignment:
        return practice.assign(client=self.ana, lesson=self.lesson, starts_on=at.date(), now=at)

    def ask_to_move(self) -> ChangeRequest:
        return booking.ask(
            appointment=self.book(), wish="move", by=self.ana.user, wanted=NOW + 3 * DAY, why=HOSTILE, now=NOW
        )


def _confirmed(on: Stage) -> datetime:
    on.book(message=HOSTILE)
    return NOW


def _requested(on: Stage) -> datetime:
    on.ask_for()
    return NOW


def _refused(on: Stage) -> datetime:
    booking.refuse(appointment=on.ask_for(), by=on.marta.user, why="Ein Zug fällt aus", now=NOW)
    return AFTER_THE_GRACE


def _moved(on: Stage) -> datetime:
    booking.move(appointment=on.book(), start=NOW + 3 * DAY, by=on.marta.user, now=NOW, why=HOSTILE)
    return AFTER_THE_GRACE


def _cancelled(on: Stage) -> datetime:
    booking.cancel(appointment=on.book(), by=on.marta.user, why=HOSTILE, now=NOW)
    return AFTER_THE_GRACE


def _reopened(on: Stage) -> datetime:
    session = on.book()
    late = session.starts_at - 30 * MINUTE
    booking.cancel(appointment=session, by=on.marta.user, why="", now=late)
    Letter.objects.update(state="sent")
    booking.undo(appointment=session, by=on.marta.user, now=late + MINUTE)
    return late + MINUTE


def _row_booked(on: Stage) -> datetime:
    on.book_row()
    return NOW


def _row_moved(on: Stage) -> datetime:
    first = on.book_row()
    later = {each.pk: each.starts_at + HOUR for each in Appointment.objects.filter(series=first.series)}
    booking.move_series(appointment=first, starts=later, by=on.ana.user, now=NOW)
    return AFTER_THE_GRACE


def _row_cancelled(on: Stage) -> datetime:
    booking.cancel_series(appointment=on.book_row(), by=on.marta.user, why=HOSTILE, now=NOW)
    return AFTER_THE_GRACE


def _clocks(on: Stage) -> datetime:
    session = on.book()
    told = {"practitioner_offset": (session.practitioner_offset or 0) + 60, "zone_edition": "2000a"}
    Appointment.objects.filter(pk=session.pk).update(**told)
    booking.keep_hours(now=NOW)
    return NOW


def _change_asked(on: Stage) -> datetime:
    on.ask_to_move()
    return NOW


def _change_answered(on: Stage) -> datetime:
    booking.decline(
        request=on.ask_to_move(), answer=HOSTILE, by=on.marta.user, proposed=NOW + 4 * DAY - HOUR, now=NOW
    )
    return NOW


def _declined(on: Stage) -> datetime:
    reply = Reply(on.book().pk, on.ana.user.email, "declined", 0, HOSTILE, NOW)
    note_reply(reply=reply, sender=on.ana.user.email, message_id="<1@program.example>", now=NOW)
    return NOW


def _offered(on: Stage) -> datetime:
    booking.set_dates(practitioner=on.marta, first=NOW.date(), last=(NOW + 60 * DAY).date(), now=NOW)
    booking.join(client=on.ana, session_type=on.coaching, now=NOW - HOUR)
    day = (NOW + 2 * DAY).date()
    here = (NOW + 2 * DAY).astimezone(on.marta.zone)
    one_hour = [Stretch(here.time(), (here + HOUR).time())]
    booking.set_dates(practitioner=on.marta, first=day, last=day, stretches=one_hour, now=NOW)
    booking.sweep(now=NOW)
    return NOW


def _already(on: Stage) -> datetime:
    first_talk = cast.session_type(of=on.marta, slug="first-talk", audience="anyone", minutes=15)
    assert on.coaching
    booking.book_first(
        session_type=first_talk,
        start=NOW + 2 * DAY,
        token=uuid4(),
        email=on.ana.user.email,
        name="Ana",
        time_zone="Asia/Kolkata",
        now=NOW,
    )
    return NOW


def _before_a_session(on: Stage) -> datetime:
    moment = on.book().starts_at - DAY
    reminders.sweep(moment)
    return moment


def _assigned(on: Stage) -> datetime:
    on.give()
    return NOW


def _opened(on: Stage) -> datetime:
    program = cast.program(
        of=on.marta, lessons=[on.lesson, cast.lesson(of=on.marta, title="Side bend")], opening="hand"
    )
    given = give_program(client=on.ana, program=program, starts_on=NOW.date(), now=NOW)
    open_next(assignment=given, now=NOW + MINUTE)
    return NOW + MINUTE


def _stopped(on: Stage) -> datetime:
    practice.stop(assignment=on.give(), now=NOW)
    return NOW


def _resumed(on: Stage) -> datetime:
    given = on.give()
    practice.stop(assignment=given, now=NOW)
    practice.resume(assignment=given, now=NOW + MINUTE)
    return NOW + MINUTE


def _practice(on: Stage) -> datetime:
    on.give()
    reminders.sweep(NINE)
    return NINE


def _barrier(on: Stage) -> datetime:
    on.give()
    for day in range(5):
        deliver(NINE + day * DAY - MINUTE)
        reminders.sweep(NINE + day * DAY)
        if day < 4:
            deliver(NINE + day * DAY)
    return NINE + 4 * DAY


def _relief(on: Stage) -> datetime:
    on.give()
    cast.entry(by=on.ana, lesson=on.lesson, before=7, after=3)
    reminders.sweep(NINE)
    return NINE


def _stage(on: Stage) -> datetime:
    arc.move(client=on.ana, to="fading", now=NOW)
    return NOW + 10 * MINUTE


def _graduated(on: Stage) -> datetime:
    graduating.graduate(client=on.ana, kept=[(on.lesson.pk, "First.")], words=HOSTILE, now=NOW)
    return NOW + 10 * MINUTE


def _knocked(on: Stage) -> datetime:
    graduating.graduate(client=on.ana, now=NOW)
    graduating.knock(client=on.ana, now=NOW + DAY)
    return NOW + DAY + 2 * MINUTE


def _again(on: Stage) -> datetime:
    graduating.graduate(client=on.ana, now=NOW)
    graduating.come_back(client=on.ana, now=NOW + DAY)
    return NOW + DAY


def _unread(on: Stage) -> datetime:
    messaging.send(
        conversation=conversation_of(on.ana), author=on.marta.user, uuid=uuid4(), words="Your hip?", now=NOW
    )
    reminders.sweep(NOW + HOUR)
    return NOW + HOUR


def _sign(on: Stage) -> datetime:
    story.answer_signs(client=on.ana, signs=["fever"], now=NOW)
    return NOW


def _agreed(on: Stage) -> datetime:
    story.agree(client=on.ana, version=CONSENT_VERSION, now=NOW)
    return NOW


def _decided(on: Stage) -> datetime:
    story.answer_signs(client=on.ana, signs=["fever"], now=NOW)
    story.decide(client=on.ana, decision="go", words=HOSTILE, now=NOW)
    return NOW


def _told(on: Stage) -> datetime:
    story.tell_story(client=on.ana, happened="I fell.", now=NOW)
    return NOW


def _week(on: Stage) -> datetime:
    monday = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
    reminders.sweep(monday)
    return monday


def _invitation(on: Stage) -> datetime:
    welcome.invite(practitioner=on.marta, name="Vera Novák", email="vera@example.org", note=HOSTILE, now=NOW)
    return NOW


def _trial(on: Stage) -> datetime:
    welcome.try_mail(practitioner=on.marta, now=NOW)
    return NOW


def _shared(on: Stage) -> datetime:
    note = journal.begin(client=on.ana, now=NOW)
    journal.save(note=note, words="Her hip hurts.", draft=HOSTILE, knows=0, now=NOW)
    journal.share(note=note, now=NOW)
    return NOW + journal.A_WHILE


MAKERS: dict[str, Callable[[Stage], datetime]] = {
    "booking.already": _already,
    "booking.cancelled": _cancelled,
    "booking.change_answered": _change_answered,
    "booking.change_asked": _change_asked,
    "booking.clocks": _clocks,
    "booking.confirmed": _confirmed,
    "booking.declined": _declined,
    "booking.moved": _moved,
    "booking.offered": _offered,
    "booking.refused": _refused,
    "booking.reopened": _reopened,
    "booking.requested": _requested,
    "booking.series": _row_booked,
    "booking.series_cancelled": _row_cancelled,
    "booking.series_moved": _row_moved,
    "journal.shared": _shared,
    "messaging.unread": _unread,
    "practice.again": _again,
    "practice.assigned": _assigned,
    "practice.graduated": _graduated,
    "practice.knocked": _knocked,
    "practice.opened": _opened,
    "practice.resumed": _resumed,
    "practice.stage": _stage,
    "practice.stopped": _stopped,
    "reminder.barrier": _barrier,
    "reminder.practice": _practice,
    "reminder.relief": _relief,
    "reminder.session": _before_a_session,
    "reminder.week": _week,
    "story.agreed": _agreed,
    "story.decided": _decided,
    "story.sign": _sign,
    "story.told": _told,
    "welcome.invitation": _invitation,
    "welcome.trial": _trial,
}
