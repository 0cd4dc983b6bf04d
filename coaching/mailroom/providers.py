"""What mail providers send to our webhook, read by django-anymail: from each its own shape, from all the same
message.

The address itself is the secret that they share with us, so anymail's warning about a missing one is off.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.http import HttpRequest

_VIEWS: dict[str, Any] = {
    "mailgun": MailgunInboundWebhookView,
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
NAMES = tuple(sorted(_VIEWS))


def messages_in(request: HttpRequest, provider: str) -> Iterator[tuple[EmailMessage, list[str]]]:
    """Each message of a provider's call, with whom the provider took it in for.

    Raises KeyError for a provider that we do not know, and whatever anymail raises for a call that is none of
    theirs (ValueError, LookupError, AnymailError, SuspiciousOperation).
    """
    reader = _reader(provider)
    reader.run_validators(request)
    for event in reader.parse_events(request):
        yield event.message, [event.message.envelope_recipient or ""]


def _reader(provider: str) -> Any:
    view = type("Reader", (_VIEWS[provider],), {"warn_if_no_basic_auth": False})
    keys = {"webhook_signing_key": settings.INBOUND_SIGNING_KEY} if provider == "mailgun" else {}
    return view(webhook_secret=[], **keys)  # the secret of its other calls, about letters, is another one
