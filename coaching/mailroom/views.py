"""The door for providers, and for a mail server that can call an address."""

import logging

from anymail.exceptions import AnymailError
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coaching.mailroom import providers
from coaching.mailroom.actions import take_in
from coaching.mailroom.models import IncomingMail
from coaching.people.access import PageRequest, open_to_all

log = logging.getLogger(__name__)
_NONSENSE = (
    AnymailError, SuspiciousOperation, PermissionDenied, ValueError, LookupError, TypeError, AttributeError,
)  # fmt: skip


@open_to_all
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_in(request: PageRequest, provider: str) -> HttpResponseBase:
    """204 when every message found its end, whatever that is; 400 for a call that is no message, or proves nothing.
    Trouble of our own is a 500, on which providers try again."""
    if not providers.may_call(provider):
        raise Http404
    if request.method == "HEAD":  # some look whether the address is there
        return HttpResponse(status=204)
    try:
        found = list(providers.messages_in(request, provider))
    except _NONSENSE as error:
        log.warning("A call from %s was no message (%s).", provider, type(error).__name__)
        return HttpResponse(status=400)
    for message, recipients in found:
        take_in(message=message, recipients=recipients, door=IncomingMail.Door.WEBHOOK, now=request.now)
    return HttpResponse(status=204)
