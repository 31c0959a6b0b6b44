"""The map of firms: drawn on the server out of the grids' own boundaries, with the same firms as a list."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.decorators.http import require_GET

from grids import access as doors
from grids.doors import member
from partybuilding.sectors.forms import FilterForm
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import SELECTIONS
from partybuilding.sectors.views.office import HERE, asked, narrowed, tabs
from partybuilding.sectors.workflow import Stage
from requests_app.desk.doors import for_office, frame
from requests_app.screen import maps
from requests_app.views import lists
from wangguan.answers import page

MOST = 500
"""Firms that one map draws; whoever has more narrows by community."""
BESIDE = 22
"""Units of the drawing between firms at one address."""


@dataclass(frozen=True)
class Sign:
    """How a stage is drawn, around 0 0: a shape of its own besides its colour."""

    stage: str
    label: str | Promise
    path: str
    fill: str


_DISC = "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0 -22 0Z"
SIGNS = (
    Sign(Stage.FOUND, Stage.FOUND.label, _DISC, "#ffffff"),
    Sign(Stage.SURVEYED, Stage.SURVEYED.label, _DISC, "#744a00"),
    Sign(Stage.GUIDED, Stage.GUIDED.label, "M0 -13L13 10L-13 10Z", "#1d527c"),
    Sign(
        Stage.ESTABLISHED,
        Stage.ESTABLISHED.label,
        "M0 -15L4 -5L15 -5L6 2L9 13L0 6L-9 13L-6 2L-15 -5L-4 -5Z",
        "#b0241c",
    ),
    Sign(Stage.JOINED, Stage.JOINED.label, "M0 -14L14 0L0 14L-14 0Z", "#1c6046"),
    Sign(Stage.GONE, Stage.GONE.label, "M-10 -10L10 10M10 -10L-10 10", "none"),
)
_SIGN_OF = {sign.stage: sign for sign in SIGNS}


@dataclass(frozen=True)
class Mark:
    """One firm on the drawing."""

    firm: Firm
    sign: Sign
    x: float
    y: float


@require_GET
@for_office()
def firm_map(request: HttpRequest) -> HttpResponse:
    user, what = member(request), asked(request)
    form = FilterForm.of(request.GET, user)
    rows = list(narrowed(user, what, form.chosen).order_by("grid__code", "name", "pk")[: MOST + 1])
    drawing, scope = maps.drawing(), doors.admin_scope(user)
    context = {
        **frame(request, HERE),
        "tabs": tabs(request, what),
        "what": what,
        "label": SELECTIONS[what][0],
        "form": form,
        "rows": rows[:MOST],
        "most": MOST if len(rows) > MOST else 0,
        "marks": marks(rows[:MOST], drawing),
        "areas": [
            (shape, scope.everywhere or shape.community in scope.communities) for shape in drawing.shapes
        ],
        "view_box": drawing.view_box,
        "signs": SIGNS,
        "narrowed": lists.query(request.GET),
    }
    return page(request, "sectors/map.html", context)


def marks(firms: list[Firm], drawing: maps.Drawing) -> list[Mark]:
    """Those that have a point; firms at one address stand side by side."""
    there: Counter[tuple[float, float]] = Counter()
    found = []
    for firm in firms:
        if (point := firm.point) is None or drawing.at is None:
            continue
        latitude, longitude = point
        x, y = drawing.at(longitude, latitude)
        found.append(Mark(firm, _SIGN_OF[firm.stage], x + BESIDE * there[x, y], y))
        there[x, y] += 1
    return found
