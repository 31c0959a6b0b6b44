"""Pages that explain: how it works, what happens with data, who can use it, what to do without signal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from grids.models import Community
from wangguan.pages import bare


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """How to tell a matter, what happens then, and the numbers to call."""
    callable_ones = Community.objects.exclude(contact="").order_by("code").only("name", "contact")
    return render(
        request, "requests_app/help.html", {"communities": callable_ones, "here": "help", "back": "/"}
    )


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "requests_app/privacy.html", {"back": "/"})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "requests_app/accessibility.html", {"back": "/"})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows without signal: kept beforehand, so nothing on it is anybody's own."""
    return bare(request, "offline.html")
