"""The wall screen: a page that renews itself, behind a display's token or a street post."""

from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grids.doors import member
from requests_app.screen import access, board, services
from wangguan import clock
from wangguan.answers import see_other, too_many
from wangguan.limits import Limit, client_address

COOKIE = "display"
GUESSES = Limit("display-token", most=20)
EVERY = 20
"""Seconds."""
AGAIN = 60
"""Seconds after which a dark display looks again."""
A_YEAR = 365 * 24 * 3600
Page = Any


def for_displays(page: Page) -> Page:
    """Open to a display in force, street posts and auditors."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        if display := services.known(request.COOKIES.get(COOKIE, "")):
            services.mark_seen(display)
            return page(request)
        if request.user.is_authenticated and access.may_watch(member(request)):
            return page(request)
        if COOKIE in request.COOKIES:
            return _dark(request)
        if request.user.is_authenticated:
            raise PermissionDenied(_("The wall screen is for displays of the street and its own staff."))
        return redirect_to_login(request.get_full_path())

    return guarded


@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """The screen; with `?token=` the way in, which leaves the token in a cookie and not in the address."""
    if token := request.GET.get("token", ""):
        return _enter(request, token)
    return _whole(request)


@for_displays
def _whole(request: HttpRequest) -> HttpResponse:
    return _fresh(render(request, "screen/screen.html", _context()))


@require_GET
@for_displays
def part(request: HttpRequest) -> HttpResponse:
    """What the page swaps in."""
    return _fresh(render(request, "screen/board.html", _context()))


def _context() -> dict[str, Any]:
    """The board, the moments of it and of now in milliseconds since 1970, and seconds between two looks."""
    shown = board.current()
    moments = {"at": shown.at, "now": clock.now()}
    return {"board": shown, "every": EVERY, **{name: _milliseconds(at) for name, at in moments.items()}}


def _milliseconds(at: datetime) -> str:
    return str(round(at.timestamp() * 1000))


def _enter(request: HttpRequest, token: str) -> HttpResponse:
    address = client_address(request)
    if GUESSES.wait(address):
        return too_many(request)
    if services.known(token) is None:
        GUESSES.take(address)
        return _dark(request)
    response = see_other(reverse("screen"))
    response.set_cookie(
        COOKIE,
        token,
        max_age=A_YEAR,
        path=reverse("screen"),
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )
    return _fresh(response)


def _dark(request: HttpRequest) -> HttpResponse:
    """The token opens nothing (any more): said calmly, for whoever stands before the television.

    It looks again by itself: a display whose time was made longer comes back without anybody there.
    """
    response = _fresh(render(request, "screen/dark.html", status=403))
    response["Refresh"] = str(AGAIN)
    return response


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
