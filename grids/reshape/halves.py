"""What a split gives to the new grid, and what stays: ground and buildings."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Point

from grids import boundaries
from grids.boundaries import Area, BadBoundary
from grids.models import Building
from grids.reshape import cutting
from grids.reshape.asked import Asked
from wangguan.refusals import Refused

Ground = tuple[Area | None, Area | None]


@dataclass(frozen=True)
class Halves:
    """The two parts of a split.

    Attributes:
        goes: the ground of the new grid; None when the old one has no boundary to be cut.
        stays: the ground that is left.
        going: primary keys of the buildings that go.
        staying: of those that stay.
    """

    goes: Area | None
    stays: Area | None
    going: frozenset[int]
    staying: frozenset[int]

    @property
    def notes(self) -> list[str]:
        """What is allowed and yet worth a second look."""
        if self.goes is None:
            sentence = _(
                "The grid has no boundary, so points on the map will not find the new one; draw both later."
            )
            return [sentence]
        if isinstance(self.goes, MultiPolygon) or isinstance(self.stays, MultiPolygon):
            return [_("One of the two lies in several parts, since the border is crossed more than twice.")]
        return []


def halve(asked: Asked) -> Halves:
    """Cut as asked: by what was drawn, else by the buildings that were chosen.

    Raises:
        Refused: it does not cut the grid in two, or one of the two would have no building.
    """
    buildings = list(Building.objects.filter(grid=asked.source).order_by("pk"))
    chosen = {row.pk for row in buildings} & set(asked.buildings)
    field = "drawing" if asked.drawing else "buildings"
    try:
        goes, stays = _ground(asked, buildings, chosen)
    except BadBoundary as error:
        raise Refused(str(error), field=field) from error
    going = chosen
    if asked.drawing and goes is not None and stays is not None:
        going = _inside(goes, stays, buildings) | {row.pk for row in _unplaced(buildings) if row.pk in chosen}
    if not going:
        raise Refused(_("No building goes to the new grid: choose some, or draw around them."), field=field)
    if len(going) == len(buildings):
        sentence = _("Every building would go: leave some, or give the grid a new number instead.")
        raise Refused(sentence, field=field)
    return Halves(goes, stays, frozenset(going), frozenset(row.pk for row in buildings) - going)


def _ground(asked: Asked, buildings: list[Building], chosen: set[int]) -> Ground:
    whole = boundaries.parse(asked.source.boundary) if asked.source.boundary else None
    if whole is None:
        return None, None
    if asked.drawing:
        return cutting.by_drawing(whole, asked.drawing, other_side=asked.other_side)
    if not chosen or len(chosen) == len(buildings):
        return None, None
    placed = _placed(buildings)
    going = [_spot(row) for row in placed if row.pk in chosen]
    staying = [_spot(row) for row in placed if row.pk not in chosen]
    return cutting.by_buildings(whole, going, staying)


def _inside(goes: Area, stays: Area, buildings: list[Building]) -> set[int]:
    """Those nearer to what goes than to what stays; on the border, they stay."""
    points = {row.pk: Point(row.longitude or 0, row.latitude or 0) for row in _placed(buildings)}
    return {pk for pk, point in points.items() if goes.distance(point) < stays.distance(point)}


def _placed(buildings: list[Building]) -> list[Building]:
    return [row for row in buildings if row.latitude is not None]


def _unplaced(buildings: list[Building]) -> list[Building]:
    return [row for row in buildings if row.latitude is None]


def _spot(building: Building) -> tuple[float, float]:
    return float(building.latitude or 0), float(building.longitude or 0)
