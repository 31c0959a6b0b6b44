"""The grid map of the office: matters by grid, never by home."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from grids import access as doors
from grids.doors import member
from grids.models import Community, Grid, Line, User
from requests_app.desk.doors import for_office, frame
from requests_app.models import Category, Ticket
from requests_app.screen import maps
from requests_app.statistics import read
from requests_app.statistics.spans import Span
from wangguan import clock
from wangguan.answers import page

STEPS = 4
"""Shades of the map; the table beside it says the numbers."""
MEASURES = (("open", _("Open now")), ("overdue", _("Overdue now")), ("arrived", _("Told in the time")))
DAYS = (("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")))


class MapForm(forms.Form):
    measure = forms.ChoiceField(label=_("Show"), choices=MEASURES, required=False)
    days = forms.ChoiceField(label=_("Days"), choices=DAYS, required=False)
    community = forms.ModelChoiceField(
        label=_("Community"), queryset=Community.objects.none(), required=False, to_field_name="code"
    )
    line = forms.ChoiceField(label=_("Line"), choices=[("", _("All lines")), *Line.choices], required=False)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, to_field_name="code"
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        own = doors.admin_scope(user).limit(Community.objects.defer("boundary"), "pk")
        self.fields["community"].queryset = own.order_by("code")  # type: ignore[attr-defined]
        kinds = Category.objects.filter(active=True, parent__isnull=False).order_by("code")
        self.fields["category"].queryset = kinds  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What was asked; what cannot be read is as if it had not been asked."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        return {**given, "measure": given["measure"] or "open", "days": int(given["days"] or 30)}


@dataclass(frozen=True)
class Area:
    """One grid as it is drawn and listed."""

    shape: maps.Shape
    count: int
    step: int
    url: str


@dataclass(frozen=True)
class Listed:
    """A row of the table."""

    grid: Grid
    numbers: dict[str, int]
    url: str


@require_GET
@for_office(needs="requests_app.view_ticket")
def grid_map(request: HttpRequest) -> HttpResponse:
    user = member(request)
    form = MapForm(request.GET, user=user)
    asked = form.asked()
    grids = _grids(user, asked)
    counts = _counts(asked, [grid.pk for grid in grids])
    drawing, seen = maps.drawing(), {grid.pk: grid for grid in grids}
    most = max((row[asked["measure"]] for row in counts.values()), default=0)
    areas = [
        Area(shape, number := counts[shape.pk][asked["measure"]], _step(number, most), _tickets(shape.code))
        for shape in drawing.shapes
        if shape.pk in seen
    ]
    context = {
        **frame(request, "grid_map"),
        "form": form,
        "areas": areas,
        "others": [shape for shape in drawing.shapes if shape.pk not in seen],
        "view_box": drawing.view_box,
        "rows": [Listed(grid, counts[grid.pk], _tickets(grid.code)) for grid in grids],
        "measure": dict(MEASURES)[asked["measure"]],
        "legend": _legend(most),
        "as_of": read.as_of(),
    }
    return page(request, "screen/map.html", context)


def _grids(user: User, asked: dict[str, Any]) -> list[Grid]:
    rows = doors.admin_scope(user).limit(Grid.objects.in_force(), "community")
    if asked["community"]:
        rows = rows.filter(community=asked["community"])
    return list(rows.defer("boundary").order_by("code"))


def _counts(asked: dict[str, Any], grids: list[int]) -> dict[int, dict[str, int]]:
    """Grid → open and overdue now, told in the time. Two statements."""
    where = read.Where(
        grids=tuple(grids),
        lines=(asked["line"],) if asked["line"] else (),
        categories=(asked["category"].pk,) if asked["category"] else (),
    )
    told = read.by("grid", Span.last_days(asked["days"]), where) if grids else []
    counts = {pk: {"open": 0, "overdue": 0, "arrived": 0} for pk in grids}
    for row in told:
        if row.key in counts:
            counts[int(row.key)]["arrived"] = row.numbers.arrived
    now = {"open": Count("id"), "overdue": Count("id", filter=Q(due_at__lte=clock.now()))}
    rows = Ticket.objects.open().filter(where.of_tickets(), about_staff=False, grid__in=grids).order_by()
    for grid, open_, overdue in rows.values_list("grid").annotate(**now):
        counts[grid] |= {"open": open_, "overdue": overdue}
    return counts


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
