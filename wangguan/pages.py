"""What every page shares: the site's name, and the pages that say something went wrong."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    return {"site_name": _("Wangguan Grid")}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key was missing or old: say so kindly, the browser still holds the text."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read; too much of it has a page of its own."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)
