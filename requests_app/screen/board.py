"""What the wall screen shows: numbers of units, and matters by kind and community. Nothing of a person.

No words of a matter, no address, no number that leads anywhere; complaints about staff are left out of
everything; counts below five are hidden, and with them whatever would give them back.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language

from grids.models import today
from requests_app import suppress
from requests_app.models import Ticket
from requests_app.queries import AT_HOME
from requests_app.screen import maps
from requests_app.statistics.read import Numbers, as_of, by, figures, now_open
from requests_app.statistics.spans import Span
from requests_app.views.cards import due_card
from requests_app.whistles.models import Matter, Whistle
from requests_app.whistles.workflow import CallState
from requests_app.workflow import Status
from wangguan import clock

KEPT = 10
"""Seconds for which ten screens cost as much as one."""
DAYS = 30
MATTERS, JUST_CLOSED, WHISTLES = 3, 2, 2
MANY = 10
FEW = suppress.FEWEST_SHOWN


@dataclass(frozen=True)
class Area:
    """One grid on the map: how full it is, in steps, never a small number.

    Attributes:
        fill: 0 for nothing open, 1 where the number is hidden, 2 for under ten, 3 from ten.
        late: at least five are overdue.
        label: the count where it may be shown.
    """

    shape: maps.Shape
    fill: int = 0
    late: bool = False
    label: str = ""


@dataclass(frozen=True)
class Told:
    """One line of the ticker."""

    level: str
    status: str
    kind: str
    community: str
    due: Any = None


@dataclass(frozen=True)
class Share:
    """A community: of what was due, how much is done; None where it is hidden, then perhaps the count."""

    name: str
    percent: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class Blown:
    """A whistle under way."""

    kind: str
    came: int
    called: int
    late: bool


@dataclass(frozen=True)
class Board:
    """Everything on the screen, as of one moment."""

    at: datetime
    counted_at: datetime
    rates: Numbers
    levels: dict[str, Any]
    day: dict[str, int]
    areas: list[Area] = field(default_factory=list)
    view_box: str = "0 0 1000 1000"
    matters: list[Told] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    whistles: list[Blown] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(level.open for level in self.levels.values())


def current() -> Board:
    """The board of at most ten seconds ago, in the reader's language."""
    board: Board = cache.get_or_set(f"screen:{get_language()}", look, KEPT)  # type: ignore[assignment]
    return board


def look() -> Board:
    """The board as it is now; a fixed number of statements."""
    now, span = clock.now(), Span.last_days(DAYS)
    drawing = maps.drawing()
    return Board(
        at=now,
        counted_at=as_of(),
        rates=figures(span),
        levels={level.level: level for level in now_open()},
        day=_day(),
        areas=_areas(drawing, now),
        view_box=drawing.view_box,
        matters=_matters(now),
        shares=_shares(span),
        whistles=_whistles(now),
    )


def _shown() -> Any:
    return Ticket.objects.filter(about_staff=False)


def _day() -> dict[str, int]:
    """What came and went since midnight."""
    since = _midnight(today())
    columns = {"told": "arrived_at", "answered": "answered_at", "closed": "closed_at"}
    return {name: _shown().filter(**{f"{column}__gte": since}).count() for name, column in columns.items()}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _areas(drawing: maps.Drawing, now: datetime) -> list[Area]:
    """Each grid with what it holds or held first; steps instead of small numbers."""
    counts = {"open": Count("id"), "late": Count("id", filter=Q(due_at__lte=now))}
    rows = _shown().open().order_by().values("grid").annotate(**counts)
    found = {row["grid"]: row for row in rows}
    here = [found.get(shape.pk, {"open": 0, "late": 0}) for shape in drawing.shapes]
    shown = suppress.cells([row["open"] for row in here])
    return [
        _area(shape, count, late=row["late"] >= FEW)
        for shape, row, count in zip(drawing.shapes, here, shown, strict=True)
    ]


def _area(shape: maps.Shape, count: int | None, *, late: bool) -> Area:
    """`count` is None where it is hidden: the street's total stands beside the map."""
    if count is None:
        return Area(shape, 1, late)
    return Area(shape, 0 if not count else 2 if count < MANY else 3, late, str(count) if count else "")


def _matters(now: datetime) -> list[Told]:
    """What burns, and what was closed a moment ago."""
    rows = (
        _shown()
        .select_related("category__parent", "community", "parent")
        .only(
            *("level", "status", "due_at", "due_kind", "yellow_at", "resolve_due", "question_since"),
            *("closed_at", "answered_at", "resolved_at", "outcome", "parent__due_at"),
            *("category__name", "category__code", "category__parent__name", "category__parent__code"),
            "community__name",
        )
    )
    burning = rows.open().order_by("due_at", "id")[:MATTERS]
    lately = rows.filter(status=Status.CLOSED, closed_at__gte=now - timedelta(days=3)).order_by("-closed_at")
    return [_told(ticket, now) for ticket in (*burning, *lately[:JUST_CLOSED])]


def _told(ticket: Ticket, now: datetime) -> Told:
    """Kind and community; of quarrels and need at home only the group of kinds."""
    category = ticket.category
    group = category.parent if category else None
    kind = str(group if group and group.code in AT_HOME else category or "")
    community = ticket.community.name if ticket.community else ""
    return Told(ticket.level, ticket.status, kind, community, due_card(ticket, now=now))


def _shares(span: Span) -> list[Share]:
    rows = [row for row in by("community", span) if row.key]
    shown, _total = suppress.rates([row.numbers.completion for row in rows])
    counts = suppress.cells([row.numbers.due for row in rows])
    return [
        Share(row.label, round(rate.percent) if rate and rate.percent is not None else None, count)
        for row, rate, count in zip(rows, shown, counts, strict=True)
    ]


def _whistles(now: datetime) -> list[Blown]:
    """Kinds and how many came; the words of a whistle may name a place or a person."""
    called = ~Q(calls__state=CallState.CALLED_OFF)
    away = Q(calls__checked_in_at__isnull=True)
    about_staff = Matter.objects.filter(ticket__about_staff=True).values("whistle")
    rows = Whistle.objects.under_way().exclude(pk__in=about_staff).order_by("-id")
    found = rows.annotate(
        came=Count("calls", filter=called & ~away),
        called=Count("calls", filter=called),
        late=Count("calls", filter=called & away & Q(calls__check_in_due__lte=now)),
    )[:WHISTLES]
    return [Blown(str(row.get_kind_display()), row.came, row.called, bool(row.late)) for row in found]
