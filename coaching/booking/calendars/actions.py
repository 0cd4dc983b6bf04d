"""Everything that changes something about calendars outside: feeds, busy times, replies."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from coaching.booking.calendars import busy, letters, rules
from coaching.booking.calendars.busy import NotRead, Reading
from coaching.booking.calendars.replies import Reply
from coaching.booking.models import Appointment, BusyCalendar, BusyTime, CalendarFeed, CalendarReply
from coaching.live.actions import tell
from coaching.open_web import Policy
from coaching.people.models import Practitioner

MOST_CALENDARS = 10
MOST_REPLIES = 100  # to one session: more is nobody's calendar


class TooMany(Exception):
    """She has as many other calendars as we read."""


class AlreadyRead(Exception):
    """This address is read already."""


def open_feed(*, person: User, now: datetime) -> CalendarFeed:
    """Give the person's feed a new address; the old one ends at once."""
    fresh = {
        "token": secrets.token_urlsafe(32),
        "created_at": now,
        "changed_at": None,
        "digest": "",
        "read_at": None,
    }
    return CalendarFeed.objects.update_or_create(person=person, defaults=fresh)[0]


def end_feed(*, person: User) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def note_feed_read(*, feed: CalendarFeed, content: bytes, now: datetime) -> CalendarFeed:
    """Note that a program asked, and whether what it is told has changed. Writes at most once an hour otherwise."""
    digest = sha256(content).hexdigest()
    changed = digest != feed.digest
    if changed:
        feed.digest, feed.changed_at = digest, now
    if changed or feed.read_at is None or now - feed.read_at > timedelta(hours=1):
        feed.read_at = now
        CalendarFeed.objects.filter(pk=feed.pk, token=feed.token).update(
            digest=feed.digest, changed_at=feed.changed_at, read_at=now
        )
    return feed


def add_busy(
    *, practitioner: Practitioner, name: str, url: str, now: datetime, policy: Policy | None = None
) -> BusyCalendar:
    """Read another calendar for the first time, and from now on. Raises NotRead (nothing is kept then), AlreadyRead
    or TooMany."""
    _room_for(practitioner, url)
    reading = busy.read(url, practitioner=practitioner, now=now, policy=policy)
    with transaction.atomic():
        Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
        _room_for(practitioner, url)
        calendar = BusyCalendar.objects.create(
            practitioner=practitioner, name=name, url=url, added_at=now, next_try_at=now
        )
        _keep(calendar, reading, now)
    return calendar


def remove_busy(*, calendar: BusyCalendar) -> None:
    """Its busy times go with it: what was busy there can be booked."""
    calendar.delete()


def read_again(*, calendar_id: int, now: datetime, policy: Policy | None = None) -> bool:
    """Read a calendar whose time has come, unless somebody else does; gives whether it was read.

    Fetching takes seconds, so it happens outside of any transaction, under a claim that ends by itself.
    """
    due = BusyCalendar.objects.filter(pk=calendar_id, next_try_at__lte=now)
    if not due.update(next_try_at=now + rules.LEASE):
        return False
    calendar = BusyCalendar.objects.select_related("practitioner__user").get(pk=calendar_id)
    person = calendar.practitioner
    enough = rules.may_ask_for_changes(
        covers_until=calendar.covers_until, written_in=calendar.zone, zone=person.user.time_zone, now=now
    )
    marks = {"etag": calendar.etag, "last_modified": calendar.last_modified} if enough else {}
    try:
        reading = busy.read(calendar.url, practitioner=person, now=now, policy=policy, **marks)
    except NotRead as why:
        _note_failure(calendar, str(why.sentence), now)
        return False
    with transaction.atomic():
        held = BusyCalendar.objects.select_for_update(no_key=True).filter(pk=calendar_id).first()
        if held:  # else its owner removed it meanwhile
            _keep(held, reading, now)
    return held is not None


def wish_to_read(*, calendar: BusyCalendar, now: datetime) -> None:
    """Its owner does not want to wait for the next reading."""
    BusyCalendar.objects.filter(pk=calendar.pk).update(next_try_at=now)


