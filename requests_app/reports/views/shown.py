"""What every page of one report is made of."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from grids.doors import member
from grids.models import User
from requests_app.desk.doors import frame
from requests_app.reports import access
from requests_app.reports.forms import CorrectForm, RemarksForm, SendForm
from requests_app.reports.models import Entry, Report
from requests_app.reports.services import editing, paper

HERE = "reports"
LAST_ENTRIES = 20


def found(request: HttpRequest, pk: int) -> Report:
    """A report that this reader may know of, else 404."""
    rows = Report.objects.visible_to(member(request)).select_related("corrects", "community", "issued_by")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)


def editor(request: HttpRequest) -> User:
    """Whoever may change reports, else 403."""
    user = member(request)
    if not access.may_edit(user):
        raise PermissionDenied(_("Your post does not include this page."))
    return user


def whole(request: HttpRequest, report: Report, **forms: Any) -> dict[str, Any]:
    """The page of one report; `forms` in place of fresh ones, with what was typed."""
    user = member(request)
    may_edit = access.may_edit(user)
    return {
        **frame(request, HERE),
        "report": report,
        "title": paper.name(report),
        "paper": paper.build(report) if report.made_at else None,
        "later": Report.objects.visible_to(user).filter(corrects=report).first(),
        "may_edit": may_edit,
        "why_not": editing.why_not_issued(report) if may_edit else "",
        **(_inner(report, may_edit) if access.reads_drafts(user) else {}),
        **forms,
    }


def _inner(report: Report, may_edit: bool) -> dict[str, Any]:
    """What the street sees besides the paper itself."""
    entries = Entry.objects.filter(report=report).select_related("by").order_by("-pk")
    inner: dict[str, Any] = {"entries": list(entries[:LAST_ENTRIES])}
    if report.is_issued:
        inner["deliveries"] = list(report.deliveries.select_related("recipient").order_by("pk"))
    if may_edit and report.is_issued:
        inner |= {"send_form": SendForm(report=report), "correct_form": CorrectForm()}
    elif may_edit:
        inner["remarks_form"] = RemarksForm.of(report)
    return inner
