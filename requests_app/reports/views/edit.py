"""Making, editing, issuing and correcting reports."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.desk.doors import for_office, frame
from requests_app.models import Publication
from requests_app.reports.forms import CasesForm, CorrectForm, IssueForm, MakeForm, RemarksForm
from requests_app.reports.models import Report
from requests_app.reports.services import cases, editing, making, paper
from requests_app.reports.terms import MOST_CASES, Kind
from requests_app.reports.views.shown import HERE, editor, found, whole
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """Have a day, week or month counted now."""
    user = editor(request)
    form = MakeForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = making.ask(Kind(form.cleaned_data["kind"]), form.cleaned_data["on"], by=user)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            return see_other(row.get_absolute_url())
    context = {**frame(request, HERE), "form": form}
    return page(request, "reports/new.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_office()
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a draft anew."""
    user, row = editor(request), found(request, pk)
    try:
        making.start(row, by=user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other(row.get_absolute_url())


@require_POST
@for_office()
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the editor's words; 409 shows them again when somebody else wrote meanwhile."""
    user, row = editor(request), found(request, pk)
    form = RemarksForm(request.POST)
    if not form.is_valid():
        return page(request, "reports/one.html", whole(request, row, remarks_form=form), status=422)
    try:
        editing.write_remarks(row, by=user, **form.cleaned_data)
    except editing.ChangedMeanwhile as refusal:
        row.refresh_from_db()
        form.data = _at_revision(request, row)
        form.add_error(None, refusal.sentence)
        theirs = {"remark": row.remark, "plan": row.plan}
        return page(
            request, "reports/one.html", whole(request, row, remarks_form=form, theirs=theirs), status=409
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return page(request, "reports/one.html", whole(request, row, kept=form.cleaned_data), status=409)
    messages.success(request, _("Kept."))
    return see_other(row.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the typical cases among those on the board."""
    user, row = editor(request), found(request, pk)
    if row.is_issued:
        return see_other(row.get_absolute_url())
    offered = _offered(row)
    form = CasesForm(
        _posted(request), offered=offered, initial={"revision": row.revision, "cases": row.cases}
    )
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            editing.choose_cases(row, by=user, chosen=values["cases"], revision=values["revision"])
        except Refused as refusal:
            row.refresh_from_db()
            form.data = _at_revision(request, row)
            form.add_error(None, refusal.sentence)
            status = 409
        else:
            messages.success(request, _("Kept."))
            return see_other(row.get_absolute_url())
    ticked = {str(pk) for pk in (form["cases"].value() or [])}
    context = {
        **frame(request, HERE),
        "report": row,
        "title": paper.name(row),
        "form": form,
        "options": [(case, str(case.pk) in ticked) for case in offered],
        "most": MOST_CASES,
    }
    return page(request, "reports/cases.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then close it for good."""
    user, row = editor(request), found(request, pk)
    if request.method == "POST":
        form = IssueForm(request.POST)
        seen = _seen(form)
        try:
            editing.issue(row, by=user, revision=seen[0], made_at=seen[1])
        except editing.ChangedMeanwhile as refusal:
            row.refresh_from_db()
            context = _confirm(request, row) | {"changed": refusal.sentence}
            return page(request, "reports/issue.html", context, status=409)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Issued. It never changes from now on."))
        return see_other(row.get_absolute_url())
    if why := editing.why_not_issued(row):
        messages.error(request, why)
        return see_other(row.get_absolute_url())
    return page(request, "reports/issue.html", _confirm(request, row))


@require_POST
@for_office()
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new edition that names this one."""
    user, row = editor(request), found(request, pk)
    form = CorrectForm(request.POST)
    if form.is_valid():
        try:
            later = making.correct(row, by=user, why=form.cleaned_data["why"])
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            return see_other(later.get_absolute_url())
    return page(request, "reports/one.html", whole(request, row, correct_form=form), status=422)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _at_revision(request: HttpRequest, row: Report) -> QueryDict:
    """What was typed, to be kept over what stands there now."""
    typed = request.POST.copy()
    typed["revision"] = str(row.revision)
    return typed


def _offered(row: Report) -> list[Publication]:
    """What is chosen now, then what else was answered or released in the span."""
    chosen = cases.chosen(row)
    known = {case.pk for case in chosen}
    return [*chosen, *(case for case in cases.suggested(row) if case.pk not in known)]


def _confirm(request: HttpRequest, row: Report) -> dict[str, object]:
    return {
        **frame(request, HERE),
        "report": row,
        "title": paper.name(row),
        "made_at": row.made_at.isoformat() if row.made_at else "",
        "back": reverse("report", args=[row.pk]),
        "has_words": bool(row.remark or row.plan),
        "cases": len(cases.chosen(row)),
    }


def _seen(form: IssueForm) -> tuple[int, datetime | None]:
    """Which revision, counted when, the person saw; impossible ones when the form says none."""
    if not form.is_valid():
        return -1, None
    try:
        return form.cleaned_data["revision"], datetime.fromisoformat(form.cleaned_data["made_at"])
    except ValueError:
        return -1, None
