"""What can be said of a boundary while it is drawn: whom it overlaps, what it leaves, how large it is."""

from dataclasses import dataclass, field
from math import cos, radians
from typing import Any

from shapely.geometry import Point

from grids import boundaries
from grids.boundaries import Area, BadBoundary
from grids.distance import METRES_A_DEGREE
from grids.models import Building, Community, Grid

SQUARE_METRES = 10_000


@dataclass
class Drawn:
    """Sentences about what is wrong (empty: it may be saved), hectares, and buildings inside (keys)."""

    wrong: list[str] = field(default_factory=list)
    hectares: float = 0
    buildings: list[int] = field(default_factory=list)


def look(unit: Grid | Community, geometry: Any) -> Drawn:
    """What the model's own checks would say, all at once rather than the first alone."""
    found = Drawn()
    try:
        area = boundaries.parse(geometry)
    except BadBoundary as error:
        found.wrong.append(str(error))
        return found
    found.hectares = hectares(area)
    found.buildings = _inside(unit, area)
    for check in _checks(unit, area):
        try:
            check()
        except BadBoundary as error:
            found.wrong.append(str(error))
    return found


def hectares(area: Area) -> float:
    """How large an area in degrees is, to a tenth."""
    squeeze = cos(radians(float(area.centroid.y)))
    return round(float(area.area) * METRES_A_DEGREE**2 * squeeze / SQUARE_METRES, 1)


def _checks(unit: Grid | Community, area: Area) -> Any:
    for name, boundary in _neighbours(unit):
        there = (name, boundaries.parse(boundary))
        yield lambda there=there: boundaries.check_apart(area, neighbours=[there])
    if isinstance(unit, Grid):
        whole = unit.community.boundary
        if whole:
            container = (unit.community.name, boundaries.parse(whole))
            yield lambda: boundaries.check_inside(area, container=container)
        return
    for name, boundary in (
        unit.grids.in_force().filter(boundary__isnull=False).values_list("name", "boundary")
    ):
        part = (name, boundaries.parse(boundary))
        yield lambda part=part: boundaries.check_holds(area, parts=[part])


def _neighbours(unit: Grid | Community) -> list[tuple[str, Any]]:
    rows: Any = (
        Grid.objects.in_force().filter(community=unit.community_id)
        if isinstance(unit, Grid)
        else Community.objects.filter(street=unit.street_id)
    )
    return list(rows.exclude(pk=unit.pk).filter(boundary__isnull=False).values_list("name", "boundary"))


def _inside(unit: Grid | Community, area: Area) -> list[int]:
    community = unit.community_id if isinstance(unit, Grid) else unit.pk
    rows = Building.objects.filter(grid__community=community, latitude__isnull=False)
    points = rows.values_list("pk", "latitude", "longitude")
    return [pk for pk, latitude, longitude in points if area.covers(Point(longitude or 0, latitude or 0))]
