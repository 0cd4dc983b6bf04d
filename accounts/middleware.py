"""What every page knows about its reader: the moment, the zone and the language."""

from collections.abc import Callable
from datetime import UTC

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts import actions

_SEEN = "seen_at"
_HOUR = 3600


class ReaderMiddleware:
    """Sets `request.now` (aware, UTC) and activates the zone and language of who is signed in.

    Here the clock enters the portal: views hand `request.now` down, nothing below asks for the time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        user = request.user
        zone = user.zone if user.is_authenticated else UTC
        with (
            timezone.override(zone),
            translation.override(user.language if user.is_authenticated else settings.LANGUAGE_CODE),
        ):
            return self.get_response(request)


class SignInSeenMiddleware:
    """Notes at most once an hour that a sign-in is in use, so that its owner knows it again in the list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            self._note(request)
        return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        now = request.now  # type: ignore[attr-defined]
        if now.timestamp() - request.session.get(_SEEN, 0) >= _HOUR:
            request.session[_SEEN] = int(now.timestamp())
            actions.see(session_key=str(request.session.session_key), now=now)
