"""How far each community is: firms counted by the same selections that the list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import Community, User
from partybuilding.organisations.coverage import Covered, Ground, Within, near
from partybuilding.organisations.coverage import by_community as covered_by_community
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import SELECTIONS, STANDS, which

COUNTED = ("", "done", "advised", "own", "joint", "three")
"""Names of `queries.SELECTIONS`, in the order of the table's columns."""


@dataclass(frozen=True)
class Row:
    """One community, or all of them where `code` is empty; a number for each name of `COUNTED`."""

    code: str
    name: str
    numbers: tuple[tuple[str, int], ...]

    @property
    def share(self) -> int | None:
        """Per cent of the firms whose members stand in a branch, rounded down; None without firms."""
        counts = dict(self.numbers)
        return 100 * (counts["own"] + counts["joint"]) // counts[""] if counts[""] else None


def by_community(user: User) -> list[Row]:
    """Every community that this person sees, in the order of codes, with zeros; two queries."""
    counts = {_column(name): Count("pk", filter=which(name)) for name in COUNTED}
    firms = Firm.objects.visible_to(user).order_by().values("community").annotate(**counts)
    found = {row["community"]: row for row in firms}
    units = doors.admin_scope(user).limit(Community.objects.all(), "pk")
    communities = units.order_by("code").values_list("pk", "code", "name")
    return [Row(code, name, _numbers(found.get(pk, {}))) for pk, code, name in communities]


def total(rows: list[Row], label: str) -> Row:
    """The sum of these rows."""
    sums = tuple((name, sum(dict(row.numbers)[name] for row in rows)) for name in COUNTED)
    return Row("", label, sums)


def headings() -> list[str]:
    return [str(SELECTIONS[name][0]) for name in COUNTED]


def _numbers(row: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((name, row.get(_column(name), 0)) for name in COUNTED)


def _column(name: str) -> str:
    return f"count_{name or 'all'}"


# --- beside grids and estates (organisations.coverage) ---------------------------------------
def _counted(within: Within) -> Mapping[int, Covered]:
    return covered_by_community(near(Firm.objects.selected(""), within), STANDS)


def _lacking(within: Within) -> list[tuple[str, str]]:
    rows = near(Firm.objects.selected("").exclude(STANDS), within).order_by("community__code", "pk")
    return list(rows.values_list("name", "community__name"))


FIRMS = Ground(
    "firms",
    _("Firms and sites"),
    _("Firms and sites whose own or joint branch stands ÷ firms and sites that are still here."),
    _counted,
    _lacking,
)
