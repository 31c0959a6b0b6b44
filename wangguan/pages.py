"""What every page shares: the site's name, its reader's choices, and pages that say something went wrong."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

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
    return HttpResponse(render_to_string(template, site(request)), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key was missing or old: say so kindly, and lead to the form anew."""
    form = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(form, {request.get_host()}, require_https=request.is_secure()):
        form = "/"
    return render(request, "403_csrf.html", {"form_url": form}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read; too much of it has a page of its own."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return bare(request, "500.html", status=500)
