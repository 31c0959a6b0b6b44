"""Reading the figures: what reports, the wall screen and the pages ask. Nothing here writes.

Whoever asks decides what a reader may see; `views.within` does for the pages.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Community, Grid, Line, today
from requests_app.models import Category, Ticket
from requests_app.statistics.models import AsOf, Cell
from requests_app.statistics.numbers import SUMMED, Numbers
from requests_app.statistics.spans import Span
from requests_app.statistics.terms import KEPT, Grain
from requests_app.workflow import LADDER, Source
from wangguan import clock

__all__ = ["NEVER", "Numbers", "Open", "Row", "Where", "as_of", "by", "figures", "now_open", "series"]

NEVER = datetime(2001, 1, 1, tzinfo=timezone.get_fixed_timezone(0))
"""Before this moment nothing was counted yet."""
DIMENSIONS = ("community", "grid", "category", "line", "source", "level")
M = TypeVar("M", Cell, Ticket)


@dataclass(frozen=True)
class Where:
    """Which matters are counted: primary keys of units and categories, values of the others; empty: all."""

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
        wanted = {
            f"community{key}": self.communities,
            f"grid{key}": self.grids,
            f"category{key}": self.categories,
            "source": self.sources,
            "level": self.levels,
        }
        q = Q(**{f"{column}__in": values for column, values in wanted.items() if values})
        if self.lines:
            of_line = Q(**{f"category{key}__in": Category.objects.filter(line__in=self.lines).values("pk")})
            none = Q(category=0) if not key else Q(category__isnull=True)
            q &= of_line | none if Line.LIVELIHOOD in self.lines else of_line
        return q


@dataclass(frozen=True)
class Row:
    """The figures of one unit, kind or level; `key` is what `Where` takes for it (0 or "" for none)."""

    key: int | str
    label: str
    numbers: Numbers = field(default_factory=Numbers)


@dataclass(frozen=True)
class Open:
    """What is open at this moment at one level."""

    level: str
    label: str
    open: int = 0
    overdue: int = 0
    due_today: int = 0


EVERYTHING = Where()


def as_of() -> datetime:
    """The moment to which the figures are exact; before `NEVER` when nothing was counted yet."""
    return AsOf.objects.values_list("at", flat=True).first() or NEVER - timedelta(days=365)


def figures(span: Span, where: Where = EVERYTHING) -> Numbers:
    """The figures of a span. One statement."""
    return Numbers.of(_cells(span, where).aggregate(**_sums()))


def series(step: str, span: Span, where: Where = EVERYTHING) -> list[tuple[Span, Numbers]]:
    """The figures of each day, week or month of a span, empty ones too. One statement."""
    rows = _cells(span, where).values("day").annotate(**_sums()).order_by()
    of_day: dict[date, Numbers] = {row["day"]: Numbers.of(row) for row in rows}
    found = []
    for piece in span.pieces(step):
        days = (piece.first + timedelta(days=n) for n in range(len(piece)))
        found.append((piece, sum((of_day[day] for day in days if day in of_day), Numbers())))
    return found


def by(dimension: str, span: Span, where: Where = EVERYTHING) -> list[Row]:
    """The figures of each community, grid, category, line, source or level, in the order of their codes.

    Every unit, line, source and level stands there, with nothing too; of categories only those with
    something. One statement, and one for the labels of units and categories.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"there is no dimension {dimension}")
    column = "category" if dimension == "line" else dimension
    rows = _cells(span, where, {column}).values(column).annotate(**_sums()).order_by()
    counted = {row[column]: Numbers.of(row) for row in rows}
    match dimension:
        case "community":
            return _of_units(Community.objects.all(), where.communities, counted)
        case "grid":
            within = Q(community__in=where.communities) if where.communities else Q()
            return _of_units(Grid.objects.filter(within), where.grids, counted)
        case "category":
            return _of_categories(counted)
        case "line":
            return _of_lines(counted, where)
        case "source":
            return [
                Row(s.value, str(s.label), counted.get(s.value, Numbers()))
                for s in Source
                if _asked(s, where.sources)
            ]
        case _:
            return [
                Row(e.value, str(e.label), counted.get(e.value, Numbers()))
                for e in LADDER
                if _asked(e, where.levels)
            ]


def now_open(where: Where = EVERYTHING) -> list[Open]:
    """What is open now at each level, read from the tickets themselves. One statement."""
    now = clock.now()
    midnight = timezone.make_aware(datetime.combine(today() + timedelta(days=1), datetime.min.time()))
    rows = Ticket.objects.open().filter(where.of_tickets(), about_staff=False).values("level")
    counts = rows.order_by().annotate(
        open=Count("id"),
        overdue=Count("id", filter=Q(due_at__lte=now)),
        due_today=Count("id", filter=Q(due_at__gt=now, due_at__lt=midnight)),
    )
    found = {row["level"]: row for row in counts}
    return [
        Open(label=str(level.label), **found.get(level.value, {"level": level.value})) for level in LADDER
    ]


def _cells(span: Span, where: Where, also: set[str] | frozenset[str] = frozenset()) -> QuerySet[Cell]:
    """The cells of the coarsest grain that keeps what is asked for."""
    kept = (where.dimensions | also) - {"community"}
    grain = next(grain for grain in Grain if kept <= KEPT[grain])
    return Cell.objects.filter(where.of_cells(), grain=grain, day__range=(span.first, span.last))


def _sums() -> dict[str, Any]:
    return {name: Sum(name) for name in SUMMED}


def _asked(value: str, wanted: Iterable[str]) -> bool:
    return not wanted or value in wanted


def _of_units(
    units: "QuerySet[Community] | QuerySet[Grid]", wanted: tuple[int, ...], counted: dict[int, Numbers]
) -> list[Row]:
    if wanted:
        units = units.filter(pk__in=wanted)
    named = units.order_by("code").values_list("pk", "name")
    rows = [Row(pk, name, counted.get(pk, Numbers())) for pk, name in named]
    return [*rows, Row(0, _("Elsewhere"), counted[0])] if 0 in counted else rows


def _of_categories(counted: dict[int, Numbers]) -> list[Row]:
    named = Category.objects.filter(pk__in=counted).order_by("parent__position", "position", "code")
    rows = [Row(pk, name, counted[pk]) for pk, name in named.values_list("pk", "name")]
    return [*rows, Row(0, _("Without a category"), counted[0])] if 0 in counted else rows


def _of_lines(counted: dict[int, Numbers], where: Where) -> list[Row]:
    line_of = dict(Category.objects.filter(pk__in=counted).values_list("pk", "line"))
    summed: dict[str, Numbers] = defaultdict(Numbers)
    for category, numbers in counted.items():
        summed[line_of.get(category, Line.LIVELIHOOD)] += numbers
    return [
        Row(line.value, str(line.label), summed[line.value]) for line in Line if _asked(line, where.lines)
    ]
