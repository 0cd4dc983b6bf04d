"""What mail providers tell later: it stops letters to addresses that do not take them, and settles doubts."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client as Browser

from coaching.outbox import claims, envelope
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client
from portal import mail_providers

pytestmark = pytest.mark.django_db
URL = "/letters/news/mailgun/"
KEY = "signing-key"


@pytest.fixture(autouse=True)
def _mailgun(settings: Any) -> None:
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = mail_providers.anymail_settings("mailgun", secret="", key=KEY)


def letter(person: Client, state: str = "sent", **fields: Any) -> Letter:
    moment = claims.database_now()
    return Letter.objects.create(
        key="k",
        kind="test.hello",
        person=person.user,
        email=person.user.email,
        message_id=envelope.message_id("k"),
        state=state,
        posted_at=moment,
        due_at=moment,
        next_try_at=moment,
        handed_over_at=moment,
        **fields,
    )


def tell(browser: Browser, about: Letter, *, key: str = KEY, **data: Any) -> int:
    signature = hmac.new(key.encode(), b"1700000000token", hashlib.sha256).hexdigest()
    event = {
        "recipient": about.email,
        "timestamp": 1700000000.0,
        "message": {"headers": {"message-id": about.message_id.strip("<>")}},
        **data,
    }
    signed = {"timestamp": "1700000000", "token": "token", "signature": signature}
    body = json.dumps({"signature": signed, "event-data": event})
    return browser.post(URL, body, content_type="application/json").status_code


def bounced(words: str = "550 5.1.1 No such person", reason: str = "bounce") -> dict[str, Any]:
    return {
        "event": "failed",
        "severity": "permanent",
        "reason": reason,
        "delivery-status": {"message": words, "description": ""},
    }


def test_a_letter_that_comes_back_stops_the_next_and_is_shown(client: Browser, teresa: Client) -> None:
    sent = letter(teresa)
    assert tell(client, sent, **bounced()) == 200
    sent.refresh_from_db()
    assert (sent.state, sent.answer) == ("failed", "It came back: 550 5.1.1 No such person")
    stopped = Suppression.objects.standing().get()
    assert (stopped.email, stopped.cause) == (teresa.user.email, "bounced")


def test_hearing_it_twice_changes_nothing_more(client: Browser, teresa: Client) -> None:
    sent = letter(teresa)
    assert [tell(client, sent, **bounced()) for _ in range(2)] == [200, 200]
    assert Suppression.objects.count() == 1


def test_a_full_mailbox_is_one_refusal(client: Browser, teresa: Client) -> None:
    assert tell(client, letter(teresa), **bounced("552 Full", reason="generic")) == 200
    assert Suppression.objects.get().refusals == 1


def test_one_that_is_only_late_changes_nothing(client: Browser, teresa: Client) -> None:
    sent = letter(teresa)
    assert tell(client, sent, **(bounced() | {"severity": "temporary"})) == 200
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert not Suppression.objects.exists()


def test_a_complaint_stops_letters_and_leaves_the_letter_as_sent(client: Browser, teresa: Client) -> None:
    sent = letter(teresa)
    assert tell(client, sent, event="complained") == 200
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert Suppression.objects.standing().get().cause == "complained"


def test_news_of_an_uncertain_letter_settles_it(client: Browser, teresa: Client) -> None:
    doubted = letter(teresa, "uncertain", wire=b"x")
    assert tell(client, doubted, event="delivered") == 200
    doubted.refresh_from_db()
    assert (doubted.state, doubted.wire) == ("sent", None)


def test_what_is_not_ours_changes_nothing(client: Browser, teresa: Client, outsider: Client) -> None:
    sent = letter(teresa)
    assert tell(client, sent, recipient=outsider.user.email, **bounced()) == 200
    theirs = Letter(email="somebody@example.org", message_id="<other@example.org>")
    assert tell(client, theirs, **bounced()) == 200
    assert not Suppression.objects.exists()


def test_who_cannot_prove_to_be_the_provider_is_not_heard(client: Browser, teresa: Client, settings: Any) -> None:
    sent = letter(teresa)
    assert tell(client, sent, key="wrong", **bounced()) == 400
    assert client.post(URL, "nonsense", content_type="application/json").status_code == 400
    assert client.post("/letters/news/postmark/", {}).status_code == 404
    settings.MAIL_PROVIDER = "none"
    assert tell(client, sent, **bounced()) == 404
    assert not Suppression.objects.exists()


def test_a_provider_with_ids_of_its_own_is_known_by_the_address(
    client: Browser, teresa: Client, settings: Any
) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = mail_providers.anymail_settings("postmark", secret="news:secret", key="")
    letter(teresa)
    news = {
        "RecordType": "SpamComplaint",
        "MessageID": "00000000-0000",
        "Email": teresa.user.email,
        "TypeCode": 512,
    }
    header = "Basic " + base64.b64encode(b"news:secret").decode()

    def post(**headers: str) -> int:
        body = json.dumps(news)
        return client.post("/letters/news/postmark/", body, "application/json", headers=headers).status_code

    assert post() == 400
    assert not Suppression.objects.exists()
    assert post(authorization=header) == 200
    assert Suppression.objects.standing().get().email == teresa.user.email


def test_a_provider_that_could_not_prove_itself_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_KEY"):
        mail_providers.anymail_settings("mailgun", secret="a:b", key="")
    with pytest.raises(ImproperlyConfigured, match="MAIL_SECRET"):
        mail_providers.anymail_settings("postmark", secret="", key="x")
    assert mail_providers.anymail_settings("none", secret="", key="") == {}
