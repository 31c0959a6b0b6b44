"""Firms on the workers' pages: those one advises, those one sees, one firm, and a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import frame, member
from partybuilding.sectors import access
from partybuilding.sectors.forms import ReportForm
from partybuilding.sectors.models import Firm
from partybuilding.sectors.views.acting import about, act_on, call, for_sectors, report, visible_firm
from requests_app.views import lists
from wangguan.answers import page, see_other

PAGE = 20
MOST_ADVISED = 200
"""More than anybody can visit once a quarter."""
HERE = "me"


@require_GET
@for_sectors
def mine(request: HttpRequest) -> HttpResponse:
    """Firms I advise, the next visit first; or, newest first, all I may see."""
    user, what = member(request), request.GET.get("what", "")
    seen = Firm.objects.visible_to(user).selected("").with_units()
    if what == "all":
        shown, following = page_of(seen, request.GET.get("after", ""))
    else:
        shown = list(seen.filter(adviser=user).order_by("next_visit_due", "pk")[:MOST_ADVISED])
        following = ""
    context = {
        **frame(request, HERE),
        "rows": shown,
        "what": "all" if what == "all" else "",
        "next": lists.query(request.GET, after=following) if following else "",
        "may_report": access.reported_grids(user).exists(),
    }
    return page(request, "sectors/mine.html", context)


def page_of(found: Any, after: str) -> tuple[list[Firm], str]:
    """Newest first, by keyset: the rows, and where the next page begins."""
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    shown = list(found.order_by("-pk")[: PAGE + 1])
    return shown[:PAGE], str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""


@require_GET
@for_sectors
def firm(request: HttpRequest, key: int) -> HttpResponse:
    return _shown(request, visible_firm(member(request), key))


@require_POST
@for_sectors
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    user = member(request)
    refused = act_on(request, visible_firm(user, key), name)
    if refused is None:
        return redirect_back(user, key)
    form, status = refused
    return _shown(request, visible_firm(user, key), refused=form, status=status)


def redirect_back(user: Any, key: int) -> HttpResponse:
    """To the firm; who no longer sees it goes to the list."""
    seen = Firm.objects.visible_to(user).filter(pk=key).exists()
    return see_other(f"/worker/sectors/{key}/" if seen else "/worker/sectors/")


@require_POST
@for_sectors
def dial(request: HttpRequest, key: int) -> HttpResponse:
    return call(request, visible_firm(member(request), key), _shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_sectors
def new(request: HttpRequest) -> HttpResponse:
    """A new firm of one's own grid or community, with its first survey."""
    user, sent = member(request), request.method == "POST"
    if not access.reported_grids(user).exists():
        return redirect("worker_sectors")
    form = ReportForm(request.POST if sent else None, user=user)
    if sent and (entered := report(form, user)):
        messages.success(request, _("It is on the list; the community confirms it."))
        return see_other(f"/worker/sectors/{entered.pk}/")
    context = {**frame(request, HERE), "form": form}
    return page(request, "sectors/worker_new.html", context, status=422 if sent else 200)


def _shown(
    request: HttpRequest, found: Firm, *, refused: Any = None, status: int = 200, **more: str
) -> HttpResponse:
    context = {**frame(request, HERE), **about(member(request), found, refused), **more}
    return page(request, "sectors/worker_firm.html", context, status=status)
