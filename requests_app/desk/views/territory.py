"""The street's grids on a map and in a table, and what can be said of a boundary while it is drawn."""

import json

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids import access, drawing
from grids.doors import member
from grids.models import Community, Grid
from requests_app.desk.doors import for_office, frame
from residents.models import Dwelling
from wangguan.answers import page

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


@require_POST
@for_office(needs="grids.change_grid")
def check(request: HttpRequest) -> HttpResponse:
    """POST JSON {unit: "grid" or "community", pk, boundary}: what is wrong, its size, homes inside."""
    try:
        if len(request.body) > LARGEST:
            raise ValueError
        asked = json.loads(request.body)
        unit = _unit(request, str(asked["unit"]), int(asked["pk"]))
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"wrong": [_("The boundary cannot be read.")]}, status=400)
    seen = drawing.look(unit, asked.get("boundary"))
    homes = Dwelling.objects.filter(building__in=seen.buildings).count()
    size = _("%(hectares)s hectares, %(buildings)d buildings, %(homes)d homes") % {
        "hectares": seen.hectares,
        "buildings": len(seen.buildings),
        "homes": homes,
    }
    return JsonResponse({"wrong": seen.wrong, "size": size, "hectares": seen.hectares, "homes": homes})


def _unit(request: HttpRequest, kind: str, pk: int) -> Grid | Community:
    scope = access.admin_scope(member(request))
    grids = scope.limit(Grid.objects.in_force().select_related("community"), "community")
    communities = scope.limit(Community.objects.all(), "pk")
    found: Grid | Community | None = (grids if kind == "grid" else communities).filter(Q(pk=pk)).first()
    if found is None:
        raise Http404
    return found
