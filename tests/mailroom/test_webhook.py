"""The address that providers call: only who proves to be one, and the same message from each of their shapes."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from coaching.mailroom.models import IncomingMail
from portal import mail_providers
from tests.mailroom.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SECRET, KEY = "post:long-and-secret", "signing-key"


def set_up(provider: str, *, secret: str = SECRET, key: str = KEY) -> override_settings:
    known = mail_providers.anymail_settings(provider, secret=secret, key=key)
    return override_settings(MAIL_PROVIDER=provider, ANYMAIL=known)


def called(provider: str, data: Any, secret: str = SECRET, **more: Any) -> int:
    """By the provider that is set up, with this secret in its address."""
    with set_up(provider if provider in mail_providers.NAMES else "none"):
        return call(provider, data, secret, **more)


def call(provider: str, data: Any, secret: str = SECRET, **more: Any) -> int:
    head = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    browser = Browser(raise_request_exception=False)
    return int(browser.post(reverse("mail_in", args=[provider]), data, headers=head, **more).status_code)


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


@pytest.mark.parametrize("secret", ["post:wrong", "post:", "", "long-and-secret"])
def test_whoever_has_not_the_secret_brings_nothing_in(desk: Desk, secret: str) -> None:
    assert called("raw", letter().as_bytes(), secret=secret, content_type="message/rfc822") == 400
    inbound = json.dumps({"RawEmail": letter().as_string(), "OriginalRecipient": "reply+desk@in.example"})
    assert called("postmark", inbound, secret=secret, content_type="application/json") == 400
    assert desk.taken == []


def test_only_the_provider_that_is_set_up_has_an_address(desk: Desk) -> None:
    with set_up("mailjet"):
        assert call("postmark", {}) == 404
        assert call("unheard-of", {}) == 404
    with set_up("brevo"):  # it tells of letters, but what it brings in is not read
        assert call("brevo", {}) == 404
    with set_up("none", secret=""):
        assert call("raw", letter().as_bytes(), secret="", content_type="message/rfc822") == 404
        assert call("none", {}) == 404
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
    with set_up("mailjet"):
        assert Browser().head(reverse("mail_in", args=["mailjet"])).status_code == 204
        assert Browser().get(reverse("mail_in", args=["mailjet"])).status_code == 405


@pytest.mark.parametrize("secret", ["nocolon", ":password", "user:"])
def test_a_secret_that_no_address_can_carry_stops_the_start(secret: str) -> None:
    for provider in ("none", "mailgun", "postmark"):
        with pytest.raises(ImproperlyConfigured, match="MAIL_SECRET"):
            mail_providers.anymail_settings(provider, secret=secret, key="k")


def test_a_mail_of_several_megabytes_comes_in_by_a_form_of_several_parts(desk: Desk) -> None:
    message = letter()
    message.add_attachment(b"x" * 3_000_000, maintype="image", subtype="jpeg", filename="hip.jpg")
    call = {
        "body-mime": message.as_string(),
        "recipient": "reply+desk@in.example",
        "timestamp": "1795428000",
        "token": "t" * 50,
    }
    signed = hmac.new(KEY.encode(), (call["timestamp"] + call["token"]).encode(), hashlib.sha256).hexdigest()
    assert called("mailgun", {**call, "signature": signed}) == 204
    assert len(desk.taken) == 1
    assert called("mailgun", {**call, "body-mime": "x" * 21_000_000, "signature": signed}) == 400
