"""The territory as JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from grids import distance
from grids.datum import DATUMS
from grids.distance import Point
from grids.locate import Place
from grids.models import GridKind

FOUND_BY = (
    ("point", _("The point lies in the boundary of the grid, or else of the community")),
    ("building", _("The address names a building")),
    ("address", _("The address names a road, an estate, a grid or a community")),
    ("desk", _("Neither; a duty desk finds out")),
)
POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2}
RING = {"type": "array", "items": POSITION, "minItems": 4}
POLYGON = {"type": "array", "items": RING}
FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "string"},
        "geometry": {
            "oneOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "required": ["type", "coordinates"],
                    "properties": {"type": {"const": "Polygon"}, "coordinates": POLYGON},
                },
                {
                    "type": "object",
                    "required": ["type", "coordinates"],
                    "properties": {
                        "type": {"const": "MultiPolygon"},
                        "coordinates": {"type": "array", "items": POLYGON},
                    },
                },
            ]
        },
        "properties": {
            "type": "object",
            "required": ["code", "name", "kind", "community", "community_name"],
            "properties": {
                "code": {"type": "string", "pattern": "^[0-9]{15}$"},
                "name": {"type": "string"},
                "kind": {"type": "string", "enum": GridKind.values},
                "community": {"type": "string", "pattern": "^[0-9]{12}$"},
                "community_name": {"type": "string"},
            },
        },
    },
}
"""A grid as GeoJSON (RFC 7946), in JSON Schema; properties are flat, as programs for maps read them."""
COLLECTION = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": FEATURE},
    },
}
EXAMPLE = {
    "datum": "gcj02",
    "point": {"latitude": 36.63099, "longitude": 116.931},
    "grid": {"code": "370103015005003", "name": "九区社区第三网格"},
    "community": {"code": "370103015005", "name": "九区社区"},
    "building": {"name": "3号楼", "address": "九区3号楼"},
    "found_by": "point",
    "outside": False,
    "distance": 42.5,
    "responsible": "这里由九区社区第三网格负责。",
}


class Unit(serializers.Serializer[Any]):
    """A grid, a community, a department or a category."""

    code = serializers.CharField()
    name = serializers.CharField()


@extend_schema_serializer(component_name="Point")
class PointShape(serializers.Serializer[Any]):
    """Degrees, WGS-84."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


@extend_schema_serializer(component_name="Building")
class BuildingShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.CharField()


@extend_schema_serializer(component_name="Place")
class PlaceShape(serializers.Serializer[Any]):
    """Who answers for a place, and how that was found."""

    datum = serializers.ChoiceField(
        choices=DATUMS, help_text=_("The datum in which “lat” and “lng” were read.")
    )
    point = PointShape(allow_null=True, help_text=_("The same point in WGS-84; null where none was given."))
    grid = Unit(allow_null=True)
    community = Unit(allow_null=True)
    building = BuildingShape(allow_null=True)
    found_by = serializers.ChoiceField(choices=FOUND_BY)
    outside = serializers.BooleanField(
        help_text=_("The point lies beyond the street, and no address says better.")
    )
    distance = serializers.FloatField(
        allow_null=True, help_text=_("Metres from the point to the building; null unless both are known.")
    )
    responsible = serializers.CharField(help_text=_("A sentence for the resident."))


def place(found: Place, *, point: Point | None, datum: str) -> dict[str, Any]:
    """What `PlaceShape` shows of a place that was found."""
    building = found.building
    there = distance.point(building.latitude, building.longitude) if building else None
    return {
        "datum": datum,
        "point": {"latitude": point[0], "longitude": point[1]} if point else None,
        "grid": found.grid,
        "community": found.community,
        "building": building,
        "found_by": found.how,
        "outside": found.outside,
        "distance": round(distance.metres(point, there), 1) if point and there else None,
        "responsible": found.responsible,
    }
