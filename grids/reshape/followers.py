"""What hangs on grids and moves with them. Rooms above register theirs at start-up."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from shapely.geometry import Point

from grids.boundaries import Area
from grids.models import Grid, ReshapingKind, User


@dataclass(frozen=True)
class Move:
    """What moves: out of `source`, into `target` (unsaved while a split is only planned).

    Attributes:
        buildings: primary keys of those that go; None: all of them (a merge).
        area: what is cut off; None when everything goes or nothing is drawn.
        serving: primary keys of the people who will serve `target`.
        before: the number of `source` when it began.
        code: the number that leads to `target` from now on.
    """

    kind: ReshapingKind
    source: Grid
    target: Grid
    before: str
    code: str
    buildings: frozenset[int] | None = None
    area: Area | None = field(default=None, compare=False)
    serving: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Everything goes, wherever it lies."""
        return self.buildings is None

    def lies_in(self, grid: str = "grid", building: str = "building") -> Q:
        """Rows of the source that may go: in a building that goes, or in none (then ask `holds`)."""
        inside = Q(**{grid: self.source.pk})
        if self.buildings is None:
            return inside
        return inside & (Q(**{f"{building}__in": self.buildings}) | Q(**{f"{building}__isnull": True}))

    def holds(self, building: int | None, latitude: float | None, longitude: float | None) -> bool:
        """Whether a row of the source goes: by its building, else by its point; without either it stays."""
        if self.buildings is None:
            return True
        if building is not None:
            return building in self.buildings
        if self.area is None or latitude is None or longitude is None:
            return False
        return bool(self.area.covers(Point(longitude, latitude)))


@dataclass(frozen=True)
class Found:
    """What of one room would move.

    Attributes:
        counts: part → how many, as `Follower.labels` names the parts.
        ids: what moves, by part: part of the seal, and what `carry` works on.
        warnings: what the office should know before it says yes.
        refusals: why it cannot be done as asked.
    """

    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    def of(self, part: str) -> list[int]:
        return self.ids.get(part, [])


class Follower(ABC):
    """One room's things that hang on a grid. `find` reads only and says all; `carry` moves just that."""

    key: str
    labels: ClassVar[dict[str, str | Promise]]
    """What the preview and the record call each part, in their order."""

    @abstractmethod
    def find(self, move: Move) -> Found:
        """What would move; called for the preview and once more under the locks."""

    def lock(self, move: Move, found: Found) -> None:  # noqa: B027 (few have anything to lock)
        """Lock the rows that move, before the grids are locked: in the order in which others take them."""

    @abstractmethod
    def carry(self, move: Move, found: Found, *, by: User, number: str) -> None:
        """Move what was found; `number` is the record's, for entries. Grids and posts stand as they will."""


_followers: dict[str, Follower] = {}


def register(*followers: Follower) -> None:
    """Let these follow every reshaping; called once in `AppConfig.ready`."""
    _followers.update({follower.key: follower for follower in followers})


def ordered() -> Collection[Follower]:
    """In the order of their rooms, the lowest first."""
    return _followers.values()
