"""What mail providers send to our webhook, read by django-anymail: from each its own shape, from all the same
message."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from anymail.utils import get_request_basic_auth
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from coaching.mailroom.calls import read_whole
from coaching.mailroom.mail import MOST_BYTES

_VIEWS: dict[str, Any] = {
    "mailgun": MailgunInboundWebhookView,
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
MOST_CALL = 2 * MOST_BYTES  # a message of that size within JSON, as base64
RAW = "raw"  # the message itself as the body, from a mail server's pipe


def may_call(provider: str) -> bool:
    """Whether anybody by this name may call: the provider that is set up, or a pipe that knows the secret."""
    if provider == RAW:
        return bool(_secret())
    return provider == settings.MAIL_PROVIDER and provider in _VIEWS


def messages_in(request: HttpRequest, provider: str) -> Iterator[tuple[EmailMessage | bytes, list[str]]]:
    """Each message of a call by who `may_call`, with whom it was taken in for.

    Raises PermissionDenied for a call without the secret, and whatever anymail raises for a call that is none of
    theirs (ValueError, LookupError, AnymailError, SuspiciousOperation).
    """
    if provider == RAW:
        if not constant_time_compare(get_request_basic_auth(request) or "", _secret()):
            raise PermissionDenied
        yield request.read(MOST_BYTES + 1), [request.GET.get("to", "")]
        return
    read_whole(request, most=MOST_CALL)
    reader = _VIEWS[provider]()
    reader.run_validators(request)
    for event in reader.parse_events(request):
        yield event.message, [event.message.envelope_recipient or ""]


def _secret() -> str:
    return str(settings.ANYMAIL.get("WEBHOOK_SECRET", ""))
