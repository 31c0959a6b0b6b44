"""An editor's words, the cases they choose, and issuing: from then on nothing changes."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Street, User
from requests_app.reports import access
from requests_app.reports.models import Entry, Report
from requests_app.reports.services import cases, docx, making, paper, xlsx
from requests_app.reports.terms import MOST_CASES, Did, Form, State
from wangguan import clock
from wangguan.refusals import Refused
from wangguan.words import storable

log = logging.getLogger(__name__)


class ChangedMeanwhile(Refused):
    """Somebody else edited or counted it after this page was made; nothing was written."""


@transaction.atomic
def write_remarks(report: Report, *, by: User, remark: str, plan: str, revision: int) -> None:
    """Keep the editor's note and what comes next, over what stood there at `revision`.

    Raises:
        ChangedMeanwhile: somebody wrote meanwhile.
        Refused: not an editor, or issued.
    """
    now = clock.now()
    fields = {"remark": storable(remark), "plan": storable(plan), "remarked_at": now, "remarked_by": by}
    _edit(report, by, revision, **fields)
    Entry.objects.create(report=report, did=Did.REMARKED, by=by)


@transaction.atomic
def choose_cases(report: Report, *, by: User, chosen: Sequence[int], revision: int) -> None:
    """Show these released matters, in this order.

    Raises:
        ChangedMeanwhile: somebody wrote meanwhile.
        Refused: too many, or one that does not stand on the board.
    """
    if len(chosen) > MOST_CASES:
        raise Refused(_("Choose at most %(most)d cases.") % {"most": MOST_CASES}, field="cases")
    if cases.released().filter(pk__in=chosen).count() != len(set(chosen)):
        raise Refused(_("One of these matters was taken off the board meanwhile."), field="cases")
    _edit(report, by, revision, cases=list(chosen), cases_chosen=True)
    Entry.objects.create(report=report, did=Did.CASES, by=by)


def _edit(report: Report, by: User, revision: int, **fields: Any) -> None:
    _check(by)
    drafts = Report.objects.drafts().filter(pk=report.pk)
    if drafts.filter(revision=revision).update(revision=revision + 1, **fields):
        return
    if not drafts.exists():
        raise Refused(_("This report is issued; it never changes."))
    raise ChangedMeanwhile(
        _("Somebody changed this report after you opened it. Your words are kept; look at theirs first.")
    )


def why_not_issued(report: Report) -> str:
    """Why it cannot be issued now; empty when it can."""
    if report.is_issued:
        return _("This report is issued already.")
    if report.is_at_work or report.made_at is None or report.as_of is None:
        return _("It is still being counted.")
    if report.as_of < cases.moments(report.span)[1]:
        return _("Its figures end before the span does. Count it anew once the span is over.")
    return ""


@transaction.atomic
def issue(report: Report, *, by: User, revision: int, made_at: datetime | None) -> Report:
    """Give it its number, keep its files and close it for good: what was seen, and nothing newer.

    Raises:
        ChangedMeanwhile: edited or counted after this person's page was made.
        Refused: not an editor, issued already, or not whole.
    """
    _check(by)
    # Numbers are given one after the other.
    list(Street.objects.select_for_update().only("pk"))
    row = Report.objects.select_for_update().get(pk=report.pk)
    if why := why_not_issued(row):
        raise Refused(why)
    if (row.revision, row.made_at) != (revision, made_at):
        raise ChangedMeanwhile(_("This report has changed since you looked at it. Please look again."))
    row.number = making.next_number(row)
    row.data["cases"] = cases.kept(cases.chosen(row))
    row.state, row.issued_at, row.issued_by = State.ISSUED, clock.now(), by
    _keep_files(row)
    Entry.objects.create(report=row, did=Did.ISSUED, by=by, note=paper.numbered(row)[:200])
    return row


def _keep_files(row: Report) -> None:
    """Write both files, and the row with their sums; files of a row that fails do not stay."""
    made = paper.build(row)
    try:
        for form, content in ((Form.DOCX, docx.write(made)), (Form.XLSX, xlsx.write(made))):
            setattr(row, f"{form}_sha256", hashlib.sha256(content).hexdigest())
            row.file(form).save(f"report.{form}", ContentFile(content), save=False)
        row.save()
    except Exception:
        for form in Form:
            if name := row.file(form).name:
                row.file(form).storage.delete(name)
        raise


def file(report: Report, form: Form, *, by: User) -> bytes:
    """The report as a file: as issued, or as the draft stands now; each download is on record.

    Raises:
        Refused: not counted yet, or the kept file is no longer what was issued.
    """
    if report.is_issued:
        content = checked(report, form)
    elif report.made_at:
        content = {Form.DOCX: docx.write, Form.XLSX: xlsx.write}[form](paper.build(report))
    else:
        raise Refused(_("It is still being counted."))
    Entry.objects.create(report=report, did=Did.DOWNLOADED, by=by, note=form.label)
    return content


def checked(report: Report, form: Form) -> bytes:
    """The file of an issued report, if it is what was issued.

    Raises:
        Refused: it is gone, or somebody changed it.
    """
    try:
        with report.file(form).open("rb") as kept:
            content: bytes = kept.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != getattr(report, f"{form}_sha256"):
        log.error("report %s: its %s is not what was issued", report.pk, form)
        raise Refused(_("The kept file is missing or was changed. Please tell the administrator."))
    return content


def _check(by: User) -> None:
    if not access.may_edit(by):
        raise Refused(_("Reports are edited by the dispatch centre and the street's leaders."))
