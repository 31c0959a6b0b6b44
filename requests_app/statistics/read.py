"""Reading the figures: what reports, the wall screen and the pages ask. Nothing here writes.

Whoever asks decides what a reader may see; `views.within` does for the pages.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, BigIntegerField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Community, Grid, Line
from requests_app.models import Category, Ticket
from requests_app.statistics.models import AsOf, Cell
from requests_app.statistics.numbers import SUMMED, Numbers
from requests_app.statistics.spans import Span
from requests_app.statistics.terms import KEPT, Grain
from requests_app.waiting import Open, open_by_level
from requests_app.workflow import LADDER, Source
from wangguan import clock

__all__ = [
    "NEVER",
    "NONE",
    "Numbers",
    "Open",
    "Row",
    "Where",
    "as_of",
    "by",
    "figures",
    "now_open",
    "pieces",
    "series",
    "total",
]

NEVER = datetime(2001, 1, 1, tzinfo=timezone.get_fixed_timezone(0))
"""Before this moment nothing was counted yet."""
NONE = 0
"""In place of a key: no unit, no category."""
DIMENSIONS = ("community", "grid", "category", "line", "source", "level")


@dataclass(frozen=True)
class Where:
    """Which matters are counted: primary keys of units and categories, values of the others; empty: all.

    The key `NONE` stands for matters of no community, grid or category.
    """

    communities: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def dimensions(self) -> set[str]:
        """What a cell must keep for this to be answered, community left aside."""
        asked = {
            "grid": self.grids,
            "category": self.categories or self.lines,
            "source": self.sources,
            "level": self.levels,
        }
        return {name for name, values in asked.items() if values}

    def of_cells(self) -> Q:
        return self._q("")

    def of_tickets(self) -> Q:
        return self._q("_id")

    def _q(self, key: str) -> Q:
        """`key` is what follows the name of a column that holds a primary key."""
        units = {"community": self.communities, "grid": self.grids, "category": self.categories}
        q = Q(**{f"{column}__in": values for column, values in self._words.items() if values})
        for column, values in units.items():
            if values:
                q &= _one_of(f"{column}{key}", values, of_null=bool(key))
        if self.lines:
            of_line = Q(**{f"category{key}__in": Category.objects.filter(line__in=self.lines).values("pk")})
            none = Q(category=0) if not key else Q(category__isnull=True)
            q &= of_line | none if Line.LIVELIHOOD in self.lines else of_line
        return q

    @property
    def _words(self) -> dict[str, tuple[str, ...]]:
        return {"source": self.sources, "level": self.levels}


def _one_of(column: str, keys: tuple[int, ...], *, of_null: bool) -> Q:
    """`NONE` stands for itself in a cell, and for null in a ticket."""
    chosen = Q(**{f"{column}__in": keys})
    return chosen | Q(**{f"{column}__isnull": True}) if of_null and NONE in keys else chosen


@dataclass(frozen=True)
class Row:
    """The figures of one unit, kind or level; `key` is what `Where` takes for it (0 or "" for none), `code`
    what other systems call it (empty for none).
    """

    key: int | str
    label: str
    numbers: Numbers = field(default_factory=Numbers)
    code: str = ""


class Sums(Aggregate):
    """Every measure summed, one array in the order of `SUMMED`: Django writes it in a tenth of the time."""

    template = "ARRAY[SUM(%(expressions)s)]::bigint[]"
    arg_joiner = "), SUM("
    output_field = ArrayField(BigIntegerField())

    def __init__(self) -> None:
        super().__init__(*SUMMED)


EVERYTHING = Where()


def as_of() -> datetime:
    """The moment to which the figures are exact; before `NEVER` when nothing was counted yet."""
    return AsOf.objects.values_list("at", flat=True).first() or NEVER - timedelta(days=365)


def figures(span: Span, where: Where = EVERYTHING) -> Numbers:
    """The figures of a span. One statement."""
    return Numbers.summed(_cells(span, where).aggregate(sums=Sums())["sums"])


def series(step: str, span: Span, where: Where = EVERYTHING) -> list[tuple[Span, Numbers]]:
    """The figures of each day, week or month of a span, empty ones too. One statement."""
    return pieces(_summed("day", _cells(span, where)), step, span)


def pieces(of_day: Mapping[date, Numbers], step: str, span: Span) -> list[tuple[Span, Numbers]]:
    """Figures of days, put together to the days, weeks or months of a span."""
    return [(piece, total(of_day, piece)) for piece in span.pieces(step)]


def total(of_day: Mapping[date, Numbers], span: Span) -> Numbers:
    """Figures of days, put together to those of a span."""
    days = (span.first + timedelta(days=n) for n in range(len(span)))
    return Numbers.together(of_day[day] for day in days if day in of_day)


def by(dimension: str, span: Span, where: Where = EVERYTHING) -> list[Row]:
    """The figures of each community, grid, category, line, source or level, in the order of their codes.

    Every unit, line, source and level stands there, with nothing too; of categories only those with
    something. One statement, and one for the labels of units and categories.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"there is no dimension {dimension}")
    if dimension in ("category", "line"):
        return kinds(span, where)[("category", "line").index(dimension)]
    counted = _summed(dimension, _cells(span, where, {dimension}))
    match dimension:
        case "community":
            return _of_units(Community.objects.all(), where.communities, counted)
        case "grid":
            within = Q(community__in=where.communities) if where.communities else Q()
            return _of_units(Grid.objects.filter(within), where.grids, counted)
        case "source":
            return [
                Row(s.value, str(s.label), counted.get(s.value, Numbers()), s.value)
                for s in Source
                if _asked(s, where.sources)
            ]
        case _:
            return [
                Row(e.value, str(e.label), counted.get(e.value, Numbers()), e.value)
                for e in LADDER
                if _asked(e, where.levels)
            ]


