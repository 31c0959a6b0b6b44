"""The audit log: read, narrowed, taken out; nobody writes here."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from requests_app.desk import audit
from requests_app.desk.doors import for_office, frame
from requests_app.views import lists
from wangguan.answers import page, too_many
from wangguan.auditlog.inspection import findings_of
from wangguan.auditlog.models import Inspection
from wangguan.lists import AN_HOUR, CHUNK, MOST_ROWS
from wangguan.workbook import Book

PAGE = 50
HERE = "auditlog"


@require_GET
@for_office(needs=audit.NEEDS)
def log(request: HttpRequest) -> HttpResponse:
    """The latest rows, and whether the chain is whole."""
    form = audit.Narrow(request.GET)
    rows = form.rows()
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(number__lt=int(after))
    found = list(rows[: PAGE + 1])
    look = Inspection.objects.first()
    context = {
        **frame(request, HERE),
        "form": form,
        "lines": list(audit.lines(found[:PAGE])),
        "look": look,
        "findings": findings_of(look) if look else [],
        "next": lists.query(request.GET, after=found[PAGE - 1].number) if len(found) > PAGE else "",
        "first": (lists.query(request.GET, after="") or "kind=") if after else "",
        "narrowed": lists.query(request.GET, after=""),
    }
    return page(request, "desk/auditlog.html", context)


@require_POST
@for_office(needs=audit.NEEDS)
def file(request: HttpRequest) -> HttpResponse | FileResponse:
    """The rows asked for as a workbook; that they were taken out stands in the log itself."""
    if not AN_HOUR.take(str(member(request).pk)):
        return too_many(request)
    target = TemporaryFile()  # noqa: SIM115  (the response closes it)
    _book(audit.Narrow(request.GET)).save_to(target)
    target.seek(0)
    response = FileResponse(target, as_attachment=True, filename="auditlog.xlsx")
    response["Cache-Control"] = "private, no-store"
    return response


def _book(form: audit.Narrow) -> Book:
    """Row by row, hashes with them: whoever holds the key can check the file later."""
    book = Book()
    sheet = book.sheet(_("Audit log"), [10, 20, 20, 16, 20, 30, 50, 66, 66])
    sheet.head(
        [
            *(_("number"), _("at"), _("what happened"), _("by"), _("from address"), _("about"), _("detail")),
            *(_("hash before"), _("hash")),
        ]
    )
    for entry in form.rows()[:MOST_ROWS].iterator(chunk_size=CHUNK):
        at = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"
        who = str(entry.actor or "")
        said = audit.said(entry.detail)
        sheet.row(
            [
                *(entry.number, at, str(entry.get_kind_display()), who, entry.address or ""),
                *(entry.subject, said, entry.prev_hash, entry.hash),
            ]
        )
    return book
