"""Where the Party is and where it is not: grounds with and without a branch, counted per community.

Each ground says what it counts. Rooms above register theirs (firms: `partybuilding.sectors`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Estate, Grid
from partybuilding.organisations.models import Organisation, Project

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Covered:
    """How many grounds of one sort there are, and on how many a branch stands."""

    whole: int = 0
    covered: int = 0

    @property
    def without(self) -> int:
        return self.whole - self.covered

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None where there is no ground."""
        return self.covered * 100 // self.whole if self.whole else None

    def __add__(self, other: "Covered") -> "Covered":
        return Covered(self.whole + other.whole, self.covered + other.covered)


Within = Collection[int] | None
"""Communities (keys) that are looked at; None: all of them."""


@dataclass(frozen=True)
class Ground:
    """One sort of place an organisation may stand on.

    Attributes:
        counted: community (key) → how many, with and without, among these communities; one statement.
        lacking: names of those without a branch, in the order of their codes, among these communities.
    """

    key: str
    label: Promise
    definition: Promise
    counted: Callable[[Within], Mapping[int, Covered]]
    lacking: Callable[[Within], list[tuple[str, str]]]


_grounds: dict[str, Ground] = {}


def register(ground: Ground) -> None:
    """Offer a sort of ground; called once in `AppConfig.ready`, in the order of the page."""
    _grounds.setdefault(ground.key, ground)


def grounds() -> list[Ground]:
    return list(_grounds.values())


def of(key: str) -> Ground | None:
    return _grounds.get(key)


@dataclass(frozen=True)
class Row:
    """One community, or all of them together (`community` None), ground by ground."""

    community: Community | None
    cells: list[tuple[Ground, Covered]]


def table(within: Within) -> list[Row]:
    """Each community in the order of its code, then all of them; a statement per ground and one more."""
    counted = [(ground, ground.counted(within)) for ground in grounds()]
    communities = Community.objects.defer("boundary").order_by("code")
    rows = [
        Row(community, [(ground, numbers.get(community.pk, Covered())) for ground, numbers in counted])
        for community in (communities if within is None else communities.filter(pk__in=within))
    ]
    total = [(ground, sum(numbers.values(), Covered())) for ground, numbers in counted]
    return [*rows, Row(None, total)] if len(rows) > 1 else rows


# --- the grounds of this room ---------------------------------------------------------------
def _standing(on: str) -> Exists:
    """A branch stands on the row in hand; `on`: the organisation's field that names such rows."""
    return Exists(Organisation.objects.giving_a_branch().filter(**{on: OuterRef("pk")}))


def by_community(rows: QuerySet[Any], there: Exists | Q) -> dict[int, Covered]:
    """Community → how many rows, and of how many `there` is true. One statement."""
    counts = {"whole": Count("pk"), "covered": Count("pk", filter=Q(there))}
    sums = rows.order_by().values("community").annotate(**counts)
    return {row["community"]: Covered(row["whole"], row["covered"]) for row in sums}


def near(rows: QuerySet[M], within: Within) -> QuerySet[M]:
    """Those of these communities."""
    return rows if within is None else rows.filter(community__in=within)


def _grids(within: Within) -> Mapping[int, Covered]:
    return by_community(near(Grid.objects.in_force(), within), _standing("grids"))


def _grids_without(within: Within) -> list[tuple[str, str]]:
    rows = near(Grid.objects.in_force().filter(~_standing("grids")), within)
    return list(rows.order_by("code").values_list("name", "code"))


def _estates(within: Within) -> Mapping[int, Covered]:
    return by_community(near(Estate.objects.all(), within), _standing("estate"))


def _estates_without(within: Within) -> list[tuple[str, str]]:
    rows = near(Estate.objects.filter(~_standing("estate")), within)
    return list(rows.order_by("community__code", "name").values_list("name", "community__name"))


def _running() -> QuerySet[Project]:
    return Project.objects.running().filter(community__isnull=False)


def _projects(within: Within) -> Mapping[int, Covered]:
    return by_community(near(_running(), within), _standing("project"))


def _projects_without(within: Within) -> list[tuple[str, str]]:
    rows = near(_running().filter(~_standing("project")), within)
    return list(rows.order_by("due_on", "pk").values_list("name", "place"))


GRIDS = Ground(
    "grids",
    _("Grids"),
    _("Grids in force on which a branch or a general branch stands ÷ grids in force."),
    _grids,
    _grids_without,
)
ESTATES = Ground(
    "estates",
    _("Estates"),
    _("Residential estates with a branch or a general branch of their own ÷ residential estates."),
    _estates,
    _estates_without,
)
PROJECTS = Ground(
    "projects",
    _("Key projects"),
    _("Running key projects of communities on which a branch stands ÷ running key projects of communities."),
    _projects,
    _projects_without,
)
