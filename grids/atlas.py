"""The territory in memory, one per process, made anew when the territory's stamp has changed.

Asking costs one tiny query for the stamp; boundaries, buildings and names are read only then.
"""

import copy
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from shapely import STRtree
from shapely.geometry import Point

from grids import boundaries
from grids.addresses import Gazetteer, normalise
from grids.models import Building, Community, Estate, Grid, Road, TerritoryStamp

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Spot:
    """As much as is known of a place; a building implies its grid, a grid its community."""

    community: Community | None = None
    grid: Grid | None = None
    building: Building | None = None

    def copy(self) -> "Spot":
        """The same rows as instances of the caller's own: the atlas is shared between threads."""
        return Spot(copy.copy(self.community), copy.copy(self.grid), copy.copy(self.building))


def _spot(place: Building | Grid | Community) -> Spot:
    if isinstance(place, Building):
        return Spot(place.grid.community, place.grid, place)
    if isinstance(place, Grid):
        return Spot(place.community, place)
    return Spot(place)


def _readable(row: Grid | Community) -> boundaries.Area | None:
    """The row's area; one that was damaged behind our back is left out rather than stopping all locating."""
    try:
        return boundaries.parse(row.boundary)
    except boundaries.BadBoundary:
        logger.warning("unreadable boundary of %s", row.code)
        return None


def _code(row: Grid | Community) -> str:
    return row.code


class Areas:
    """Which of some rows' boundaries hold a point; of two that touch there, the first by code."""

    def __init__(self, rows: Iterable[Grid | Community]) -> None:
        bounded = [(row, area) for row in rows if row.boundary and (area := _readable(row))]
        self._rows = [row for row, area in bounded]
        self._tree = STRtree([area for row, area in bounded])

    def __bool__(self) -> bool:
        return bool(self._rows)

    def at(self, latitude: float, longitude: float) -> Spot | None:
        hits = self._tree.query(Point(longitude, latitude), predicate="intersects")
        return _spot(self._rows[min(hits)]) if len(hits) else None


@dataclass
class Names:
    """What is known by name, the surest first."""

    buildings: Gazetteer[Spot] = field(default_factory=Gazetteer)
    buildings_by_estate: Gazetteer[Spot] = field(default_factory=Gazetteer)
    grids: Gazetteer[Spot] = field(default_factory=Gazetteer)
    places: Gazetteer[Spot] = field(default_factory=Gazetteer)
    communities: Gazetteer[Spot] = field(default_factory=Gazetteer)

    def find(self, text: str) -> Spot | None:
        by_sureness = (self.buildings, self.buildings_by_estate, self.grids, self.places, self.communities)
        return next((spot for names in by_sureness if (spot := names.find(text))), None)


class Atlas:
    """Everything that locating needs, read in four queries."""

    def __init__(self, stamp: UUID | None) -> None:
        self.stamp = stamp
        communities = Community.objects.select_related("street").in_bulk()
        grids = Grid.objects.in_force().in_bulk()
        for grid in grids.values():
            grid.community = communities[grid.community_id]
        self.grids = Areas(sorted(grids.values(), key=_code))
        self.communities = Areas(sorted(communities.values(), key=_code))
        self.street_names = sorted({community.street.name for community in communities.values()})
        self._names = Names()
        self._name_communities(communities.values())
        for grid in grids.values():
            self._names.grids.add(grid.name, _spot(grid))
        self._name_buildings(grids)
        self._name_roads(communities, grids)

    def by_name(self, address: str) -> Spot | None:
        """The building, grid or community that an address names."""
        text = normalise(address)
        for name in self.street_names:
            text = text.replace(normalise(name), "")
        return self._names.find(text)

    def _short(self, name: str) -> str:
        """王官庄九区 → 九区, as people say it inside 王官庄街道."""
        for street in self.street_names:
            name = name.removeprefix(street.removesuffix("街道"))
        return name

    def _name_communities(self, communities: Iterable[Community]) -> None:
        for community in communities:
            self._names.communities.add(community.name, _spot(community))
            alias = community.name.removesuffix("社区")
            if not any(street.startswith(alias) for street in self.street_names):
                self._names.communities.add(alias, _spot(community))

    def _name_buildings(self, grids: dict[int, Grid]) -> None:
        grids_of: dict[Estate, set[Spot]] = {}
        for building in Building.objects.filter(grid__in=grids).select_related("estate").order_by("pk"):
            building.grid = grids[building.grid_id]
            spot = _spot(building)
            self._names.buildings.add(building.address, spot)
            homes = [building.grid.community.name]
            if building.estate:
                grids_of.setdefault(building.estate, set()).add(_spot(building.grid))
                homes += [building.estate.name, self._short(building.estate.name)]
            for home in homes:
                self._names.buildings_by_estate.add(home + building.name, spot)
        for estate, spots in grids_of.items():
            one = spots.pop()
            self._add_place(estate.name, Spot(one.community) if spots else one)

    def _name_roads(self, communities: dict[int, Community], grids: dict[int, Grid]) -> None:
        for road in Road.objects.order_by("pk"):
            whole = communities[road.community_id]
            self._add_place(road.name, _spot(grids[road.grid_id] if road.grid_id else whole))

    def _add_place(self, name: str, spot: Spot) -> None:
        for spelling in {name, self._short(name)}:
            self._names.places.add(spelling, spot)


_latest: Atlas | None = None


def stamp() -> UUID | None:
    """Changes with every change to the territory. Read it first: what is read after it is at least as new."""
    return next(iter(TerritoryStamp.objects.values_list("stamp", flat=True)), None)


def current() -> Atlas:
    """The atlas of the territory as this transaction sees it. One query when nothing has changed."""
    global _latest
    newest = stamp()
    atlas = _latest
    if atlas is None or atlas.stamp != newest:
        atlas = _latest = Atlas(newest)
    return atlas
