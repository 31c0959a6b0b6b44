"""The street's grids in a table, and their boundaries on a map."""

import json
from collections.abc import Collection, Sequence

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids import access, drawing
from grids.doors import member
from grids.models import Community, Grid
from requests_app.desk.doors import for_office, frame
from residents.models import Dwelling
from wangguan.answers import page, see_other
from wangguan.privacy import keyed_hash

COMMUNITY_DIGITS = 12
LARGEST = 200_000
"""Bytes of a boundary that is looked at: thousands of corners."""


@require_GET
@for_office(needs="grids.view_grid")
def territory(request: HttpRequest) -> HttpResponse:
    """Every community with its grids that this office sees."""
    scope = access.admin_scope(member(request))
    rows = scope.limit(Grid.objects.in_force(), "community").select_related("community")
    counted = rows.defer("boundary", "community__boundary").annotate(buildings_in=Count("buildings"))
    context = {
        **frame(request, "territory"),
        "grids": list(counted.order_by("code")),
        "may_reshape": access.has_perm(member(request), "grids.add_reshaping"),
    }
    return page(request, "territory/map.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs="grids.change_grid")
def boundary(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the boundary of a grid (15 digits) or a community (12)."""
    unit = _unit(request, code)
    if request.method != "POST":
        return _drawn(request, unit, json.dumps(unit.boundary) if unit.boundary else "")
    written = request.POST.get("boundary", "")[:LARGEST]
    if request.POST.get("seen") != _seal(unit):
        sentence = _("Somebody else has drawn it meanwhile. Compare, and save again.")
        return _drawn(request, unit, written, [sentence], status=409)
    try:
        unit.boundary = json.loads(written) if written.strip() else None
        unit.full_clean()
    except ValueError:
        return _drawn(request, unit, written, [_("The boundary cannot be read.")], status=422)
    except ValidationError as error:
        return _drawn(request, unit, written, error.messages, status=422)
    unit.save(update_fields=["boundary"])
    LogEntry.objects.log_actions(
        member(request).pk, [unit], CHANGE, [{"changed": {"fields": ["boundary"]}}], single_object=True
    )
    messages.success(request, _("The boundary is saved."))
    return see_other(reverse("territory"))


def _drawn(
    request: HttpRequest,
    unit: Grid | Community,
    written: str,
    wrong: Sequence[str] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    """The page; the seal is of what is stored, so that saving again after a conflict is a decision."""
    stored = type(unit)._default_manager.get(pk=unit.pk)
    context = {
        **frame(request, "territory"),
        "unit": unit,
        "written": written,
        "wrong": wrong,
        "seen": _seal(stored),
    }
    return page(request, "territory/boundary.html", context, status=status)


def _seal(unit: Grid | Community) -> str:
    return keyed_hash(json.dumps(unit.boundary, sort_keys=True))


@require_POST
@for_office(needs="grids.change_grid")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What is wrong with the boundary that the page's form holds; else its size, and homes inside."""
    unit = _unit(request, code)
    written = request.POST.get("boundary", "")
    if not written.strip():
        return JsonResponse({"wrong": [], "size": ""})
    try:
        if len(written) > LARGEST:
            raise ValueError
        seen = drawing.look(unit, json.loads(written))
    except ValueError:
        return JsonResponse({"wrong": [_("The boundary cannot be read.")], "size": ""})
    if seen.wrong:
        return JsonResponse({"wrong": seen.wrong, "size": ""})
    size = _("Nothing is wrong with it: %(size)s") % {"size": sized(seen.hectares, seen.buildings)}
    return JsonResponse({"wrong": [], "size": size})


def sized(hectares: float, buildings: Collection[int]) -> str:
    """How large an area is, and how much stands on it (`buildings`: primary keys)."""
    return _("%(hectares)s hectares, %(buildings)d buildings, %(homes)d homes") % {
        "hectares": hectares,
        "buildings": len(buildings),
        "homes": Dwelling.objects.filter(building__in=buildings).count(),
    }


def _unit(request: HttpRequest, code: str) -> Grid | Community:
    """The grid (15 digits) or community (12) of this number, within what the office sees.

    Raises:
        Http404: there is none.
    """
    scope = access.admin_scope(member(request))
    grids = scope.limit(Grid.objects.in_force().select_related("community"), "community")
    communities = scope.limit(Community.objects.select_related("street"), "pk")
    found: Grid | Community | None
    found = (grids if len(code) > COMMUNITY_DIGITS else communities).filter(code=code).first()
    if found is None:
        raise Http404
    return found
