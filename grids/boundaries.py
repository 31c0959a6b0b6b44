"""Boundaries: GeoJSON geometries (RFC 7946) in WGS-84, longitude first, checked with shapely."""

from collections.abc import Iterable
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.validation import explain_validity

# About one square metre at this latitude, in square degrees: less is rounding, not overlap.
TOLERANCE = 1e-10

# What shapely raises, depending on where in the coordinates it stumbles.
_UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError)

Area = Polygon | MultiPolygon
Named = tuple[str, Area]


class BadBoundary(ValueError):
    """A boundary that cannot be used; the sentence says why and where."""


def parse(geometry: Any) -> Area:
    """The area that a GeoJSON Polygon or MultiPolygon encloses.

    Raises:
        BadBoundary: not such a geometry, not in degrees, or crossing itself.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadBoundary(_("A boundary is a GeoJSON Polygon or MultiPolygon."))
    try:
        area: Area = shape(geometry)  # type: ignore[assignment] # its type was read above
        west, south, east, north = area.bounds
    except _UNREADABLE as error:
        raise BadBoundary(_("The coordinates cannot be read as rings of [longitude, latitude].")) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadBoundary(_("The coordinates are not degrees, longitude first."))
    if not area.is_valid:
        raise BadBoundary(_("The boundary is not a simple ring: %(why)s.") % {"why": explain_validity(area)})
    if area.area <= TOLERANCE:
        raise BadBoundary(_("The boundary encloses no area."))
    return area


def parse_point(geometry: Any) -> tuple[float, float]:
    """Latitude and longitude of a GeoJSON Point.

    Raises:
        BadBoundary: not a Point in degrees.
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        raise BadBoundary(_("This is not a GeoJSON Point."))
    longitude, latitude = coordinates[:2]
    if not all(isinstance(degrees, int | float) for degrees in (longitude, latitude)):
        raise BadBoundary(_("The coordinates cannot be read as [longitude, latitude]."))
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadBoundary(_("The coordinates are not degrees, longitude first."))
    return float(latitude), float(longitude)


def check_point(latitude: float, longitude: float, *, container: Named) -> None:
    """Raises BadBoundary when the point lies outside (by over a metre or so)."""
    name, whole = container
    if whole.distance(Point(longitude, latitude)) > TOLERANCE**0.5:
        raise BadBoundary(_("The point lies outside %(name)s.") % {"name": name})


def check_inside(area: Area, *, container: Named) -> None:
    """Raises BadBoundary when part of the area (over a square metre) lies outside its container."""
    name, whole = container
    beyond = area.difference(whole)
    if beyond.area > TOLERANCE:
        where = {"name": name, "point": _point_in(beyond)}
        raise BadBoundary(_("The boundary leaves %(name)s near %(point)s.") % where)


def check_apart(area: Area, *, neighbours: Iterable[Named]) -> None:
    """Raises BadBoundary when the area overlaps a neighbour by over a square metre; touching is fine."""
    for name, neighbour in neighbours:
        shared = area.intersection(neighbour)
        if shared.area > TOLERANCE:
            where = {"name": name, "point": _point_in(shared)}
            raise BadBoundary(_("The boundary overlaps %(name)s near %(point)s.") % where)


def check_holds(area: Area, *, parts: Iterable[Named]) -> None:
    """Raises BadBoundary when one of the parts would lie partly outside the area."""
    for name, part in parts:
        if part.difference(area).area > TOLERANCE:
            raise BadBoundary(_("%(name)s would lie partly outside this boundary.") % {"name": name})


def _point_in(area: Any) -> str:
    point = area.representative_point()
    return f"{point.y:.5f}, {point.x:.5f}"