def kinds(span: Span, where: Where = EVERYTHING) -> tuple[list[Row], list[Row]]:
    """The figures of each category and of each line of work, from one reading of both. Two statements."""
    counted = _summed("category", _cells(span, where, {"category"}))
    named = Category.objects.filter(pk__in=counted).order_by("parent__position", "position", "code")
    categories, of_line = [], defaultdict[str, Numbers](Numbers)
    for pk, name, line, code in named.values_list("pk", "name", "line", "code"):
        categories.append(Row(pk, name, counted[pk], code))
        of_line[line] += counted.pop(pk)
    if counted:
        unnamed = Numbers.together(counted.values())
        categories.append(Row(NONE, _("Without a category"), unnamed))
        of_line[Line.LIVELIHOOD] += unnamed
    lines = [
        Row(line.value, str(line.label), of_line[line], line.value)
        for line in Line
        if _asked(line, where.lines)
    ]
    return categories, lines


def now_open(where: Where = EVERYTHING) -> list[Open]:
    """What is open at this moment at each level, read from the tickets themselves. One statement."""
    shown = Ticket.objects.open().filter(where.of_tickets(), about_staff=False)
    return open_by_level(shown, at=clock.now())


def _cells(span: Span, where: Where, also: set[str] | frozenset[str] = frozenset()) -> QuerySet[Cell]:
    """The cells of the coarsest grain that keeps what is asked for."""
    kept = where.dimensions | also
    if kept == {"category"} and not where.communities:
        grain = Grain.STREET_CATEGORY
    else:
        grain = next(grain for grain in KEPT if kept - {"community"} <= KEPT[grain])
    return Cell.objects.filter(where.of_cells(), grain=grain, day__range=(span.first, span.last))


def _summed(column: str, cells: QuerySet[Cell]) -> dict[Any, Numbers]:
    """The figures by what stands in one column. One statement."""
    rows = cells.values(column).annotate(sums=Sums()).values_list(column, "sums").order_by()
    return {value: Numbers.summed(sums) for value, sums in rows}


def _asked(value: str, wanted: Iterable[str]) -> bool:
    return not wanted or value in wanted


def _of_units(
    units: "QuerySet[Community] | QuerySet[Grid]", wanted: tuple[int, ...], counted: dict[int, Numbers]
) -> list[Row]:
    if wanted:
        units = units.filter(pk__in=wanted)
    named = units.order_by("code").values_list("pk", "name", "code")
    rows = [Row(pk, name, counted.get(pk, Numbers()), code) for pk, name, code in named]
    return [*rows, Row(NONE, _("Elsewhere"), counted[NONE])] if NONE in counted else rows
