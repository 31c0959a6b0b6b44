"""How units answer when they are asked: counts of the cases opened within a span of days."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from grids.models import User
from requests_app.supervision.models import Case
from requests_app.supervision.terms import State
from requests_app.workflow import Level


@dataclass(frozen=True)
class UnitCounts:
    """One unit's cases. `in_time` counts first answers within the first limit."""

    code: str
    name: str
    opened: int
    answered: int
    in_time: int
    accepted_first: int
    waiting: int
    withdrawn: int


COUNTED = {
    "opened": Q(),
    "answered": Q(first_answered_at__isnull=False),
    "in_time": Q(first_answered_at__lte=F("first_due_at")),
    "accepted_first": Q(state=State.CLOSED, round=1),
    "waiting": Q(state__in=(State.WAITING, State.ANSWERED)),
    "withdrawn": Q(state=State.WITHDRAWN),
}
"""Which cases each number counts."""


def opened(first: date, last: date) -> Q:
    """Cases opened from `first` to `last`, both included."""
    return Q(opened_at__gte=_start(first), opened_at__lt=_start(last + timedelta(days=1)))


def of_unit(code: str) -> Q:
    """Cases addressed to the unit with this code (`Case.unit_code`)."""
    if code.partition(":")[0] == Level.STREET:
        return Q(level=Level.STREET, section=code.partition(":")[2])
    return Q(level=Level.COMMUNITY, community__code=code) | Q(level=Level.GRID, grid__code=code)


def by_unit(user: User, first: date, last: date) -> list[UnitCounts]:
    """Cases opened from `first` to `last`, both included, that `user` may see; by code of the unit."""
    rows = Case.objects.visible_to(user).filter(opened(first, last))
    own = ("level", "section", "grid__code", "grid__name", "community__code", "community__name")
    found = (
        rows.order_by()
        .values(*own)
        .annotate(**{name: Count("pk", filter=which) for name, which in COUNTED.items()})
    )
    return sorted(_joined(found), key=lambda row: row.code)


def _joined(found: Iterable[Mapping[str, Any]]) -> list[UnitCounts]:
    """One row a unit: cases of a section keep the community of their matter, which parts no unit."""
    counts: dict[str, Counter[str]] = {}
    names: dict[str, str] = {}
    for row in found:
        code, name = _unit(row)
        names[code] = name
        counts.setdefault(code, Counter()).update({key: row[key] for key in COUNTED})
    return [
        UnitCounts(code, names[code], **{key: own[key] for key in COUNTED}) for code, own in counts.items()
    ]


def _unit(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["level"] == Level.STREET:
        case = Case(level=row["level"], section=row["section"])
        return case.unit_code, case.unit
    return row[f"{row['level']}__code"], row[f"{row['level']}__name"]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
