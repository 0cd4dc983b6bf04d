"""The door for providers: they call an address that only they and we know."""

import logging
from collections.abc import Iterable
from email.message import EmailMessage

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coaching.mailroom import providers
from coaching.mailroom.actions import take_in
from coaching.mailroom.mail import MOST_BYTES
from coaching.mailroom.models import IncomingMail
from coaching.people.access import PageRequest, open_to_all

log = logging.getLogger(__name__)
RAW = "raw"  # the message itself as the body, from a mail server's pipe


@open_to_all
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_in(request: PageRequest, secret: str, provider: str) -> HttpResponseBase:
    """204 when every message found its end, whatever that is; 400 for a call that is no message. Trouble of our own
    is a 500, on which providers try again."""
    known = bool(settings.INBOUND_SECRET) and constant_time_compare(secret, settings.INBOUND_SECRET)
    if not known or provider not in (RAW, *providers.NAMES):
        raise Http404
    if request.method == "HEAD":  # some look whether the address is there
        return HttpResponse(status=204)
    try:
        found = list(_messages(request, provider))
    except (AnymailError, SuspiciousOperation, ValueError, LookupError, TypeError, AttributeError) as error:
        log.warning("A call from %s was no message (%s).", provider, type(error).__name__)
        return HttpResponse(status=400)
    for message, recipients in found:
        take_in(message=message, recipients=recipients, door=IncomingMail.Door.WEBHOOK, now=request.now)
    return HttpResponse(status=204)


def _messages(request: PageRequest, provider: str) -> Iterable[tuple[EmailMessage | bytes, list[str]]]:
    if provider == RAW:
        return [(request.read(MOST_BYTES + 1), [request.GET.get("to", "")])]
    return providers.messages_in(request, provider)
