"""Grids as GeoJSON (RFC 7946), written by the database in one statement: no row passes through Python."""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import BooleanField, Count, F, JSONField, Max, Q, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, JSONObject

from grids.models.territory import GridQuerySet

MOST = 500
"""Features of one collection."""
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (RFC 7946, section 5)."""

# RFC 7946, section 3.1.6: outer rings run counterclockwise, holes clockwise, whichever way they were drawn.
# The sum is twice the area of a ring, positive for one that runs clockwise.
_RIGHT_HANDED = """(
    SELECT jsonb_build_object(
        'type', "grids_grid"."boundary" ->> 'type',
        'coordinates', CASE "grids_grid"."boundary" ->> 'type'
            WHEN 'Polygon' THEN jsonb_agg(rings ORDER BY polygon) -> 0
            ELSE jsonb_agg(rings ORDER BY polygon) END)
    FROM (
        SELECT polygon, jsonb_agg(
            CASE WHEN (turn > 0) = (place > 1) THEN ring ELSE backwards END ORDER BY place) AS rings
        FROM jsonb_path_query("grids_grid"."boundary", CASE "grids_grid"."boundary" ->> 'type'
                WHEN 'Polygon' THEN '$.coordinates'::jsonpath ELSE '$.coordinates[*]' END)
            WITH ORDINALITY AS polygons(rings_of, polygon),
        LATERAL jsonb_path_query(rings_of, '$[*]') WITH ORDINALITY AS all_rings(ring, place),
        LATERAL (
            SELECT sum((east - before_east) * (north + before_north)) AS turn,
                jsonb_agg(point ORDER BY number DESC) AS backwards
            FROM (
                SELECT point, number, (point ->> 0)::float AS east, (point ->> 1)::float AS north,
                    lag((point ->> 0)::float) OVER (ORDER BY number) AS before_east,
                    lag((point ->> 1)::float) OVER (ORDER BY number) AS before_north
                FROM jsonb_path_query(ring, '$[*]') WITH ORDINALITY AS points(point, number)
            ) AS walked
        ) AS walk
        GROUP BY polygon
    ) AS polygons_again
)"""

# Bounding boxes that share a point; a grid without a boundary lies in none.
_MEETS = """(
    SELECT min((point ->> 0)::float) <= %s AND max((point ->> 0)::float) >= %s
        AND min((point ->> 1)::float) <= %s AND max((point ->> 1)::float) >= %s
    FROM jsonb_path_query("grids_grid"."boundary", CASE "grids_grid"."boundary" ->> 'type'
        WHEN 'Polygon' THEN '$.coordinates[*][*]'::jsonpath ELSE '$.coordinates[*][*][*]' END) AS point
)"""


@dataclass(frozen=True)
class Collection:
    """A FeatureCollection as it travels; `last`: the code after which the next one begins, if any does."""

    body: bytes
    last: str


def collection(rows: GridQuerySet, *, after: str = "", most: int = MOST) -> Collection:
    """The first `most` of these grids after a code, in the order of their codes. One statement."""
    found = _drawn(rows.filter(code__gt=after)).order_by("code")[:most]
    made = found.aggregate(
        body=Cast(
            JSONObject(
                type=Value("FeatureCollection"),
                features=JSONBAgg("feature", order_by="code", default=Value([], JSONField())),
            ),
            TextField(),
        ),
        number=Count("pk"),
        last=Max("code"),
    )
    return Collection(made["body"].encode(), made["last"] if made["number"] == most else "")


def feature(rows: GridQuerySet) -> bytes | None:
    """The first of these grids as a Feature; None when there is none. One statement."""
    made = _drawn(rows).values_list(Cast("feature", TextField()), flat=True).first()
    return made.encode() if made else None


def meets(box: Box) -> Q:
    """Grids whose bounding box meets this one."""
    west, south, east, north = box
    return Q(RawSQL(_MEETS, (east, west, north, south), BooleanField()))


def _drawn(rows: GridQuerySet) -> GridQuerySet:
    return rows.annotate(
        feature=JSONObject(
            type=Value("Feature"),
            id=F("code"),
            geometry=RawSQL(_RIGHT_HANDED, (), JSONField()),
            properties=JSONObject(
                code=F("code"),
                name=F("name"),
                kind=F("kind"),
                community=F("community__code"),
                community_name=F("community__name"),
            ),
        )
    )
