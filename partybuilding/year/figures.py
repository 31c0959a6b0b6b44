"""The page's figures: chapters of columns, each with its definition, counted per community and year.

Rooms below know nothing of it; `chapters` reads their rows. A unit's key is its community's, None for what
belongs to the whole street.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids.models import Community, today
from partybuilding.organisations.coverage import Covered
from wangguan import clock

Value = int | Decimal | Covered
"""A count, hours, or so many of so many."""
Values = tuple[Value, ...]
Within = Collection[int] | None
"""Communities (keys) that are looked at; None: all of them, and the street itself."""


@dataclass(frozen=True)
class Span:
    """A year, as far as it has gone: both days are included."""

    year: int

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return min(date(self.year, 12, 31), today())

    @property
    def days(self) -> tuple[date, date]:
        """Both ends, as a `__range` takes them."""
        return self.first, self.last

    @property
    def end(self) -> datetime:
        """The moment up to which things have happened: the year's last, or now."""
        close = timezone.make_aware(datetime.combine(self.last, time.max))
        return min(close, clock.now())

    @property
    def is_over(self) -> bool:
        return self.year < today().year


@dataclass(frozen=True)
class Column:
    """What one column counts; `empty` is the value where nothing was found, and says of which sort it is."""

    label: str | Promise
    definition: str | Promise
    empty: Value = 0


Read = Callable[[Span, Within], Mapping[int | None, Values]]


@dataclass(frozen=True)
class Chapter:
    """Columns that one room fills.

    Attributes:
        read: unit → a value per column, among these communities; units with nothing are left out.
    """

    key: str
    label: str | Promise
    columns: tuple[Column, ...]
    read: Read


@dataclass(frozen=True)
class Row:
    """A community, the street itself, or all together (`is_total`)."""

    name: str
    values: Values
    is_total: bool = False


def tables(chapters: Iterable[Chapter], span: Span, within: Within) -> list[tuple[Chapter, list[Row]]]:
    """Every chapter with its lines: communities by their codes, the street where it has a part, then all
    together. One statement besides the chapters' own.
    """
    communities = _communities(within)
    return [(chapter, _rows(chapter, chapter.read(span, within), communities)) for chapter in chapters]


def _rows(
    chapter: Chapter, found: Mapping[int | None, Values], communities: list[tuple[int, str]]
) -> list[Row]:
    empty = tuple(column.empty for column in chapter.columns)
    rows = [Row(name, found.get(key, empty)) for key, name in communities]
    if None in found:
        rows.append(Row(_("The street itself"), found[None]))
    if len(rows) > 1:
        rows.append(Row(_("Together"), _sums(rows, empty), is_total=True))
    return rows


def _communities(within: Within) -> list[tuple[int, str]]:
    rows = Community.objects.all() if within is None else Community.objects.filter(pk__in=within)
    return list(rows.order_by("code").values_list("pk", "name"))


def _sums(rows: Iterable[Row], empty: Values) -> Values:
    columns = zip(*(row.values for row in rows), strict=True)
    return tuple(sum(column, zero) for column, zero in zip(columns, empty, strict=True))


def joined(*parts: tuple[Mapping[int | None, Values], Values]) -> dict[int | None, Values]:
    """Several readings side by side; each comes with its empty values for units that it lacks."""
    units = {unit for part, _empty in parts for unit in part}
    return {unit: sum((part.get(unit, empty) for part, empty in parts), ()) for unit in units}


def added(*parts: Mapping[int | None, Values]) -> dict[int | None, Values]:
    """Several readings of the same columns, unit by unit together."""
    units = {unit for part in parts for unit in part}
    found = {unit: [part[unit] for part in parts if unit in part] for unit in units}
    return {unit: tuple(map(sum, zip(*rows, strict=True))) for unit, rows in found.items()}


def text(value: Value) -> str:
    """A value as a cell of the page and of the document."""
    if isinstance(value, Covered):
        return f"{value.covered}/{value.whole} · {value.percent}%" if value.whole else "—"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
