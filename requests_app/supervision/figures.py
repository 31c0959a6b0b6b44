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


def by_unit(user: User, first: date, last: date) -> list[UnitCounts]:
    """Cases opened from `first` to `last`, both included, that `user` may see; by code of the unit."""
    begin, end = _start(first), _start(last + timedelta(days=1))
    rows = Case.objects.visible_to(user).filter(opened_at__gte=begin, opened_at__lt=end)
    own = ("level", "section", "grid__code", "grid__name", "community__code", "community__name")
    found = (
        rows.order_by()
        .values(*own)
        .annotate(
            opened=Count("pk"),
            answered=Count("pk", filter=Q(first_answered_at__isnull=False)),
            in_time=Count("pk", filter=Q(first_answered_at__lte=F("first_due_at"))),
            accepted_first=Count("pk", filter=Q(state=State.CLOSED, round=1)),
            waiting=Count("pk", filter=Q(state__in=(State.WAITING, State.ANSWERED))),
            withdrawn=Count("pk", filter=Q(state=State.WITHDRAWN)),
        )
    )
    return sorted(_joined(found), key=lambda row: row.code)


def _joined(found: Iterable[Mapping[str, Any]]) -> list[UnitCounts]:
    """One row a unit: cases of a section keep the community of their matter, which parts no unit."""
    counts: dict[str, Counter[str]] = {}
    names: dict[str, str] = {}
    for row in found:
        code, name = _unit(row)
        names[code] = name
        counts.setdefault(code, Counter()).update({key: row[key] for key in _COUNTED})
    return [
        UnitCounts(code, names[code], **{key: own[key] for key in _COUNTED}) for code, own in counts.items()
    ]


def _unit(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["level"] == Level.STREET:
        case = Case(level=row["level"], section=row["section"])
        return case.unit_code, case.unit
    return row[f"{row['level']}__code"], row[f"{row['level']}__name"]


_COUNTED = ("opened", "answered", "in_time", "accepted_first", "waiting", "withdrawn")


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
