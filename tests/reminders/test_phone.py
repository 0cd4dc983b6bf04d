"""What people want to hear on a phone is told there: by the same rules as letters, encrypted, and once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from coaching.messaging import actions as messaging
from coaching.messaging import queries
from coaching.outbox import claims, delivery, devices, webpush
from coaching.outbox.models import Device, Letter, Suppression
from coaching.people.models import Client, Practitioner
from coaching.practice import actions as practice
from coaching.reminders import actions
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import Topic
from tests import cast
from tests.cast import NOW
from tests.messaging.test_sending import say
from tests.outbox import push_service
from tests.outbox.push_service import Phone, PushService, claims_of
from tests.outbox.sink import Sink
from tests.reminders.things import session

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
State, Channel = Letter.State, Letter.Channel


@pytest.fixture
def service(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service.running(tmp_path, settings, monkeypatch) as running:
        yield running


@pytest.fixture
def phone(service: PushService, teresa: Client) -> Phone:
    """Teresa's, who wants to hear of messages there."""
    made = service.phone()
    made.of(teresa)
    choose(teresa, on_phone=["messages"])
    return made


def choose(person: Client | Practitioner, **chosen: Any) -> None:
    actions.choose(person=person.user, now=NOW - DAY, **chosen)


def round_at(now: datetime, sink: Sink | None = None) -> None:
    """A sweep and two rounds of delivery, as workers do all day."""
    actions.sweep(now)
    for _ in range(2):
        delivery.deliver_due(server=sink.server if sink else None, now=now)


def states() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("pk").values_list("channel", "state"))


def test_a_message_is_told_on_the_phone_soon_and_says_that_something_waits_not_what(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, marta, "Your left hip?")
    round_at(NOW + 10 * SECOND)
    assert phone.told == []
    round_at(NOW + 20 * SECOND)
    assert phone.told == [
        {"title": "Marta wrote to you", "body": "", "url": "/messages/#last", "tag": "messaging.unread"}
    ]
    assert states() == [("push", "sent")]
    assert b"hip" not in service.calls[0].body
    round_at(NOW + HOUR)
    assert len(phone.told) == 1
    assert states() == [("push", "sent")], "no letter as well"
    assert Device.objects.get().told_at is not None


def test_it_is_sealed_and_signed_as_push_services_want_it(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, marta)
    round_at(NOW + MINUTE)
    head = service.calls[0].head
    assert head["content-encoding"] == "aes128gcm"
    assert 0 < int(head["ttl"]) <= 24 * 3600
    assert head["urgency"] == "high"
    assert len(head["topic"]) == 32
    told, key = claims_of(head["authorization"])
    assert told["aud"] == service.origin
    assert time.time() < told["exp"] <= time.time() + 24 * 3600
    assert told["sub"].startswith("mailto:")
    assert key == webpush.public_key()


def test_what_is_unread_a_day_later_is_told_by_mail_as_well(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, marta)
    round_at(NOW + MINUTE)
    round_at(NOW + 23 * HOUR)
    assert states() == [("push", "sent")]
    for _ in range(2):
        round_at(NOW + 25 * HOUR)
    assert states() == [("push", "sent"), ("email", "kept")]
    assert len(phone.told) == 1


def test_who_chose_it_sees_the_first_words(phone: Phone, teresa: Client, marta: Practitioner) -> None:
    choose(teresa, words_on_phone=True)
    say(teresa, marta, "Your *left* hip?" + " and more" * 50)
    round_at(NOW + MINUTE)
    assert phone.told[0]["body"].startswith("Your left hip? and more")
    assert len(phone.told[0]["body"]) <= 121


def test_what_an_open_page_has_shown_is_not_told(phone: Phone, teresa: Client, marta: Practitioner) -> None:
    message = say(teresa, marta)
    conversation = queries.conversation_of(teresa)
    messaging.read(conversation=conversation, reader=teresa.user, up_to=message.pk, now=NOW + SECOND)
    round_at(NOW + MINUTE)
    assert phone.told == []
    assert states() == []


