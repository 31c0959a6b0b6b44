"""Where branches stand, and the duty list."""

from collections.abc import Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from partybuilding.duties.models import Turn
from partybuilding.duties.workflow import State
from partybuilding.organisations import coverage
from partybuilding.organisations.coverage import Covered
from partybuilding.year.chapters.reading import counted, near
from partybuilding.year.figures import Chapter, Column, Span, Values, Within, joined


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
