"""Response headers that Django has no setting for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The recorder needs the microphone and the camera, the player the wake lock; nothing else is asked of a device.
PERMISSIONS_POLICY = ", ".join(
    [
        "microphone=(self)",
        "camera=(self)",
        "screen-wake-lock=(self)",
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        "geolocation=()",
        "payment=()",
        "usb=()",
        "browsing-topics=()",
    ]
)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