def test_what_was_seen_between_the_sweep_and_the_telling_is_not_told(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    message = say(teresa, marta)
    actions.sweep(NOW + MINUTE)
    delivery.deliver_due(server=None, now=NOW + MINUTE, most=1)
    conversation = queries.conversation_of(teresa)
    messaging.read(conversation=conversation, reader=teresa.user, up_to=message.pk, now=NOW + MINUTE)
    round_at(NOW + MINUTE)
    assert len(phone.told) <= 1
    assert states() in ([("push", "dropped")], [("push", "sent")])


def test_a_row_of_messages_is_told_once_and_again_after_an_hour(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    for minutes in (0, 2, 4, 61, 63):
        messaging.send(
            conversation=queries.conversation_of(teresa),
            author=marta.user,
            uuid=uuid4(),
            words="A word.",
            now=NOW + minutes * MINUTE,
        )
        round_at(NOW + (minutes + 1) * MINUTE)
    assert len(phone.told) == 2


def test_quiet_hours_a_pause_and_a_wish_for_nothing_hold_on_the_phone_too(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=UTC)
    say(teresa, marta, ago=NOW - night)
    round_at(night + MINUTE)
    assert phone.told == []
    round_at(datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert len(phone.told) == 1
    choose(teresa, paused_until=NOW + 9 * DAY)
    say(teresa, marta, ago=-2 * DAY)
    round_at(NOW + 2 * DAY + MINUTE)
    choose(teresa, paused_until=None, off=["messages"])
    round_at(NOW + 2 * DAY + MINUTE)
    assert len(phone.told) == 1


def test_a_days_limit_counts_what_was_told_once_however_many_phones_there_are(
    phone: Phone, service: PushService, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    service.phone().of(teresa)
    choose(teresa, daily_cap=2)
    for number in range(4):
        say(teresa, marta, ago=-2 * number * HOUR)
        round_at(NOW + 2 * number * HOUR + MINUTE)
    assert len(phone.told) == 2
    assert Letter.objects.filter(channel=Channel.PUSH, state=State.SENT).count() == 4


def test_every_phone_is_told_and_nobody_elses(
    phone: Phone, service: PushService, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    second, others = service.phone(), service.phone()
    second.of(teresa)
    others.of(outsider)
    choose(outsider, on_phone=["messages"])
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert (len(phone.told), len(second.told), len(others.told)) == (1, 1, 0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_and_the_letter_comes_by_mail(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner, status: int
) -> None:
    service.says.append((status, {}))
    say(teresa, marta)
    with Sink() as sink:
        round_at(NOW + MINUTE, sink)
        assert [letter["Subject"] for letter in sink.letters] == ["Marta wrote to you"]
    assert not Device.objects.exists()
    assert states() == [("push", "failed"), ("email", "sent")]


def test_when_one_of_two_phones_is_gone_the_other_is_enough(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner
) -> None:
    second = service.phone()
    second.of(teresa)
    service.says.append((410, {}))
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert len(phone.told) + len(second.told) == 1
    assert sorted(states()) == [("push", "failed"), ("push", "sent")]


def test_a_service_that_is_busy_is_asked_again_when_it_says(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner
) -> None:
    service.says.extend([(429, {"Retry-After": "120"}), (503, {})])
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert Letter.objects.get().next_try_at == NOW + 3 * MINUTE
    round_at(NOW + 3 * MINUTE)
    assert phone.told == []
    round_at(NOW + 10 * MINUTE)
    assert len(phone.told) == 1


@pytest.mark.parametrize("status", [400, 403, 413, 302])
def test_a_service_that_refuses_is_not_asked_again_and_the_letter_comes_by_mail(
    phone: Phone, service: PushService, teresa: Client, marta: Practitioner, status: int
) -> None:
    service.says.append((status, {"Location": "http://127.0.0.1:1/"}))
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert states() == [("push", "failed"), ("email", "kept")]
    assert Device.objects.exists()
    assert len(service.calls) == 1


def test_a_worker_that_dies_in_the_middle_leaves_no_doubt(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, marta)
    actions.sweep(NOW + MINUTE)
    delivery.deliver_due(server=None, now=NOW + MINUTE, most=1)
    token = uuid4()
    past = claims.database_now() - HOUR
    letters = Letter.objects.all()
    letters.update(state=State.HANDING_OVER, claim=token, leased_until=past, handed_over_at=past)
    round_at(NOW + 2 * MINUTE)
    assert states() == [("push", "sent")]


def test_two_workers_tell_it_once(phone: Phone, teresa: Client, marta: Practitioner) -> None:
    say(teresa, marta)
    for _ in range(4):
        round_at(NOW + MINUTE)
    assert len(phone.told) == 1


def test_a_session_is_told_on_the_phone_when_wanted_there(
    phone: Phone, service: PushService, teresa: Client
) -> None:
    choose(teresa, on_phone=["messages", "sessions"])
    session(of=teresa, starts_at=NOW + DAY)
    round_at(NOW)
    assert phone.told[0]["title"] == "Tomorrow at 10:00, with Marta"
    assert phone.told[0]["url"].startswith("/sessions/")
    assert service.calls[0].head["urgency"] == "high"


def test_practice_does_not_wake_a_sleeping_phone(service: PushService, teresa: Client) -> None:
    phone = service.phone()
    phone.of(teresa)
    choose(teresa, on_phone=["lessons"])
    practice.assign(client=teresa, lesson=cast.lesson(of=teresa.practitioner), starts_on=NOW.date(), now=NOW)
    round_at(NOW)
    assert service.calls[0].head["urgency"] == "normal"


def test_what_is_not_wanted_there_comes_by_mail(phone: Phone, teresa: Client) -> None:
    session(of=teresa, starts_at=NOW + DAY)
    round_at(NOW)
    assert states() == [("email", "kept")]
    assert phone.told == []


def test_without_a_phone_messages_come_by_mail_after_the_quiet_while(teresa: Client, marta: Practitioner) -> None:
    choose(teresa, on_phone=["messages"])
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert states() == []
    round_at(NOW + HOUR)
    assert states() == [("email", "kept")]


def test_an_address_that_refuses_mail_does_not_silence_the_phone(
    phone: Phone, teresa: Client, marta: Practitioner
) -> None:
    Suppression.objects.create(email=teresa.user.email.lower(), reason="", refusals=2, created_at=NOW)
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert len(phone.told) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/1",
        "https://127.0.0.1/1",
        "https://169.254.169.254/latest/",
        "https://localhost/1",
        "https://[::1]/1",
        "https://user:password@push.example/1",
        "file:///etc/passwd",
    ],
)
def test_a_phone_is_no_way_into_our_network(teresa: Client, marta: Practitioner, endpoint: str) -> None:
    cast.device(of=teresa, endpoint=endpoint, **_keys())
    choose(teresa, on_phone=["messages"])
    say(teresa, marta)
    round_at(NOW + MINUTE)
    assert states() == [("push", "failed"), ("email", "kept")]


def _keys() -> dict[str, str]:
    class Nowhere:
        def url(self, path: str) -> str:
            return path

    keys = Phone("", Nowhere()).subscription  # type: ignore[arg-type]
    del keys["endpoint"]
    return keys


def test_a_browser_says_where_it_can_be_told_and_from_then_on_messages_come_there(
    as_teresa: Browser, teresa: Client, outsider: Client, service: PushService
) -> None:
    phone = service.phone()
    agent = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/130.0"}
    answer = as_teresa.post(reverse("device_add"), phone.subscription, headers=agent)
    assert answer.status_code == 201
    device = Device.objects.get()
    assert (device.person, device.name) == (teresa.user, "Firefox on Android")
    assert ReminderChoice.objects.get().on_phone == [Topic.MESSAGES]
    page = as_teresa.get(reverse("reminders")).content.decode()
    assert "Firefox on Android" in page
    assert "On my phone" in page
    assert as_teresa.post(reverse("device_forget", args=[device.pk])).status_code == 302
    assert not Device.objects.exists()


def test_a_browser_that_somebody_else_uses_now_is_theirs(
    as_teresa: Browser, as_outsider: Browser, outsider: Client, service: PushService
) -> None:
    phone = service.phone()
    for browser in (as_teresa, as_outsider):
        browser.post(reverse("device_add"), phone.subscription)
    assert Device.objects.get().person == outsider.user


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://push.example/"},
        {"endpoint": ""},
        {"endpoint": "https://push.example/" + "x" * 1000},
        {"p256dh": "AAAA"},
        {"p256dh": "B" * 87},
        {"auth": "AAAA"},
        {"auth": "!" * 22},
    ],
)
def test_what_is_no_subscription_is_refused(
    as_teresa: Browser, service: PushService, change: dict[str, str]
) -> None:
    said = service.phone().subscription | change
    assert as_teresa.post(reverse("device_add"), said).status_code == 422
    assert not Device.objects.exists()


def test_the_oldest_of_too_many_phones_goes(teresa: Client, service: PushService) -> None:
    for number in range(devices.MOST + 2):
        told = service.phone().subscription
        devices.add(person=teresa.user, name=str(number), now=NOW + number * MINUTE, **told)
    assert [each.name for each in devices.of(teresa.user)] == [str(n) for n in range(2, devices.MOST + 2)]
