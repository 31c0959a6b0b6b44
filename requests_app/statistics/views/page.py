"""What the statistics page shows, made of a few readings of the figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access import Scope
from grids.models import today
from requests_app.statistics import charts, queries, read
from requests_app.statistics.definitions import COUNTS, HOURS, MORE_RATES, PER_HEAD, THREE_RATES, Definition
from requests_app.statistics.forms import Asked
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.read import Row
from requests_app.suppress import FEWEST, Rate
from requests_app.whistles.figures import Department, by_department

TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class RateCard:
    """A rate with what it is made of, what it was, and what the street's is where that may be told."""

    definition: Definition
    rate: Rate
    part_url: str
    whole_url: str
    before: float | None
    year_before: float | None
    street: float | None = None

    @property
    def before_points(self) -> float | None:
        """Percentage points above the span before."""
        return _points(self.rate.percent, self.before)

    @property
    def year_points(self) -> float | None:
        """Percentage points above the same days a year earlier."""
        return _points(self.rate.percent, self.year_before)


@dataclass(frozen=True)
class CountCard:
    definition: Definition
    value: float | int | None
    url: str
    before: float | int | None
    year_before: float | int | None


@dataclass(frozen=True)
class TableRow:
    """One unit, kind or level: volume beside the rates, and the way to the same page of it alone.

    `behind` lacks only the name of a measure; empty where the row has no key of its own.
    """

    label: str
    numbers: Numbers
    url: str
    behind: str
    per_head: float | None = None


@dataclass(frozen=True)
class Table:
    """`name` is the dimension; `by_head` tells whether residents are known there."""

    name: str
    heading: str
    first: str
    rows: list[TableRow] = field(default_factory=list)
    by_head: bool = False


class Page:
    """Everything counted for one question; the number of statements does not depend on the answer."""

    def __init__(self, asked: Asked, scope: Scope) -> None:
        self.asked, self.scope = asked, scope
        self.span, self.where = asked.span, asked.where
        self.series = read.series(asked.step, self.span, self.where)
        self.now = sum((numbers for _piece, numbers in self.series), Numbers())
        self.before = read.figures(self.span.before(), self.where)
        self.year_before = read.figures(self.span.year_before(), self.where)

    def context(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "span": self.span,
            "before": self.span.before(),
            "year_before": self.span.year_before(),
            "as_of": read.as_of(),
            "never": read.NEVER,
            "numbers": self.now,
            "three": self.rates(THREE_RATES),
            "more": self.rates(MORE_RATES),
            "counts": [*self.counts(), self.hours(), self.per_head()],
            "series": self.series,
            "volumes": charts.volumes(self.series),
            "lines": charts.rates(self.series),
            "tables": self.tables(),
            "departments": self.departments(),
            "fewest": FEWEST,
            "compares_with_street": not self.scope.everywhere,
            "street_is_shown": bool(self.street),
            "query": self.asked.query,
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

    # --- cards ---------------------------------------------------------------------------
    def rates(self, definitions: Sequence[Definition]) -> list[RateCard]:
        return [
            RateCard(
                definition,
                getattr(self.now, definition.name),
                self._behind(definition.part),
                self._behind(definition.whole),
                getattr(self.before, definition.name).percent,
                getattr(self.year_before, definition.name).percent,
                self._street_rate(definition.name),
            )
            for definition in definitions
        ]

    def _street_rate(self, name: str) -> float | None:
        if self.street is None:
            return None
        rest: Rate = getattr(self.street - self.now, name)
        whole: Rate = getattr(self.street, name)
        return None if rest.percent is None else whole.percent

    def counts(self) -> list[CountCard]:
        return [self._count(definition, _reader(definition.name)) for definition in COUNTS]

    def hours(self) -> CountCard:
        return self._count(HOURS, _reader(HOURS.name))

    def per_head(self) -> CountCard:
        return self._count(PER_HEAD, self._per_head)

    def _count(self, definition: Definition, value: Any) -> CountCard:
        of = {"now": self.now, "before": self.before, "year": self.year_before}
        values = {name: value(numbers) for name, numbers in of.items()}
        return CountCard(
            definition, values["now"], self._behind(definition.measure), values["before"], values["year"]
        )

    def _per_head(self, numbers: Numbers) -> float | None:
        """For the units asked about; with another filter too it still counts all who live there."""
        where = self.where
        people = queries.residents_of("grid" if where.grids else "community")
        wanted = where.grids or where.communities or tuple(people)
        return per_head(numbers, sum(people.get(key, 0) for key in wanted))

    # --- tables --------------------------------------------------------------------------
    def tables(self) -> list[Table]:
        units = "grid" if self.where.communities or self.where.grids else "community"
        of_units, of_source, of_level = (
            read.by(name, self.span, self.where) for name in (units, "source", "level")
        )
        of_category, of_line = read.kinds(self.span, self.where)
        return [
            self._table(units, _("By grid") if units == "grid" else _("By community"), of_units),
            self._table("category", _("By category"), of_category),
            self._table("line", _("By line of work"), of_line),
            self._table("source", _("By source"), of_source),
            self._table("level", _("By the level that holds it"), of_level),
        ]

    def departments(self) -> list[tuple[Department, Rate]]:
        """How departments came when called, each with its rate in time; for the street alone."""
        if not self.scope.everywhere:
            return []
        called = by_department(self.span.first, self.span.last)
        return [(department, Rate(department.in_time, department.called)) for department in called]

    def _table(self, name: str, heading: str, found: Sequence[Row]) -> Table:
        first = {
            "grid": _("Grid"), "community": _("Community"), "category": _("Category"),
            "line": _("Line of work"), "source": _("Source"), "level": _("Level"),
        }[name]  # fmt: skip
        people = queries.residents_of(name) if name in ("grid", "community") else {}
        rows = [self._row(name, row, people) for row in found]
        return Table(name, heading, first, rows, by_head=bool(people))

    def _row(self, name: str, row: Row, people: Mapping[int, int]) -> TableRow:
        alone = self._with(**{name: row.key}) if row.key else ""
        return TableRow(
            row.label,
            row.numbers,
            f"?{alone}" if alone else "",
            f"{reverse('statistics_behind')}?{alone}&measure=" if alone else "",
            per_head(row.numbers, people.get(int(row.key), 0)) if people else None,
        )

    def _behind(self, measure: str) -> str:
        return f"{reverse('statistics_behind')}?{self._with(measure=measure)}"

    def _with(self, **more: object) -> str:
        return "&".join(part for part in (_without(self.asked.query, more), urlencode(more)) if part)


def _without(query: str, names: Mapping[str, object]) -> str:
    """An address's query less some fields."""
    return "&".join(part for part in query.split("&") if part and part.split("=")[0] not in names)


def per_head(numbers: Numbers, people: int) -> float | None:
    """Matters told for every 10,000 residents; None where nobody is registered."""
    return round(numbers.arrived * TEN_THOUSAND / people, 1) if people else None


def own_cards(numbers: Numbers) -> dict[str, Any]:
    """A person's own rates and counts."""
    return {
        "rates": [(d, getattr(numbers, d.name)) for d in (*THREE_RATES, *MORE_RATES)],
        "counts": [(d, getattr(numbers, d.name)) for d in (*COUNTS, HOURS)],
    }


def _reader(name: str) -> Callable[[Numbers], Any]:
    return lambda numbers: getattr(numbers, name)


def _points(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else round(now - then, 1)
