"""Where a grid is cut: by a line, by an outline, or half-way between buildings. Degrees, WGS-84."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, radians
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, shape
from shapely.ops import split, unary_union

from grids import boundaries
from grids.boundaries import TOLERANCE, Area, BadBoundary

Cut = tuple[Area, Area]
"""What goes, and what stays."""
Spot = tuple[float, float]
"""Latitude and longitude."""
FURTHER = 0.2
"""A line drawn a little too short still cuts: each end is drawn out by this part of its last stretch."""
MARGIN = 0.0001
"""Degrees, about ten metres: how far beyond the border a line begins that we draw ourselves."""


def by_drawing(whole: Area, drawing: dict[str, Any], *, other_side: bool = False) -> Cut:
    """Cut by what somebody drew: a LineString right across, or a Polygon around what goes.

    Of a line's two sides the smaller goes, unless `other_side`.

    Raises:
        BadBoundary: it does not cut the grid in two.
    """
    if drawing.get("type") == "LineString":
        goes, stays = _by_line(whole, _line(drawing))
    else:
        drawn = boundaries.parse(drawing)
        goes, stays = _area(whole.intersection(drawn)), _area(whole.difference(drawn))
    if goes.area <= TOLERANCE or stays.area <= TOLERANCE:
        raise BadBoundary(_("What you drew does not cut the grid in two: draw right across it."))
    return (stays, goes) if other_side else (goes, stays)


def by_buildings(whole: Area, going: Sequence[Spot], staying: Sequence[Spot]) -> Cut:
    """Every place goes with the building nearest to it (a Voronoi diagram of the buildings).

    Raises:
        BadBoundary: on one side no building has a point of its own.
    """
    both = set(going) & set(staying)
    if not going or not staying or both:
        raise BadBoundary(
            _("The buildings do not tell where to cut: some need a point of their own. Draw a line instead.")
        )
    spots = {spot: Point(spot[1], spot[0]) for spot in (*going, *staying)}
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(list(spots.values())), extend_to=whole))
    goes = unary_union([cell for cell in cells if any(cell.covers(spots[spot]) for spot in set(going))])
    return _area(whole.intersection(goes)), _area(whole.difference(goes))


def across(whole: Area) -> dict[str, Any]:
    """A GeoJSON LineString straight across the middle, over the shorter way: something to begin with."""
    west, south, east, north = whole.bounds
    x, y = (west + east) / 2, (south + north) / 2
    squeeze = cos(radians(y))
    if (east - west) * squeeze < north - south:
        corners = [(west - MARGIN, y), (east + MARGIN, y)]
    else:
        corners = [(x, south - MARGIN), (x, north + MARGIN)]
    return {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in corners]}


def joined(areas: Iterable[Area | None]) -> Area | None:
    """One area out of several; gaps of a hand's breadth between neighbours are closed."""
    known = [area for area in areas if area is not None]
    if not known:
        return None
    whole = unary_union(known)
    if isinstance(whole, MultiPolygon):
        closed = whole.buffer(1e-6, join_style="mitre").buffer(-1e-6, join_style="mitre")
        whole = closed if isinstance(closed, Polygon) else whole
    return _area(whole)


def touching(one: Area, other: Area) -> bool:
    """Whether two areas have a border in common (over a metre or so), not a corner only."""
    return float(one.buffer(1e-5).intersection(other).area) > 2 * TOLERANCE


def as_geojson(area: Area) -> dict[str, Any]:
    """The area as a grid's boundary keeps it."""
    found: dict[str, Any] = shapely.geometry.mapping(area)
    return {"type": found["type"], "coordinates": _lists(found["coordinates"])}


def _lists(coordinates: Any) -> Any:
    return [_lists(part) for part in coordinates] if isinstance(coordinates, list | tuple) else coordinates


def _line(drawing: dict[str, Any]) -> LineString:
    try:
        line = shape(drawing)
        corners = [(float(x), float(y)) for x, y, *_z in line.coords]
    except (TypeError, ValueError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise BadBoundary(_("The line cannot be read.")) from error
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in corners):
        raise BadBoundary(_("The coordinates are not degrees, longitude first."))
    if len(corners) < 2:
        raise BadBoundary(_("A line has at least two points."))
    if not shapely.LineString(corners).is_simple:
        raise BadBoundary(_("The line crosses itself; draw it anew."))
    return LineString([_out(corners[1], corners[0]), *corners, _out(corners[-2], corners[-1])])


def _out(inner: Spot, end: Spot) -> Spot:
    return end[0] + (end[0] - inner[0]) * FURTHER, end[1] + (end[1] - inner[1]) * FURTHER


def _by_line(whole: Area, line: LineString) -> Cut:
    """Pieces to the left of the line, and to its right; the smaller side first."""
    pieces = [piece for piece in split(whole, line).geoms if piece.area > TOLERANCE]
    left = [piece for piece in pieces if _is_left(line, piece.representative_point())]
    right = [piece for piece in pieces if piece not in left]
    if not left or not right:
        raise BadBoundary(_("What you drew does not cut the grid in two: draw right across it."))
    sides = sorted((_area(unary_union(left)), _area(unary_union(right))), key=lambda side: float(side.area))
    return sides[0], sides[1]


def _is_left(line: LineString, point: Point) -> bool:
    """On which side of the nearest stretch of the line a point lies."""
    corners = list(line.coords)
    stretches = [LineString(pair) for pair in pairwise(corners)]
    near = min(stretches, key=lambda stretch: float(stretch.distance(point)))
    (x1, y1), (x2, y2) = near.coords
    return float((x2 - x1) * (point.y - y1) - (y2 - y1) * (point.x - x1)) > 0


def _area(found: Any) -> Area:
    """The polygons of what an operation gave, without the slivers that rounding leaves."""
    parts = [part for part in shapely.get_parts(found) if isinstance(part, Polygon) and part.area > TOLERANCE]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
