"""The street's grids on a map and in a table, and what can be said of a boundary while it is drawn."""

import json
from collections.abc import Sequence

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
    kind = "grid" if len(code) > COMMUNITY_DIGITS else "community"
    unit = _unit(request, kind, code=code)
    if request.method != "POST":
        return _drawn(request, kind, unit, json.dumps(unit.boundary) if unit.boundary else "")
    written = request.POST.get("boundary", "")[:LARGEST]
    if request.POST.get("seen") != _seal(unit):
        sentence = _("Somebody else has drawn it meanwhile. Compare, and save again.")
        return _drawn(request, kind, unit, written, [sentence], status=409)
    try:
        unit.boundary = json.loads(written) if written.strip() else None
        unit.full_clean()
    except ValueError:
        return _drawn(request, kind, unit, written, [_("The boundary cannot be read.")], status=422)
    except ValidationError as error:
        return _drawn(request, kind, unit, written, error.messages, status=422)
    unit.save(update_fields=["boundary"])
    LogEntry.objects.log_actions(
        member(request).pk, [unit], CHANGE, [{"changed": {"fields": ["boundary"]}}], single_object=True
    )
    messages.success(request, _("The boundary is saved."))
    return see_other(reverse("territory"))


def _drawn(
    request: HttpRequest,
    kind: str,
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
        "kind": kind,
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
def check(request: HttpRequest) -> HttpResponse:
    """POST JSON {unit: "grid" or "community", pk, boundary}: what is wrong, its size, homes inside."""
    try:
        if len(request.body) > LARGEST:
            raise ValueError
        asked = json.loads(request.body)
        unit = _unit(request, str(asked["unit"]), pk=int(asked["pk"]))
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


def _unit(request: HttpRequest, kind: str, **key: int | str) -> Grid | Community:
    """The grid or community with this key, within what the office sees.

    Raises:
        Http404: there is none.
    """
    scope = access.admin_scope(member(request))
    grids = scope.limit(Grid.objects.in_force().select_related("community"), "community")
    communities = scope.limit(Community.objects.select_related("street"), "pk")
    found: Grid | Community | None = (grids if kind == "grid" else communities).filter(**key).first()
    if found is None:
        raise Http404
    return found
