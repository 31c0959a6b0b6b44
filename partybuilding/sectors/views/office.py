"""Emerging sectors in the office: the list, the map, the coverage, one firm, a new one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from grids.models import User
from partybuilding import access as party
from partybuilding.sectors import coverage as figures
from partybuilding.sectors.forms import FilterForm, ReportForm
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import SELECTIONS, FirmQuerySet
from partybuilding.sectors.views.acting import about, act_on, call, report, visible_firm
from partybuilding.sectors.workflow import Stage
from requests_app.desk.doors import for_office, frame
from requests_app.views import lists
from wangguan.answers import page, see_other

PAGE = 50
HERE = "sectors"
TABS = ("", "confirm", *(stage.value for stage in Stage), "three", "due")
"""Selections that stand above the list; numbers of the coverage lead to others too."""


@require_GET
@for_office()
def firms(request: HttpRequest) -> HttpResponse:
    user, what = member(request), asked(request)
    form = FilterForm.of(request.GET, user)
    found = narrowed(user, what, form.chosen)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    shown = list(found.order_by("-pk")[: PAGE + 1])
    following = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    context = {
        **frame(request, HERE),
        "tabs": tabs(request, what),
        "what": what,
        "label": SELECTIONS[what][0],
        "form": form,
        "rows": shown[:PAGE],
        "next": lists.query(request.GET, after=following) if following else "",
        "first": (lists.query(request.GET, after="") or "what=") if after else "",
        "narrowed": lists.query(request.GET, after=""),
        "may_report": party.may_write(user),
    }
    return page(request, "sectors/list.html", context)


def asked(request: HttpRequest) -> str:
    """The selection that was asked for; all for one there is not."""
    what = request.GET.get("what", "")
    return what if what in SELECTIONS else ""


def narrowed(user: User, what: str, chosen: dict[str, str]) -> FirmQuerySet:
    """The firms of a selection that the filters leave."""
    found = Firm.objects.visible_to(user).selected(what).search(chosen.get("q", ""))
    for name, column in (("kind", "kind"), ("trade", "trade"), ("community", "community__code")):
        if value := chosen.get(name):
            found = found.filter(**{column: value})
    return found.with_units()


def tabs(request: HttpRequest, what: str) -> list[tuple[str, Any, bool]]:
    """Query, label, whether it is the one on screen: the filters stay when the tab changes."""
    return [
        (lists.query(request.GET, what=name, after="") or "what=", SELECTIONS[name][0], name == what)
        for name in TABS
    ]


@require_GET
@for_office()
def coverage(request: HttpRequest) -> HttpResponse:
    rows = figures.by_community(member(request))
    context = {
        **frame(request, HERE),
        "headings": figures.headings(),
        "rows": rows,
        "total": figures.total(rows, _("Together")) if len(rows) > 1 else None,
    }
    return page(request, "sectors/coverage.html", context)


@require_GET
@for_office()
def firm(request: HttpRequest, key: int) -> HttpResponse:
    return _shown(request, visible_firm(member(request), key))


@require_POST
@for_office()
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    user = member(request)
    found = visible_firm(user, key)
    refused = act_on(request, found, name)
    if refused is None:
        return see_other(found.get_absolute_url())
    form, status = refused
    return _shown(request, visible_firm(user, key), refused=form, status=status)


@require_POST
@for_office()
def dial(request: HttpRequest, key: int) -> HttpResponse:
    return call(request, visible_firm(member(request), key), _shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """A new firm, with its first survey."""
    user, sent = member(request), request.method == "POST"
    if not party.may_write(user):
        raise PermissionDenied(_("Your post does not include this page."))
    form = ReportForm(request.POST if sent else None, user=user)
    if sent and (entered := report(form, user)):
        messages.success(request, _("It is on the list; please confirm the survey."))
        return see_other(entered.get_absolute_url())
    context = {**frame(request, HERE), "form": form}
    return page(request, "sectors/new.html", context, status=422 if sent else 200)


def _shown(
    request: HttpRequest, found: Firm, *, refused: Any = None, status: int = 200, **more: str
) -> HttpResponse:
    context = {**frame(request, HERE), **about(member(request), found, refused), **more}
    return page(request, "sectors/firm.html", context, status=status)
