"""What every page shares: the site's name, its reader's choices, and pages that say something went wrong."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from wangguan.observability import ids

ELDER_COOKIE = "elder"
ELDER_SIZES = ("1", "2")
"""Senior view: letters of 18 pt and more, or of 30 pt."""


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    chosen = request.COOKIES.get(ELDER_COOKIE, "")
    return {
        "site_name": _("Wangguan Grid"),
        "elder": chosen if chosen in ELDER_SIZES else "",
        "icp_number": settings.ICP_NUMBER,
        "police_number": settings.POLICE_NUMBER,
        "police_digits": "".join(re.findall(r"\d", settings.POLICE_NUMBER)),
    }


def bare(request: HttpRequest, template: str, *, status: int = 200) -> HttpResponse:
    """A page that needs no session, no database and no form: it stands when they don't, and may be kept."""
    said = site(request) | {"request_id": ids.current()}
    return HttpResponse(render_to_string(template, said), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key was missing or old: say so kindly, and lead to the form anew."""
    return render(request, "403_csrf.html", {"form_url": left_page(request) or "/"}, status=403)


def left_page(request: HttpRequest) -> str:
    """The page of this site that a form was sent from, as far as its browser says; empty when not."""
    page = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read; too much of it has a page of its own."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


class OnlyForForms:
    """A page instead of nothing where an address that only takes forms is opened, reloaded or bookmarked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
            return response
        said = render(request, "405.html", {"form_url": left_page(request) or "/"}, status=405)
        said["Allow"] = response["Allow"]
        return said


def server_error(request: HttpRequest) -> HttpResponse:
    return bare(request, "500.html", status=500)