def note_reply(*, reply: Reply, sender: str, message_id: str, now: datetime) -> CalendarReply | None:
    """Note what a calendar program answered; None when it answers to nothing that we asked.

    Only the client's own address speaks for the client. A decline changes nothing about the session, whoever sent
    it: it stays open, and the practitioner is told.
    """
    with transaction.atomic():
        session = (
            Appointment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("client__user", "practitioner__user", "session_type")
            .filter(pk=reply.session)
            .exclude(status=Appointment.Status.OFFERED)
            .first()
        )
        if session is None or (reply.sequence or 0) > session.sequence:
            return None
        earlier = CalendarReply.objects.filter(appointment=session)
        if earlier.count() >= MOST_REPLIES or earlier.filter(message_id=message_id).exists():
            return None
        return _noted(session, reply, sender, message_id, now)


def _noted(session: Appointment, reply: Reply, sender: str, message_id: str, now: datetime) -> CalendarReply:
    theirs = CalendarReply.objects.filter(appointment=session, attendee=sender, sequence=session.sequence)
    last = theirs.exclude(stamped_at=None).order_by("-stamped_at").values_list("stamped_at", flat=True).first()
    current = rules.is_current(
        answers_to=reply.sequence, sequence=session.sequence, stamped_at=reply.stamped_at, last=last
    )
    if current:  # the last word counts: who declined and accepts now has changed their mind
        theirs.filter(settled_at=None).update(settled_at=now)
    asks = current and (reply.answer == CalendarReply.Answer.DECLINED or reply.proposes is not None)
    noted = CalendarReply.objects.create(
        appointment=session,
        answer=reply.answer,
        sequence=session.sequence if reply.sequence is None else reply.sequence,
        comment=_comment(reply, session, now),
        message_id=message_id,
        attendee=sender,
        stamped_at=reply.stamped_at,
        at=now,
        settled_at=None if asks else now,
    )
    if CalendarReply.objects.open(now).filter(pk=noted.pk).exists():
        letters.post_declined(noted, now=now)
    tell(person=session.practitioner.user, kind="booking.changed", about={"appointment": str(session.pk)}, now=now)
    return noted


def _comment(reply: Reply, session: Appointment, now: datetime) -> str:
    """The words that came with it; a proposal's time first, on the practitioner's clock."""
    if reply.proposes is None:
        return reply.comment
    when = zones.moment_in_words(reply.proposes, session.practitioner.zone, now)
    return " ".join([_("Proposes %s.") % when, reply.comment]).strip()[:500]


def _room_for(practitioner: Practitioner, url: str) -> None:
    urls = list(BusyCalendar.objects.filter(practitioner=practitioner).values_list("url", flat=True))
    if url in urls:
        raise AlreadyRead
    if len(urls) >= MOST_CALENDARS:
        raise TooMany


def _keep(calendar: BusyCalendar, reading: Reading, now: datetime) -> None:
    """Write down a reading, in the caller's transaction."""
    calendar.fresh_at, calendar.failures, calendar.problem = now, 0, ""
    calendar.next_try_at = now + rules.pause(failures=0, key=calendar.pk)
    fields = ["fresh_at", "failures", "problem", "next_try_at"]
    if reading.times is not None:
        _write(calendar, reading.times)
        calendar.etag, calendar.last_modified = reading.etag, reading.last_modified
        calendar.covers_until, calendar.zone = reading.until, reading.zone
        fields += ["etag", "last_modified", "covers_until", "zone"]
    calendar.save(update_fields=fields)


def _write(calendar: BusyCalendar, times: list[tuple[datetime, datetime]]) -> None:
    """Only what is different: most readings change a row or two."""
    wanted = set(times)
    gone = []
    for pk, *span in calendar.times.values_list("pk", "starts_at", "ends_at"):
        if tuple(span) in wanted:
            wanted.discard((span[0], span[1]))
        else:
            gone.append(pk)
    BusyTime.objects.filter(pk__in=gone).delete()
    BusyTime.objects.bulk_create(
        (
            BusyTime(calendar=calendar, practitioner_id=calendar.practitioner_id, starts_at=start, ends_at=end)
            for start, end in sorted(wanted)
        ),
        batch_size=1000,
    )


def _note_failure(calendar: BusyCalendar, sentence: str, now: datetime) -> None:
    """What was busy stays busy; the next try comes later each time."""
    BusyCalendar.objects.filter(pk=calendar.pk).update(
        failures=F("failures") + 1,
        problem=sentence[:200],
        next_try_at=now + rules.pause(failures=calendar.failures + 1, key=calendar.pk),
    )
