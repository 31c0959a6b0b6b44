"""What browsers are told beside Django's own headers: what a page may use, who may embed or keep it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]

USED = ("clipboard-write", "fullscreen", "geolocation", "publickey-credentials-get", "screen-wake-lock")
"""Where is this; copy this; a wall screen; a key in place of a code. Photos the phone's own app takes."""
UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture"),
    *("encrypted-media", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS = ", ".join([f"{name}=(self)" for name in USED] + [f"{name}=()" for name in UNUSED])
UNKEPT = "private, no-store"


class Headers:
    """Middleware: of every answer, also of files."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class Unkept:
    """Middleware: what a signed-in person sees stays in no cache, and not behind the back button.

    The computer at a counter has many users. A page that says itself how long it may be kept is believed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", UNKEPT)
        return response
