"""What every page shares: the site's name, and the pages that say something went wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    return {"site_name": _("Wangguan Grid")}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key was missing or old: say so kindly, the browser still holds the text."""
    return render(request, "403_csrf.html", status=403)
