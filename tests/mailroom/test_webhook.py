"""The address that providers call: secret, and the same message from each of their shapes."""

import hashlib
import hmac
import json
import logging
import sys
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from coaching.mailroom.models import IncomingMail
from tests.mailroom.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SECRET, KEY = "long-and-secret", "signing-key"


@pytest.fixture(autouse=True)
def _secret(settings: LazySettings) -> None:
    settings.INBOUND_SECRET = SECRET
    settings.INBOUND_SIGNING_KEY = KEY
    settings.ANYMAIL = {"WEBHOOK_SECRET": "another:secret"}


def called(provider: str, data: Any, secret: str = SECRET, **more: Any) -> int:
    address = reverse("mail_in", args=[secret, provider])
    return int(Browser(raise_request_exception=False).post(address, data, **more).status_code)


def test_the_message_itself_is_taken_in(desk: Desk) -> None:
    assert called("raw", letter().as_bytes(), content_type="message/rfc822") == 204
    assert desk.taken[0].sender == "teresa@example.org"
    assert IncomingMail.objects.get().door == "webhook"


def test_postmarks_shape_is_read(desk: Desk) -> None:
    call = {"RawEmail": letter().as_string(), "OriginalRecipient": "reply+desk@in.example", "MessageID": "1"}
    assert called("postmark", json.dumps(call), content_type="application/json") == 204
    assert len(desk.taken) == 1


def test_sparkposts_shape_is_read(desk: Desk) -> None:
    relayed = {"content": {"email_rfc822": letter().as_string(), "email_rfc822_is_base64": False}}
    relayed |= {"rcpt_to": "reply+desk@in.example", "msg_from": "teresa@example.org", "protocol": "smtp"}
    call = [{"msys": {"relay_message": relayed}}]
    assert called("sparkpost", json.dumps(call), content_type="application/json") == 204
    assert desk.taken[0].recipients[0] == "reply+desk@in.example"


def test_mailguns_shape_is_read_and_its_signature_checked(desk: Desk) -> None:
    call = {
        "body-mime": letter().as_string(),
        "recipient": "reply+desk@in.example",
        "sender": "teresa@example.org",
        "timestamp": "1795428000",
        "token": "t" * 50,
    }
    signature = hmac.new(KEY.encode(), (call["timestamp"] + call["token"]).encode(), hashlib.sha256).hexdigest()
    assert called("mailgun", {**call, "signature": "0" * 64}) == 400
    assert desk.taken == []
    assert called("mailgun", {**call, "signature": signature}) == 204
    assert len(desk.taken) == 1


def test_whoever_has_not_the_secret_finds_nothing(desk: Desk, settings: LazySettings) -> None:
    assert called("raw", letter().as_bytes(), secret="wrong", content_type="message/rfc822") == 404
    assert called("unheard-of", {}) == 404
    settings.INBOUND_SECRET = ""
    assert called("raw", letter().as_bytes(), secret="x", content_type="message/rfc822") == 404
    assert desk.taken == []


@pytest.mark.parametrize("provider", ["postmark", "mailgun", "mailjet", "sparkpost"])
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b"[[[[[", b'{"RawEmail": 5}'])
def test_a_call_that_is_no_message_is_told_so_and_does_no_harm(desk: Desk, provider: str, body: bytes) -> None:
    assert called(provider, body, content_type="application/json") in (204, 400)
    assert desk.taken == []


def test_trouble_of_our_own_makes_the_provider_come_again(desk: Desk) -> None:
    desk.trouble = [RuntimeError()]
    assert called("raw", letter().as_bytes(), content_type="message/rfc822") == 500
    assert called("raw", letter().as_bytes(), content_type="message/rfc822") == 204
    assert len(desk.taken) == 1


def test_some_providers_look_first_whether_the_address_is_there() -> None:
    assert Browser().head(reverse("mail_in", args=[SECRET, "mailjet"])).status_code == 204
    assert Browser().get(reverse("mail_in", args=[SECRET, "mailjet"])).status_code == 405


def test_the_secret_of_the_address_stays_out_of_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (console,) = (one for one in logging.getLogger().handlers if one.name == "console")
    monkeypatch.setattr(console, "stream", sys.stderr)
    assert called("postmark", b"[[[", content_type="application/json") == 400
    said = capsys.readouterr().err
    assert "Bad Request: /mail-in/..." in said
    assert SECRET not in said
