"""What the statistics page shows, made of a few readings of the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access import Scope
from grids.models import today
from requests_app.statistics import queries, read
from requests_app.statistics.definitions import PER_HEAD
from requests_app.statistics.forms import Asked
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.read import Row
from requests_app.statistics.spans import Span
from requests_app.statistics.views.figures import CountCard, Figures
from requests_app.suppress import Rate
from requests_app.whistles.figures import Department, by_department

TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class TableRow:
    """One unit, kind or level: volume beside the rates, and the way to the same page of it alone.

    Attributes:
        url: the same page of it alone; empty where nobody can ask for it.
        behind: the matters of a measure, of which only the name is wanting.
        earlier: what it was in the span compared with.
    """

    label: str
    numbers: Numbers
    url: str
    behind: str
    per_head: float | None = None
    earlier: Numbers | None = None


@dataclass(frozen=True)
class Table:
    """`name` is the dimension; `by_head` tells whether residents are known there."""

    name: str
    heading: str
    first: str
    rows: list[TableRow] = field(default_factory=list)
    by_head: bool = False


class Page(Figures):
    """Everything counted for one question; the number of statements does not depend on the answer."""

    def __init__(self, asked: Asked, scope: Scope) -> None:
        self.scope, self.where = scope, asked.where
        super().__init__(
            asked,
            read.series(asked.step, asked.span, asked.where),
            before=read.figures(asked.span.before(), asked.where),
            year_before=read.figures(asked.span.year_before(), asked.where),
            behind=reverse("statistics_behind"),
        )

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "tables": self.tables(),
            "departments": self.departments(),
            "compares_with_street": not self.scope.everywhere,
            "street_is_shown": bool(self.street),
        }

    @cached_property
    def street(self) -> Numbers | None:
        """The whole street's figures for somebody of a community (decision 0027).

        Only of a whole month that is over and without a filter, so that no two answers differ by a few
        matters, and only what the rest of the street has `FEWEST` cases of.
        """
        whole_month = self.span.is_month and self.span.last < today()
        own = set(self.where.communities) == self.scope.communities
        if self.scope.everywhere or self.asked.is_filtered or not whole_month or not own:
            return None
        return read.figures(self.span)

    def street_rate(self, name: str) -> float | None:
        if self.street is None:
            return None
        rest: Rate = getattr(self.street - self.now, name)
        whole: Rate = getattr(self.street, name)
        return None if rest.percent is None else whole.percent

    def counts(self) -> list[CountCard]:
        return [*super().counts(), self.count(PER_HEAD, self._per_head)]

    def _per_head(self, numbers: Numbers) -> float | None:
        """For the units asked about; with another filter too it still counts all who live there."""
        where = self.where
        people = queries.residents_of("grid" if where.grids else "community")
        wanted = where.grids or where.communities or tuple(people)
        return per_head(numbers, sum(people.get(key, 0) for key in wanted))

    # --- tables --------------------------------------------------------------------------
    def tables(self) -> list[Table]:
        now = self._by(self.span)
        earlier = self._by(self.asked.against.span(self.span)) if self.asked.against else {}
        return [self._table(name, rows, earlier.get(name, [])) for name, rows in now.items()]

    def _by(self, span: Span) -> dict[str, list[Row]]:
        """The rows of each table."""
        units = "grid" if self.where.communities or self.where.grids else "community"
        categories, lines = read.kinds(span, self.where)
        return {
            units: read.by(units, span, self.where),
            "category": categories,
            "line": lines,
            "source": read.by("source", span, self.where),
            "level": read.by("level", span, self.where),
        }

    def departments(self) -> list[tuple[Department, Rate, str]]:
        """How departments came when called: each, its rate in time, and the way to its whistles.

        For the street alone; the address lacks only the name of what is counted.
        """
        if not self.scope.everywhere:
            return []
        days = {"first": self.span.first.isoformat(), "last": self.span.last.isoformat()}
        return [
            (department, Rate(department.in_time, department.called), _whistles(department, days))
            for department in by_department(self.span.first, self.span.last)
        ]

    def _table(self, name: str, found: Sequence[Row], earlier: Sequence[Row]) -> Table:
        heading, first = {
            "grid": (_("By grid"), _("Grid")),
            "community": (_("By community"), _("Community")),
            "category": (_("By category"), _("Category")),
            "line": (_("By line of work"), _("Line of work")),
            "source": (_("By source"), _("Source")),
            "level": (_("By the level that holds it"), _("Level")),
        }[name]
        people = queries.residents_of(name) if name in ("grid", "community") else {}
        then = {row.key: row.numbers for row in earlier}
        rows = [self._row(name, row, people, then) for row in found]
        return Table(name, heading, first, rows, by_head=bool(people))

    def _row(
        self, name: str, row: Row, people: Mapping[int, int], then: Mapping[int | str, Numbers]
    ) -> TableRow:
        alone = self.narrowed(**{name: row.key})
        return TableRow(
            row.label,
            row.numbers,
            f"?{alone}",
            f"{self.page_behind}?{alone}&measure=",
            per_head(row.numbers, people.get(int(row.key), 0)) if people else None,
            then.get(row.key, Numbers()) if self.asked.against else None,
        )


def _whistles(department: Department, days: Mapping[str, str]) -> str:
    return f"{reverse('whistles')}?{urlencode({'department': department.pk, **days})}&came="


def per_head(numbers: Numbers, people: int) -> float | None:
    """Matters told for every 10,000 residents; None where nobody is registered."""
    return round(numbers.arrived * TEN_THOUSAND / people, 1) if people else None
