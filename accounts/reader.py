"""Who reads, for the reader's own browser: a name that is always the same, and tells nobody whose it is.

What a browser keeps for one person carries this name, and goes when a page comes for somebody else.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

HEADER = "Portal-Reader"


def key_of(user: Any) -> str:
    """32 letters for who is signed in, none for a visitor."""
    return salted_hmac("accounts.reader", str(user.pk)).hexdigest()[:32] if user.is_authenticated else ""


class ReaderHeaderMiddleware:
    """Says with each answer whom it is for. Who signs out takes along all that the browser kept here
    (W3C "Clear Site Data", 3.1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        response.headers[HEADER] = key_of(request.user)
        if was_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
