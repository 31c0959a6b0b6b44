"""What somebody in the office asks for, before anything is looked up."""

from dataclasses import dataclass
from typing import Any

from grids.models import Grid, ReshapingKind, User


@dataclass(frozen=True)
class Asked:
    """One reshaping as the form gives it.

    Attributes:
        kind: split, merge or renumber.
        source: the grid that is cut, given up or renumbered.
        target: for a merge, the grid that takes the other over.
        code: for a split the new grid's number, for a renumbering the new one (15 digits).
        name: of the new grid; for a renumbering the name from now on.
        leader: who leads the grid that takes over; None leaves a new grid without, and a merged one as it is.
        staff: posts (primary keys) of `source` whose holders serve the new grid too.
        buildings: primary keys of those that go, where no drawing says it.
        drawing: a GeoJSON LineString that cuts or a Polygon that encloses; None to go by the buildings.
        other_side: take what lies on the other side of the line.
        reason: why, for the record.
    """

    kind: ReshapingKind
    source: Grid
    reason: str
    target: Grid | None = None
    code: str = ""
    name: str = ""
    leader: User | None = None
    staff: tuple[int, ...] = ()
    buildings: tuple[int, ...] = ()
    drawing: dict[str, Any] | None = None
    other_side: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the record keeps it."""
        return {
            "kind": str(self.kind),
            "source": self.source.pk,
            "target": self.target and self.target.pk,
            "code": self.code,
            "name": self.name,
            "leader": self.leader and self.leader.pk,
            "staff": sorted(self.staff),
            "buildings": sorted(self.buildings),
            "drawing": self.drawing,
            "other_side": self.other_side,
            "reason": self.reason,
        }
