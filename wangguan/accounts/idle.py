"""Sessions that nobody uses end: after half an hour without a press, and after twelve hours anyway.

When somebody was last there is kept in the cache, not in the session: a page costs no write to the
database. A cache that forgets starts the half hour anew, never longer than the twelve hours.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

SINCE = "signed_in_at"
"""In the session: when it began, seconds since 1970."""
EXACT = 60
"""Seconds: so exactly is it kept when somebody was last there."""
POLLS = frozenset(
    {
        *("desk_fresh", "hotline_part", "report_part", "residents_importrun_part", "screen_part"),
        *("teams_callout_live", "worker_offline", "worker_version"),
    }
)
"""Names of addresses that a page asks by itself; whoever only leaves it open is not there."""
SELF_ASKED = "X-Asked-By-Page"
"""The header of a request that a page made by itself at an address that people open too."""


class Ends:
    """Middleware: signs out whoever was away too long, before the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and request.user.is_authenticated:
            look(request)
        return self.get_response(request)


def begin(request: HttpRequest) -> None:
    """A session was opened now."""
    request.session[SINCE] = int(time.time())


def look(request: HttpRequest) -> None:
    """End the session if its time is over; else note that somebody is there."""
    now, key = int(time.time()), _key(request.session.session_key)
    seen = cache.get(key)
    is_old = now - request.session.get(SINCE, now) >= settings.SESSION_COOKIE_AGE
    if is_old or (seen is not None and now - seen >= settings.SESSION_IDLE_SECONDS):
        cache.delete(key)
        logout(request)
    elif seen is None or (now - seen >= EXACT and not asked_by_page(request)):
        cache.set(key, now, settings.SESSION_COOKIE_AGE)


def last_seen(session_keys: Iterable[str]) -> dict[str, datetime]:
    """When the owners of these sessions were last there, as far as the cache knows."""
    names = {_key(key): key for key in session_keys}
    found = cache.get_many(names)
    return {names[name]: datetime.fromtimestamp(seen, UTC) for name, seen in found.items()}


def asked_by_page(request: HttpRequest) -> bool:
    """Whether a page asked by itself, and nobody pressed anything."""
    if request.headers.get(SELF_ASKED):
        return True
    try:
        return resolve(request.path_info).url_name in POLLS
    except Resolver404:
        return False


def _key(session_key: str | None) -> str:
    return f"seen:{session_key}"
