"""The street drawn on the server: every grid as a path of an SVG, in metres from its north-west corner."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grids import atlas, boundaries
from grids.models import Grid

METRES = 111_195.0
"""Of a degree of latitude."""
WIDTH = 1_000.0
"""Units of the drawing, whatever the street measures."""
MARGIN = 10.0


@dataclass(frozen=True)
class Shape:
    """One grid: its outline, and a point inside for a number."""

    pk: int
    code: str
    name: str
    community: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """`at` says where a point (longitude, latitude) lies on it; None where no grid has a boundary."""

    shapes: tuple[Shape, ...]
    width: float
    height: float
    at: Callable[[float, float], tuple[float, float]] | None = None

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:.0f} {self.height:.0f}"


_kept: tuple[Any, Drawing] | None = None


def drawing() -> Drawing:
    """The street as it stands, made once per stamp of the territory; one statement when nothing changed."""
    global _kept
    stamp = atlas.stamp()
    if _kept is None or _kept[0] != stamp:
        _kept = stamp, _draw()
    return _kept[1]


def _draw() -> Drawing:
    rows = Grid.objects.in_force().filter(boundary__isnull=False).order_by("code")
    areas = []
    for pk, code, name, community, boundary in rows.values_list(
        "pk", "code", "name", "community_id", "boundary"
    ):
        try:
            areas.append((pk, code, name, community, boundaries.parse(boundary)))
        except boundaries.BadBoundary:  # damaged behind our back: the others are drawn all the same
            continue
    if not areas:
        return Drawing((), WIDTH, WIDTH)
    return _project(areas)


def _project(areas: list[Any]) -> Drawing:
    """Metres east and south of the corner, scaled to the drawing: straight enough over two kilometres."""
    bounds = [area.bounds for *_names, area in areas]
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * METRES * shrink, 1.0)

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - west) * METRES * shrink * scale + MARGIN
        return round(x, 1), round((north - latitude) * METRES * scale + MARGIN, 1)

    shapes = []
    for pk, code, name, community, area in areas:
        inside = area.representative_point()
        x, y = at(inside.x, inside.y)
        shapes.append(Shape(pk, code, name, community, _path(area, at), x, y))
    return Drawing(tuple(shapes), WIDTH, (north - south) * METRES * scale + 2 * MARGIN, at)


def _path(area: Any, at: Any) -> str:
    parts = getattr(area, "geoms", [area])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x} {y}" for x, y in map(_pair(at), ring.coords)) + "Z" for ring in rings)


def _pair(at: Any) -> Any:
    return lambda point: at(point[0], point[1])
