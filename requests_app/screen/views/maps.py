"""The grid map of the office: matters by grid, never by home."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from grids import access as doors
from grids.access import Scope
from grids.doors import member
from grids.models import Grid
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.screen import maps
from requests_app.statistics import read
from requests_app.statistics.forms import Asked, AskForm
from requests_app.statistics.read import Where
from wangguan import clock
from wangguan.answers import page

STEPS = 4
"""Shades of the map; the table beside it says the numbers."""
PER_HOMES = 1_000
MEASURES = (
    ("open", _("Open now")),
    ("overdue", _("Overdue now")),
    ("arrived", _("Told in the time")),
    ("per_homes", _("Told per 1,000 households")),
)
_NOT_ASKED = ("grid", "source", "level", "step")
Numbers = dict[str, int]


class MapForm(AskForm):
    """The same days and kinds as in the statistics, and what the shades tell."""

    measure = forms.ChoiceField(label=_("Show"), choices=MEASURES, required=False)
    field_order = ("measure", "span", "first", "last", "community", "line", "category")

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data, scope=scope)
        for name in _NOT_ASKED:
            del self.fields[name]

    @property
    def shown(self) -> str:
        """The measure that was asked for; one that there is not is as if it had not been asked."""
        asked = self.data.get("measure", "")
        return asked if asked in dict(MEASURES) else "open"


@dataclass(frozen=True)
class Area:
    """One grid as it is drawn and listed."""

    shape: maps.Shape
    count: int
    step: int
    late: bool
    url: str


@dataclass(frozen=True)
class Listed:
    """A row of the table."""

    grid: Grid
    numbers: Numbers
    url: str


@require_GET
@for_office(needs="requests_app.view_ticket")
def grid_map(request: HttpRequest) -> HttpResponse:
    scope = doors.admin_scope(member(request))
    form = MapForm(request.GET, scope=scope)
    asked, shown = form.asked(), form.shown
    grids = _grids(scope, asked.where)
    counts = _counts(asked, grids)
    drawing = maps.drawing()
    most = max((row.get(shown, 0) for row in counts.values()), default=0)
    context = {
        **frame(request, "grid_map"),
        "form": form,
        "areas": [
            _area(shape, counts[shape.pk], shown, most) for shape in drawing.shapes if shape.pk in counts
        ],
        "others": [shape for shape in drawing.shapes if shape.pk not in counts],
        "view_box": drawing.view_box,
        "rows": [Listed(grid, counts[grid.pk], _tickets(grid.code)) for grid in grids],
        "measure": dict(MEASURES)[shown],
        "span": asked.span,
        "legend": _legend(most),
        "as_of": read.as_of(),
    }
    return page(request, "screen/map.html", context)


def _grids(scope: Scope, where: Where) -> list[Grid]:
    rows = scope.limit(Grid.objects.in_force(), "community")
    if where.communities:
        rows = rows.filter(community__in=where.communities)
    return list(rows.defer("boundary").order_by("code"))


def _counts(asked: Asked, grids: list[Grid]) -> dict[int, Numbers]:
    """Grid → open and overdue now, told in the time, told for its homes where these are known."""
    told = {row.key: row.numbers.arrived for row in read.by("grid", asked.span, asked.where)}
    now = {"open": Count("id"), "overdue": Count("id", filter=Q(due_at__lte=clock.now()))}
    rows = Ticket.objects.open().filter(asked.where.of_tickets(), about_staff=False, grid__in=grids)
    standing: dict[int, Any] = {row["grid"]: row for row in rows.order_by().values("grid").annotate(**now)}
    return {grid.pk: _numbers(grid, told.get(grid.pk, 0), standing.get(grid.pk, {})) for grid in grids}


def _numbers(grid: Grid, told: int, standing: Numbers) -> Numbers:
    """`per_homes` is left out where nobody entered how many households the grid has."""
    numbers = {"open": standing.get("open", 0), "overdue": standing.get("overdue", 0), "arrived": told}
    if homes := grid.planned_households:
        numbers["per_homes"] = round(told * PER_HOMES / homes)
    return numbers


def _area(shape: maps.Shape, numbers: Numbers, shown: str, most: int) -> Area:
    count = numbers.get(shown, 0)
    return Area(shape, count, _step(count, most), bool(numbers["overdue"]), _tickets(shape.code))


def _step(count: int, most: int) -> int:
    """0 for nothing, then as many equal steps up to the fullest grid."""
    return 0 if not count else min(STEPS, 1 + (count - 1) * STEPS // max(most, 1))


def _legend(most: int) -> list[tuple[int, int, int]]:
    """Step, from, to; steps that no number falls into are left out."""
    steps: dict[int, list[int]] = {}
    for count in range(most + 1):
        steps.setdefault(_step(count, most), []).append(count)
    return [(step, numbers[0], numbers[-1]) for step, numbers in steps.items()]


def _tickets(code: str) -> str:
    return f"{reverse('admin:requests_app_ticket_changelist')}?grid={code}"
