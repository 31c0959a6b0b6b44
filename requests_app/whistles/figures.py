"""How departments answer when they are called; the statistics room reads it.

A department never stands in a ranking: rows come in the order of the departments' codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from requests_app.whistles.models import Call
from requests_app.whistles.terms import RATED_AT_LEAST, Came
from requests_app.whistles.workflow import CallState
from wangguan import clock


@dataclass(frozen=True)
class Department:
    """Calls that went out to one department within a span of days; what was called off is left out.

    Attributes:
        called: how many.
        in_time: checked in within the limit.
        late: checked in after it.
        missing: not there although the limit has passed, or recorded as not having come.
        concluded: said what was done and were done, or the street ended it after they came.
        rated: how many ratings the mean is of.
        mean: of 1 to 5; None under `RATED_AT_LEAST` ratings.
    """

    pk: int
    code: str
    name: str
    called: int
    in_time: int
    late: int
    missing: int
    concluded: int
    rated: int
    mean: float | None


def by_department(first: date, last: date) -> list[Department]:
    """Departments called from `first` to `last` (both included, days of the street); one statement."""
    rows = (
        Call.objects.filter(counted(first, last))
        .values("department__pk", "department__code", "department__name")
        .annotate(**_columns(clock.now()))
        .order_by("department__code")
    )
    return [_department(row) for row in rows]


def counted(first: date, last: date) -> Q:
    """Which calls the figures of a span count at all."""
    began = Q(called_at__gte=_start(first), called_at__lt=_start(last + timedelta(days=1)))
    return began & ~Q(state=CallState.CALLED_OFF)


def that(came: str, now: datetime) -> Q:
    """Which of them one of the figures counts."""
    absent = Q(checked_in_at__isnull=True)
    return {
        Came.CALLED: Q(),
        Came.IN_TIME: Q(checked_in_at__lte=F("check_in_due")),
        Came.LATE: Q(checked_in_at__gt=F("check_in_due")),
        Came.MISSING: absent & (Q(check_in_due__lt=now) | ~Q(state=CallState.CALLED)),
        Came.CONCLUDED: Q(concluded_at__isnull=False),
        Came.RATED: Q(rating__isnull=False),
    }[Came(came)]


def _columns(now: datetime) -> dict[str, Avg | Count]:
    counts = {name: Count("pk", filter=that(name, now)) for name in Came.values}
    return {**counts, "mean": Avg("rating")}


def _department(row: Mapping[str, object]) -> Department:
    told = {name: value for name, value in row.items() if not name.startswith("department__")}
    told["pk"] = row["department__pk"]
    if not isinstance(told["rated"], int) or told["rated"] < RATED_AT_LEAST:
        told["mean"] = None
    return Department(code=str(row["department__code"]), name=str(row["department__name"]), **told)  # type: ignore[arg-type]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
