"""The chapters of the page, in their order, each read from its room's rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from partybuilding.checkins.models import MemberCheckIn, Service, UnitCheckIn
from partybuilding.duties.models import Turn
from partybuilding.duties.workflow import State
from partybuilding.organisations import coverage
from partybuilding.organisations.coverage import Covered
from partybuilding.year.figures import Chapter, Column, Span, Values, Within, joined


def near(rows: QuerySet[Any], within: Within, path: str = "community") -> QuerySet[Any]:
    """Rows of these communities; of all, and of the street, where `within` is None."""
    return rows if within is None else rows.filter(**{f"{path}__in": within})


def counted(rows: QuerySet[Any], path: str = "community", **sums: Any) -> dict[int | None, Values]:
    """Unit → the aggregates in their order. One statement."""
    found = rows.order_by().values_list(path).annotate(**sums)
    return {unit: tuple(values) for unit, *values in found}


# --- coverage --------------------------------------------------------------------------------
def _coverage(span: Span, within: Within) -> Mapping[int | None, Values]:
    """As it stands today: where a branch stood in an earlier year is not kept."""
    nothing: Values = (Covered(),)
    return joined(*((_stands(ground, within), nothing) for ground in _G))


def _stands(ground: coverage.Ground, within: Within) -> dict[int | None, Values]:
    return {unit: (seen,) for unit, seen in ground.counted(within).items()}


_G = (coverage.GRIDS, coverage.ESTATES, coverage.PROJECTS)
COVERAGE = Chapter(
    "coverage",
    _("Where a branch stands, today"),
    tuple(Column(ground.label, ground.definition, Covered()) for ground in _G),
    _coverage,
)


# --- dual check-in ---------------------------------------------------------------------------
def _check_ins(span: Span, within: Within) -> Mapping[int | None, Values]:
    served = near(Service.objects.confirmed(), within, "member__community").filter(
        day__range=(span.first, span.last)
    )
    hours = counted(served, "member__community", services=Count("pk"), hours=Sum("hours"))
    return joined(
        (counted(_here(UnitCheckIn, span, within), here=Count("pk")), (0,)),
        (counted(_here(MemberCheckIn, span, within), here=Count("pk")), (0,)),
        (hours, (0, Decimal(0))),
    )


def _here(model: type[UnitCheckIn] | type[MemberCheckIn], span: Span, within: Within) -> QuerySet[Any]:
    """Confirmed by the span's last day, and not gone before its end."""
    stayed = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__date__gt=span.last)
    return near(model._default_manager.all(), within).filter(stayed, confirmed_at__date__lte=span.last)


CHECK_INS = Chapter(
    "checkins",
    _("Dual check-in"),
    (
        Column(_("Units here"), _("Check-ins of units, confirmed and not withdrawn by the last day.")),
        Column(_("Members here"), _("Check-ins of members, confirmed and not withdrawn by that day.")),
        Column(_("Services rendered"), _("Services in the span whose hours the community confirmed.")),
        Column(_("Hours served"), _("Confirmed hours of these services."), Decimal(0)),
    ),
    _check_ins,
)


# --- duty list -------------------------------------------------------------------------------
def _duties(span: Span, within: Within) -> Mapping[int | None, Values]:
    due = near(Turn.objects.all(), within, "duty__community").filter(
        duty__year=span.year, due_on__lte=span.last
    )
    due = due.exclude(state=State.CANCELLED)
    sums = counted(due, "duty__community", whole=Count("pk"), good=Count("pk", filter=Q(state=State.CHECKED)))
    return {unit: (Covered(whole, good),) for unit, (whole, good) in sums.items()}  # type: ignore[arg-type]


DUTIES = Chapter(
    "duties",
    _("Duty list"),
    (
        Column(
            _("Duties checked"),
            _("Turns of the duty list found good ÷ turns due by the last day; cancelled ones are left out."),
            Covered(),
        ),
    ),
    _duties,
)

CHAPTERS = (COVERAGE, CHECK_INS, DUTIES)
