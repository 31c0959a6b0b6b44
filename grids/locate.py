"""From what somebody tells of a place to who answers for it. Never nobody.

Surest first: a QR token, a point in a boundary, the names in an address, else a duty desk.
"""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from grids import atlas
from grids.atlas import Atlas, Spot
from grids.datum import to_wgs84
from grids.models import Building, Community, Grid, QRToken


@dataclass(frozen=True)
class Place:
    """Where a matter lies; without a grid the community's duty desk has it, without both the street's.

    `how` is "token", "point", "building", "address" or "desk". `outside`: the point lies beyond the
    street and nothing else told better; the street's duty desk takes it and passes it on.
    `by_code`: whoever tells it came through a QR code, whatever said the place in the end.
    """

    grid: Grid | None = None
    community: Community | None = None
    building: Building | None = None
    outside: bool = False
    how: str = "desk"
    by_code: bool = field(default=False, compare=False)

    @property
    def responsible(self) -> str:
        """A kind sentence for the resident: who answers for this place."""
        if self.outside:
            return _(
                "This place seems to lie outside our street. The city's hotline 12345 serves all of Jinan; "
                "you can also send it here, and our duty desk passes it on."
            )
        if self.grid:
            return _("%(grid)s answers for this place.") % {"grid": self.grid.name}
        if self.community:
            return _("The duty desk of %(community)s answers for this place.") % {
                "community": self.community.name
            }
        return _("The street's duty desk finds out who answers for this place.")


def locate(
    *,
    token: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    datum: str = "wgs84",
    address: str = "",
) -> Place:
    """The place that these hints name; two queries at most while the territory stays as it is.

    Raises:
        datum.BadPoint: the datum is unknown or the point is not on Earth.
    """
    point = None
    if latitude is not None and longitude is not None:
        point = to_wgs84(latitude, longitude, datum=datum)
    scanned = _by_token(token)
    if scanned and (scanned.grid or not (point or address.strip())):
        return scanned
    told = _by_words(point, address)
    return _within(scanned, told) if scanned else told


def _by_words(point: tuple[float, float] | None, address: str) -> Place:
    if not point and not address.strip():
        return Place()
    known = atlas.current()
    named = known.by_name(address) if address.strip() else None
    return (_by_point(known, point, named) if point else None) or _by_name(known, named, point)


def _within(scanned: Place, told: Place) -> Place:
    """A community's own code says less than the resident: theirs counts when it names a unit."""
    return replace(told, by_code=True) if told.grid or told.community else scanned


def _by_token(token: str) -> Place | None:
    if not token:
        return None
    rows = QRToken.objects.in_force().select_related("grid__community", "building", "community")
    scanned = rows.filter(token=token).first()
    if not scanned:
        return None
    return Place(scanned.grid, scanned.within, scanned.building, how="token", by_code=True)


def _by_point(known: Atlas, point: tuple[float, float], named: Spot | None) -> Place | None:
    """The grid around the point; a named building, when it stands in that grid, is kept."""
    spot = known.grids.at(*point)
    if spot and named and named.building and named.grid == spot.grid:
        spot = named
    elif not spot and (around := known.communities.at(*point)):
        spot = named if named and named.grid and named.community == around.community else around
    return _place(spot, how="point") if spot else None


def _by_name(known: Atlas, named: Spot | None, point: tuple[float, float] | None) -> Place:
    if named:
        return _place(named, how="building" if named.building else "address")
    return Place(outside=bool(point and known.communities))


def _place(spot: Spot, *, how: str) -> Place:
    own = spot.copy()
    return Place(own.grid, own.community, own.building, how=how)
