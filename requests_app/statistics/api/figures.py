"""Reading the figures: the three rates and the counts, of a span, in total and by one dimension."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from grids.access import admin_scope, may_open_admin
from grids.api.fields import OF_DAYS
from grids.models import Line, User
from requests_app.statistics import read
from requests_app.statistics.api.filters import BY, LEVELS, FigureFilters
from requests_app.statistics.api.shapes import Statistics, definitions, row
from requests_app.statistics.spans import Step
from requests_app.workflow import Source
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import operation, query
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs


@operation(
    "get_statistics",
    gettext_lazy("The figures of a span of days"),
    gettext_lazy(
        "The three rates, two more, and the counts: in total, and by unit, category, line, source, level, "
        "day, week or month where “by” says so. Counted ahead, exact to “as_of”. A community reads "
        "its own alone, and no rate is shown of fewer than 10 cases. Without days: the last 30."
    ),
    tag="statistics",
    answers={200: Statistics},
    refuses=[400],
    parameters=[
        *OF_DAYS,
        query("by", gettext_lazy("What the figures stand apart by; “grid” needs a community."), enum=BY),
        query("community", gettext_lazy("Code of a community, 12 digits.")),
        query("grid", gettext_lazy("Code of a grid, 15 digits.")),
        query("category", gettext_lazy("Code of a category, or of a group with all in it.")),
        query("line", gettext_lazy("A line of work."), enum=Line.values),
        query("source", gettext_lazy("How matters were told."), enum=Source.values),
        query("level", gettext_lazy("The level that holds them."), enum=LEVELS),
    ],
)
@api_view(["GET"])
@needs(Scope.STATISTICS_READ)
def statistics(request: Request) -> Response:
    """The figures of the street or of the caller's communities, as the statistics page shows them."""
    user = cast(User, request.user)
    if not may_open_admin(user):
        raise PermissionDenied(_("This room is for the offices of the street and its communities."))
    filters = FigureFilters(request.query_params, scope=admin_scope(user))
    if not filters.is_valid():
        raise Unclear.of(filters)
    return Response(Statistics(_found(filters)).data)


def _found(filters: FigureFilters) -> dict[str, Any]:
    span, by, exact_to = filters.span, filters.cleaned_data["by"], read.as_of()
    return {
        "since": span.first,
        "until": span.last,
        "as_of": exact_to if exact_to > read.NEVER else None,
        "total": read.figures(span, filters.where),
        "by": by or None,
        "results": list(_rows(filters, by)) if by else [],
        "definitions": definitions(),
    }


def _rows(filters: FigureFilters, by: str) -> Iterable[dict[str, Any]]:
    """Units in the order of their codes, never of merit; days in their own order."""
    if by in Step.values:
        for piece, numbers in read.series(by, filters.span, filters.where):
            yield row(piece.first.isoformat(), str(piece), numbers)
        return
    for found in read.by(by, filters.span, filters.where):
        yield row(found.code, found.label, found.numbers)
