"""Devices that somebody signed in on before, known by a signed cookie (OWASP, “Device cookies”).

Wrong passwords from a known device are counted apart from everybody else's, so that a stranger who types
a name again and again cannot keep its owner out.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from wangguan.privacy import keyed_hash

SALT = "wangguan.accounts.device"
KEPT_FOR = timedelta(days=365)
MOST_PEOPLE = 8
"""Who may be known on one device: the computer at a desk is shared, the cookie is not to grow."""

Known = list[list[str]]
"""Pairs of a person's mark and the device's own secret for that person, the latest last."""


@dataclass(frozen=True)
class Device:
    """One person's device; `secret` names it in counters."""

    secret: str


def cookie_name() -> str:
    """As the session's: no other host may set it, where we are reached by https."""
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}device"


def known(request: HttpRequest, username: str) -> Device | None:
    """The device, if this person signed in on it before."""
    mark = _mark(username)
    return next((Device(secret) for whose, secret in _read(request) if whose == mark), None)


def remember(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Know this device from now on; called when somebody has signed in whole."""
    mark, pairs = _mark(username), _read(request)
    others = [pair for pair in pairs if pair[0] != mark]
    own = next((pair for pair in pairs if pair[0] == mark), [mark, secrets.token_urlsafe(12)])
    response.set_cookie(
        cookie_name(),
        signing.dumps([*others, own][-MOST_PEOPLE:], salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        # Only our own form, sent from our own page, needs it.
        samesite="Strict",
    )


def _read(request: HttpRequest) -> Known:
    try:
        pairs: Known = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return pairs


def _mark(username: str) -> str:
    """Nobody who reads the cookie learns a name."""
    return keyed_hash(f"device:{username}")[:16]
