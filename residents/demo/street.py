"""The whole street: every grid that has no homes or venues yet is filled, in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from django.conf import settings
from django.db import transaction

from grids.demo import OnlyInDemo
from grids.models import Building, Grid, GridKind, Post, Role, today
from residents.demo import copying
from residents.demo.errands import Errands
from residents.demo.homes import Ground, Homes, House
from residents.demo.premises import Item, Premises
from residents.demo.rounds import Almanac
from residents.demo.rows import Book, HouseholdRow, ResidentRow, VenueRow, VisitRow
from residents.demo.visits import Rounds
from residents.models import CheckItem, Dwelling, Venue
from wangguan.workdays import current_calendar

Checklists = Mapping[str, Sequence[Item]]


@dataclass
class Loaded:
    """What was written."""

    households: int = 0
    residents: int = 0
    visits: int = 0
    venues: int = 0

    def __bool__(self) -> bool:
        return bool(self.households or self.venues)

    def count(self, book: Book) -> None:
        self.households += len(book.of(HouseholdRow))
        self.residents += len(book.of(ResidentRow))
        self.visits += len(book.of(VisitRow))
        self.venues += len(book.of(VenueRow))


def load(*, codes: set[str] | None = None) -> Loaded:
    """Fill the grids that are empty (only those with these codes, if given); all of them or none.

    Raises:
        OnlyInDemo: `settings.DEMO` is off.
    """
    if not settings.DEMO:
        raise OnlyInDemo("invented people live only where DEMO=1")
    loaded = Loaded()
    almanac, lists = Almanac(today(), current_calendar()), checklists()
    with transaction.atomic():
        copying.lock()
        book = Book(copying.first_keys())
        for ground in _empty(codes):
            fill(ground, book=book, almanac=almanac, checklists=lists)
            loaded.count(book)
            copying.write(book)
        copying.go_on_after(book)
    if loaded:
        copying.analyze()
    return loaded


def fill(ground: Ground, *, book: Book, almanac: Almanac, checklists: Checklists) -> None:
    """Everything of one grid."""
    if ground.is_dedicated:
        Premises(ground, book=book, almanac=almanac, checklists=checklists).make()
        return
    homes = Homes(ground, book=book, almanac=almanac).make()
    Rounds(ground, book=book, almanac=almanac).make(homes)
    Errands(ground, book=book, almanac=almanac).make(homes)


def _empty(codes: set[str] | None) -> Iterator[Ground]:
    """The grids with buildings and staff that hold no homes or venues yet, in the order of their codes."""
    filled = {
        *Dwelling.objects.values_list("building__grid", flat=True).distinct(),
        *Venue.objects.values_list("grid", flat=True).distinct(),
    }
    for ground in grounds():
        if ground.id not in filled and (codes is None or ground.code in codes):
            yield ground


def grounds() -> Iterator[Ground]:
    """Every grid that has buildings and somebody to serve it, numbered among those of its kind."""
    houses = defaultdict(list)
    for row in Building.objects.order_by("id"):
        houses[row.grid_id].append(House(row.pk, row.entrances, row.latitude, row.longitude, row.address))
    staff, numbers = _Staff(), {kind: count() for kind in GridKind.values}
    for grid in Grid.objects.order_by("code").defer("boundary"):
        number, worker = next(numbers[grid.kind]), staff.worker(grid)
        if houses[grid.pk] and worker:
            yield Ground(
                id=grid.pk,
                code=grid.code,
                number=number,
                planned=grid.planned_households or 0,
                houses=tuple(houses[grid.pk]),
                worker=worker,
                leader=staff.leader(grid) or worker,
                is_dedicated=grid.kind == GridKind.DEDICATED,
            )


class _Staff:
    """Who serves today (keys of people); the community steps in where nobody serves the grid."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, int | None], int] = {}
        posts = Post.objects.current().order_by("id").values_list("role", "grid", "community", "user")
        for role, grid, community, user in posts:
            self._of.setdefault((role, grid or community), user)

    def worker(self, grid: Grid) -> int | None:
        return self._of.get((Role.FULL_TIME_WORKER, grid.pk)) or self.leader(grid)

    def leader(self, grid: Grid) -> int | None:
        return self._of.get((Role.GRID_LEADER, grid.pk)) or self._of.get(
            (Role.COMMUNITY_STAFF, grid.community_id)
        )


def checklists() -> Checklists:
    """Kind of venue → the items of its list that are in use."""
    found: dict[str, list[Item]] = defaultdict(list)
    for row in CheckItem.objects.filter(is_used=True).order_by("kind", "order", "id"):
        found[row.kind].append(Item(row.pk, row.words, row.category))
    return found
