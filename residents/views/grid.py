"""My grid: figures of a unit, from the street down to a grid, and buildings by the age of visits."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grids.doors import for_homes, frame, member
from grids.models import Grid, Street, User, today
from residents import access
from residents import figures as counted
from residents.access import Counting
from residents.figures import Line
from wangguan.answers import page

STREET_DIGITS, COMMUNITY_DIGITS, GRID_DIGITS = 9, 12, 15


@dataclass(frozen=True)
class Unit:
    """What a page is about: `where` narrows grids; `parent` is the unit above, if it may be read."""

    kind: str
    code: str
    name: str
    where: Q
    parent: str = ""


@dataclass(frozen=True)
class Below:
    """One unit of the table: a community of the street, or a grid."""

    code: str
    name: str
    line: Line


@require_GET
@for_homes
def figures(request: HttpRequest) -> HttpResponse:
    """`?unit=<code>`: street, community or grid; without one, the widest that this person reads."""
    user = member(request)
    counting = access.counting(user)
    if not (counting.everywhere or counting.communities or counting.grids):
        raise PermissionDenied(_("Your post reads no figures of homes and visits."))
    grids = _grids(counting)
    unit = _unit(request.GET.get("unit", ""), counting, grids)
    day, inside = today(), [grid for grid in grids if _lies_in(grid, unit, counting)]
    lines = counted.lines(unit.where, day)
    context = {
        **frame(request, "residents"),
        "place": unit,
        "total": counted.total(lines.values()),
        "below": _below(unit, inside, lines),
        "care": counted.care(unit.code, unit.where, exactly=_knows_all(user, inside)),
        "buildings": counted.buildings(unit.where, day) if unit.kind in ("grid", "community") else [],
        "long": counted.LONG,
        **_homes(user, unit, inside),
    }
    return page(request, "residents/figures.html", context)


def _grids(counting: Counting) -> list[Grid]:
    """Every grid whose figures are read, with its community; one statement."""
    rows = (
        Grid.objects.in_force()
        .filter(counting.of_grid())
        .select_related("community__street")
        .order_by("code")
    )
    return list(rows.defer("boundary", "community__boundary"))


# --- which unit --------------------------------------------------------------------------
def _unit(code: str, counting: Counting, grids: list[Grid]) -> Unit:
    """The unit with this code, or the widest one.

    Raises:
        Http404: there is none, or its figures are not this person's to read.
    """
    if not code:
        return _widest(counting, grids)
    if len(code) == STREET_DIGITS and counting.everywhere:
        return _street(code)
    for grid in grids:
        if code == grid.code:
            return _of_grid(grid, counting)
        community = grid.community
        if code == community.code and (counting.everywhere or community.pk in counting.communities):
            parent = community.street.code if counting.everywhere else ""
            return Unit("community", code, community.name, Q(community=community), parent)
    raise Http404


def _street(code: str = "") -> Unit:
    street = Street.objects.filter(**({"code": code} if code else {})).first()
    if street is None:
        raise Http404
    return Unit("street", street.code, street.name, Q(community__street=street))


def _of_grid(grid: Grid, counting: Counting) -> Unit:
    above = counting.everywhere or grid.community_id in counting.communities
    return Unit("grid", grid.code, grid.name, Q(pk=grid.pk), grid.community.code if above else "")


def _widest(counting: Counting, grids: list[Grid]) -> Unit:
    """The street; the only community or grid; or all of somebody's units together."""
    if counting.everywhere:
        return _street()
    if len(grids) == 1 and not counting.communities:
        return _of_grid(grids[0], counting)
    if len(counting.communities) == 1 and not counting.grids and grids:
        return _unit(grids[0].community.code, counting, grids)
    keys = "-".join(str(grid.pk) for grid in grids)
    return Unit("mine", keys, str(_("My units")), Q(pk__in=[grid.pk for grid in grids]))


def _lies_in(grid: Grid, unit: Unit, counting: Counting) -> bool:
    match unit.kind:
        case "grid":
            return grid.code == unit.code
        case "community":
            return grid.community.code == unit.code
    return True


# --- what stands on the page -------------------------------------------------------------
def _below(unit: Unit, grids: list[Grid], lines: dict[int, Line]) -> list[Below]:
    """Communities of the street, else grids, in the order of their codes: no order of merit."""
    if unit.kind == "grid":
        return []
    if unit.kind != "street":
        return [Below(grid.code, grid.name, lines.get(grid.pk, Line())) for grid in grids]
    rows: dict[str, Below] = {}
    for grid in grids:
        community = grid.community
        before = rows.get(community.code, Below(community.code, community.name, Line()))
        rows[community.code] = Below(before.code, before.name, before.line + lines.get(grid.pk, Line()))
    return list(rows.values())


def _knows_all(user: User, grids: list[Grid]) -> bool:
    """Whether everybody under care in these grids is known to this person."""
    reach = access.reach(user)
    return reach.care or all(reach.covers(grid) for grid in grids)


def _homes(user: User, unit: Unit, grids: list[Grid]) -> dict[str, Any]:
    """The homes that wait for long, for those who know them; everybody else reads the number alone."""
    knows = unit.kind == "grid" and all(access.reach(user).covers(grid) for grid in grids)
    homes = counted.waiting_homes(user, grids[0], today()) if knows and grids else []
    return {"knows": knows, "homes": homes}
