"""The street drawn for maps: boundaries and names as GeoJSON, made once per stamp of the territory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grids import atlas, boundaries
from grids.models import Community, Grid

DECIMALS = 5
"""Of a degree: about one metre."""


@dataclass(frozen=True)
class Outline:
    """A GeoJSON FeatureCollection (WGS-84, longitude first) as it travels, and what it is called."""

    etag: str
    body: bytes


_latest: Outline | None = None


def current() -> Outline:
    """The outline of the territory as it stands. One query when nothing has changed."""
    global _latest
    etag = f'"{atlas.stamp()}"'
    outline = _latest
    if outline is None or outline.etag != etag:
        outline = _latest = Outline(etag, _collection())
    return outline


def _collection() -> bytes:
    features = [*_features("community", Community), *_features("grid", Grid)]
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _features(kind: str, model: type[Community] | type[Grid]) -> Iterator[dict[str, Any]]:
    """Each bounded row with its name and a point inside it, for the name to stand at."""
    within = {"community__name"} if kind == "grid" else set()
    rows = (Grid.objects.in_force() if model is Grid else Community.objects.all()).order_by("code")
    for row in rows.filter(boundary__isnull=False).values("name", "boundary", *within):
        try:
            inside = boundaries.parse(row["boundary"]).representative_point()
        except boundaries.BadBoundary:  # damaged behind our back: the others are drawn all the same
            continue
        yield {
            "type": "Feature",
            "properties": {
                "kind": kind,
                "name": row["name"],
                "community": row.get("community__name", row["name"]),
                "at": _rounded([inside.x, inside.y]),
            },
            "geometry": {
                "type": row["boundary"]["type"],
                "coordinates": _rounded(row["boundary"]["coordinates"]),
            },
        }


def _rounded(coordinates: Any) -> Any:
    """Nested lists of degrees, each to about a metre."""
    if isinstance(coordinates, list | tuple):
        return [_rounded(part) for part in coordinates]
    return round(coordinates, DECIMALS)
