"""Response headers that Django has no setting for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

# The player needs the wake lock; microphone and camera are for the pages that say so (coaching/people/devices.py).
_ALWAYS = [
    "screen-wake-lock=(self)",
    "publickey-credentials-get=(self)",
    "publickey-credentials-create=(self)",
    "geolocation=()",
    "payment=()",
    "usb=()",
    "browsing-topics=()",
]
_ASKED_FOR = ("microphone", "camera")


def permissions_policy(devices: tuple[str, ...] = ()) -> str:
    """What a page may ask of the device: what every page may, and the `devices` that this one uses."""
    asked_for = [f"{device}=({'self' if device in devices else ''})" for device in _ASKED_FOR]
    return ", ".join([*asked_for, *_ALWAYS])


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        devices = getattr(request, "_devices", ())
        response.headers.setdefault("Permissions-Policy", permissions_policy(devices))
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        request._devices = getattr(view, "devices", ())  # type: ignore[attr-defined]
