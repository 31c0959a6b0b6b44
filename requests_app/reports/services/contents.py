"""What a report says in numbers, counted once and kept: everything comes from `requests_app.statistics`.

A rate is kept as `{"part": 48, "whole": 50}`. A part that small numbers forbid to tell is null already
here, so that nobody who reads the kept numbers can compute it either.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from grids.models import Community, Line, Street
from requests_app.models import Ticket
from requests_app.reports.services.cases import moments
from requests_app.reports.terms import MOST_OVERDUE, TOP_CATEGORIES
from requests_app.statistics import suppress
from requests_app.statistics.read import Numbers, Row, Where, by, figures, now_open
from requests_app.statistics.spans import Span
from requests_app.supervision.models import Case
from requests_app.suppress import FEWEST
from requests_app.whistles.figures import by_department
from requests_app.workflow import Level
from wangguan import clock
from wangguan.words import for_the_record

Data = dict[str, Any]

RATES = ("response", "resolution", "satisfaction", "completion", "punctuality")
COUNTS = ("arrived", "resolved", "due", "said", "marked", "silent", "returned", "reopened", "repeats")
"""Counts of a whole span. What a hidden rate was made of is not among them."""
CALLED = ("name", "called", "in_time", "late", "missing", "concluded", "mean")
UNIT_COUNTS = ("arrived", "resolved", "reopened")


@dataclass(frozen=True)
class Asked:
    """What is counted: a span, of the street or of one community."""

    span: Span
    community: Community | None = None

    @property
    def where(self) -> Where:
        return Where(communities=(self.community.pk,)) if self.community else Where()

    @property
    def units(self) -> str:
        """Into which units it is divided."""
        return "grid" if self.community else "community"

    @property
    def spans(self) -> dict[str, Span]:
        return {"now": self.span, "before": self.span.before(), "year_before": self.span.year_before()}


Part = Callable[[Asked], Any]


def collect(asked: Asked) -> Data:
    """Count everything; the keys are those of `PARTS`. The caller holds the figures still."""
    return {name: part(asked) for name, part in PARTS.items()}


def _about(asked: Asked) -> Data:
    street = Street.objects.order_by("pk").first()
    spans = {name: [span.first.isoformat(), span.last.isoformat()] for name, span in asked.spans.items()}
    return {"unit": asked.community.name if asked.community else getattr(street, "name", ""), "spans": spans}


# --- the whole and its units ----------------------------------------------------------------
def _totals(asked: Asked) -> Data:
    """The figures of the span, of the one before and of the year before."""
    return {name: _total(asked, span) for name, span in asked.spans.items()}


def _total(asked: Asked, span: Span) -> Data:
    whole = figures(span, asked.where)
    rows = by(asked.units, span, asked.where)
    may_stand = {name: suppress.rates([getattr(row.numbers, name) for row in rows])[1] for name in RATES}
    rates = {name: _rate(whole, name, shown=may_stand[name]) for name in RATES}
    late = whole.overdue if may_stand["punctuality"] else None
    counts = {name: getattr(whole, name) for name in COUNTS}
    return {"counts": counts, "overdue": late, "rates": rates, "hours": whole.mean_hours}


def _units(asked: Asked) -> list[Data]:
    """Every unit in the order of its code, never a ranking."""
    rows = by(asked.units, asked.span, asked.where)
    shown = {name: suppress.rates([getattr(row.numbers, name) for row in rows])[0] for name in RATES}
    return [
        {
            "label": row.label,
            "counts": {name: getattr(row.numbers, name) for name in UNIT_COUNTS},
            "rates": {name: _rate(row.numbers, name, shown=shown[name][place] is not None) for name in RATES},
        }
        for place, row in enumerate(rows)
    ]


def _rate(numbers: Numbers, name: str, *, shown: bool) -> Data:
    rate = getattr(numbers, name)
    told = shown and not 0 < rate.whole < FEWEST
    return {"part": rate.part if told else None, "whole": rate.whole}


# --- where they came from, and of what kind ---------------------------------------------------
def _sources(asked: Asked) -> list[Data]:
    return _compared("source", asked)


def _categories(asked: Asked) -> list[Data]:
    """The kinds told most often, the most frequent first; equal ones in the order of their codes."""
    rows = [row for row in _compared("category", asked) if row["now"]]
    return sorted(rows, key=lambda row: -row["now"])[:TOP_CATEGORIES]


def _compared(dimension: str, asked: Asked) -> list[Data]:
    """How many were told in this span and in the one before."""
    earlier = _arrived(by(dimension, asked.span.before(), asked.where))
    rows = by(dimension, asked.span, asked.where)
    return [
        {"label": row.label, "now": row.numbers.arrived, "before": earlier.get(row.key, 0)} for row in rows
    ]


def _arrived(rows: Sequence[Row]) -> dict[int | str, int]:
    return {row.key: row.numbers.arrived for row in rows}


# --- as it stands at this moment ----------------------------------------------------------------
def _open(asked: Asked) -> list[Data]:
    return [asdict(row) for row in now_open(asked.where)]


def _overdue(asked: Asked) -> list[Data]:
    """What is open and past its next deadline, the longest first: no words, no people, none about staff."""
    now = clock.now()
    late = Ticket.objects.overdue(now).filter(about_staff=False).order_by("due_at", "pk")
    if asked.community:
        late = late.filter(community=asked.community)
    read = late.select_related("grid", "community", "category").only(
        "number", "level", "section", "due_at", "grid__name", "community__name", "category__name"
    )
    return [_late(ticket, now) for ticket in read[:MOST_OVERDUE]]


def _late(ticket: Ticket, now: datetime) -> Data:
    assert ticket.due_at  # or it would not be overdue
    return {
        "number": ticket.number,
        "category": ticket.category.name if ticket.category else "",
        "unit": ticket.holder.name if ticket.holder else _street(ticket),
        "due": timezone.localtime(ticket.due_at).isoformat(timespec="minutes"),
        "hours": int((now - ticket.due_at).total_seconds() // 3600),
    }


def _street(ticket: Ticket) -> str:
    level = for_the_record(Level.STREET.label)
    return f"{level} · {for_the_record(Line(ticket.section).label)}" if ticket.section else level


# --- who was called, and who was asked ------------------------------------------------------------
def _whistles(asked: Asked) -> list[Data]:
    """How departments came when they were called; the street's report alone has them."""
    rows = [] if asked.community else by_department(asked.span.first, asked.span.last)
    return [{name: getattr(row, name) for name in CALLED} for row in rows]


def _supervision(asked: Asked) -> Data:
    """Cases opened in the span, none about staff."""
    begin, end = moments(asked.span)
    rows = Case.objects.filter(opened_at__gte=begin, opened_at__lt=end, ticket__about_staff=False)
    if asked.community:
        rows = rows.filter(community=asked.community)
    counts: Data = rows.aggregate(
        opened=Count("pk"),
        answered=Count("pk", filter=Q(first_answered_at__isnull=False)),
        in_time=Count("pk", filter=Q(first_answered_at__lte=F("first_due_at"))),
    )
    return counts


PARTS: dict[str, Part] = {
    "about": _about,
    "totals": _totals,
    "sources": _sources,
    "categories": _categories,
    "units": _units,
    "open": _open,
    "overdue": _overdue,
    "whistles": _whistles,
    "supervision": _supervision,
}
