"""Who is known, and pages that only they enter."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
KNOWN, ASKED = "party_known", "party_asked"
"""Of the session: the hash of the phone that entered, and of the one a code was sent to."""


def known(request: HttpRequest) -> str:
    """`keyed_hash` of the phone this browser entered with; empty for a stranger."""
    return str(request.session.get(KNOWN, ""))


def for_known(page: Page[P]) -> Page[P]:
    """Open to whoever entered with a code; others enter first and come back here."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        if known(request):
            return page(request, *args, **options)
        onward = request.get_full_path() if request.method == "GET" else reverse("party_me")
        return HttpResponseRedirect(f"{reverse('party_in')}?{urlencode({'next': onward})}")

    return guarded


def onward(request: HttpRequest, given: str) -> str:
    """Where to go after entering: an address of this site, else one's own page."""
    safe = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if safe else reverse("party_me")
