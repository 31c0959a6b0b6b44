"""The whole street: every grid that has no homes or venues yet is filled, in one transaction."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from grids.demo import OnlyInDemo
from grids.models import Building, Grid, GridKind, Post, Role, today
from residents.demo import copying
from residents.demo.homes import Ground, Homes, House
from residents.demo.rounds import Almanac
from residents.demo.rows import Book, HouseholdRow, ResidentRow, VenueRow, VisitRow
from residents.demo.visits import Rounds
from residents.models import Dwelling
from wangguan.workdays import current_calendar


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
    almanac = Almanac(today(), current_calendar())
    with transaction.atomic():
        copying.lock()
        book = Book(copying.first_keys())
        for ground in grounds(codes):
            fill(ground, book=book, almanac=almanac)
            loaded.count(book)
            copying.write(book)
        copying.go_on_after(book)
    if loaded:
        copying.analyze()
    return loaded


def fill(ground: Ground, *, book: Book, almanac: Almanac) -> None:
    """Everything of one residential grid."""
    homes = Homes(ground, book=book, almanac=almanac).make()
    Rounds(ground, book=book, almanac=almanac).make(homes)


def grounds(codes: set[str] | None = None) -> Iterator[Ground]:
    """The residential grids that have buildings and no homes yet, in the order of their codes."""
    houses = defaultdict(list)
    for row in Building.objects.order_by("id"):
        houses[row.grid_id].append(House(row.pk, row.entrances, row.latitude, row.longitude, row.address))
    people = _people()
    filled = set(Dwelling.objects.values_list("building__grid", flat=True).distinct())
    residential = Grid.objects.filter(kind=GridKind.RESIDENTIAL).order_by("code").defer("boundary")
    for number, grid in enumerate(residential):
        if grid.pk in filled or (codes is not None and grid.code not in codes):
            continue
        if staff := people.get(grid.pk):
            yield Ground(
                id=grid.pk,
                code=grid.code,
                number=number,
                planned=grid.planned_households or 0,
                houses=tuple(houses[grid.pk]),
                worker=staff.get(Role.FULL_TIME_WORKER) or staff[Role.GRID_LEADER],
                leader=staff.get(Role.GRID_LEADER) or staff[Role.FULL_TIME_WORKER],
            )


def _people() -> dict[int, dict[str, int]]:
    """Grid → role → who serves it (keys)."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    posts = Post.objects.current().filter(role__in=(Role.GRID_LEADER, Role.FULL_TIME_WORKER))
    for grid, role, user in posts.order_by("id").values_list("grid", "role", "user"):
        found[grid].setdefault(role, user)
    return found
