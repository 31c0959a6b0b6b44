"""The page of the year, and the same as a document."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grids import access as doors
from grids.doors import member
from grids.models import User, today
from partybuilding.year.chapters import CHAPTERS
from partybuilding.year.figures import Span, Within, tables
from partybuilding.year.services import paper
from requests_app.desk.doors import for_office, frame
from wangguan.answers import docx_file, page

HERE = "party_year"
FIRST = 2025
"""The portal has kept these records since then."""


def _within(user: User) -> Within:
    """The street and auditors read every community, a community's office its own."""
    scope = doors.admin_scope(user)
    return None if scope.everywhere else scope.communities


def _span(year: int) -> Span:
    if not FIRST <= year <= today().year:
        raise Http404
    return Span(year)


@require_GET
@for_office()
def year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Every chapter as a table, one line per community; this year's unless another is asked for."""
    span, within = _span(year or today().year), _within(member(request))
    context = {
        **frame(request, HERE),
        "span": span,
        "years": range(today().year, FIRST - 1, -1),
        "chapters": tables(CHAPTERS, span, within),
    }
    return page(request, "year/year.html", context)


@require_GET
@for_office()
def document(request: HttpRequest, year: int) -> FileResponse:
    """The same, to be filed."""
    span, within = _span(year), _within(member(request))
    return docx_file(paper.written(span, within), _("Party building %(year)d.docx") % {"year": year})
