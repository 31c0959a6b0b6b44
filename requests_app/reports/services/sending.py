"""Issued reports by email: one delivery per recipient, claimed first, never sent twice unasked."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.reports import access
from requests_app.reports.models import Delivery, Entry, Recipient, Report
from requests_app.reports.services import editing, paper
from requests_app.reports.terms import MOST_TRIES, TRY_AGAIN, TYPES, Did, Form, Sending
from wangguan import clock
from wangguan.celery import app
from wangguan.notify.channels import NotSent, Unclear, email
from wangguan.notify.channels import Refused as Rejected
from wangguan.refusals import Refused

log = logging.getLogger(__name__)

SEND = "requests_app.reports.tasks.send_reports"


# --- what people do ----------------------------------------------------------------------
@transaction.atomic
def send(report: Report, recipients: Iterable[Recipient], *, by: User) -> int:
    """Put a delivery down for each; how many are new. Whoever has it already is left out.

    Raises:
        Refused: not an editor, a draft, or nobody chosen.
    """
    _check(by)
    wanted = {row.pk for row in recipients}
    fit = Recipient.objects.for_kind(report.kind).filter(pk__in=wanted)
    if not report.is_issued:
        raise Refused(_("Only issued reports are sent."))
    if not wanted:
        raise Refused(_("Choose whom to send it to."), field="recipients")
    before = report.deliveries.count()
    rows = (Delivery(report=report, recipient=row, asked_by=by) for row in fit)
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if new := report.deliveries.count() - before:
        Entry.objects.create(report=report, did=Did.SENT, by=by, note=str(new))
        transaction.on_commit(_nudge)
    return new


@transaction.atomic
def again(delivery: Delivery, *, by: User) -> None:
    """Send one anew that failed or was cut off; a person has looked whether it arrived.

    Raises:
        Refused: not an editor, or it is on its way or there already.
    """
    _check(by)
    ended = Delivery.objects.filter(pk=delivery.pk, state__in=[Sending.FAILED, Sending.UNKNOWN])
    fields = {"reason": "", "tries": 0, "next_try_at": clock.now(), "asked_by": by}
    if not ended.update(state=Sending.QUEUED, **fields):
        raise Refused(_("It is on its way already."))
    Entry.objects.create(report=delivery.report, did=Did.SENT, by=by, note="1")
    transaction.on_commit(_nudge)


def _check(by: User) -> None:
    if not access.may_edit(by):
        raise Refused(_("Reports are sent by the dispatch centre and the street's leaders."))


def _nudge() -> None:
    """Wake a worker; what a lost nudge leaves behind, the sweep finds."""
    try:
        app.send_task(SEND, retry=False)
    except Exception as error:
        log.warning("sending of reports could not be queued: %s", type(error).__name__)


# --- what the worker does ----------------------------------------------------------------
def deliver_ready() -> int:
    """Send what waits, and say of what was cut off that nobody knows; how many were sent."""
    now = clock.now()
    Delivery.objects.interrupted(now).update(state=Sending.UNKNOWN, reason="interrupted")
    waiting = Delivery.objects.ready(now).order_by("next_try_at", "pk").values_list("pk", flat=True)
    return sum(deliver(pk) for pk in list(waiting))


def deliver(pk: int) -> bool:
    """Claim one delivery and send it; whether the mail was taken. Not inside a transaction."""
    now = clock.now()
    if (
        not Delivery.objects.ready(now)
        .filter(pk=pk)
        .update(state=Sending.SENDING, claimed_at=now, tries=F("tries") + 1)
    ):
        return False
    row = Delivery.objects.select_related("report", "recipient").get(pk=pk)
    held = Delivery.objects.filter(pk=pk, state=Sending.SENDING, claimed_at=now)
    held.update(**_attempt(row))
    return held.model.objects.filter(pk=pk, state=Sending.SENT, claimed_at=now).exists()


def _attempt(row: Delivery) -> dict[str, Any]:
    """Send it, and what its row says afterwards."""
    if not row.recipient.is_active:
        return {"state": Sending.FAILED, "reason": "not_in_use"}
    try:
        email.post(_mail(row))
    except NotSent as hindrance:
        return _later(row, hindrance.code)
    except Rejected as refusal:
        return {"state": Sending.FAILED, "reason": refusal.code}
    except Unclear as doubt:
        return {"state": Sending.UNKNOWN, "reason": doubt.code}
    except Refused:
        return {"state": Sending.FAILED, "reason": "no_file"}
    return {"state": Sending.SENT, "sent_at": clock.now(), "reason": ""}


def _later(row: Delivery, code: str) -> dict[str, Any]:
    if row.tries >= MOST_TRIES:
        return {"state": Sending.FAILED, "reason": code}
    wait: timedelta = TRY_AGAIN * 2 ** (row.tries - 1)
    return {"state": Sending.QUEUED, "reason": code, "next_try_at": clock.now() + wait}


def _mail(row: Delivery) -> EmailMessage:
    """Both files and where the report stands; no figure in the words themselves."""
    report = row.report
    title = paper.titled(report)
    link = f"{settings.SITE_URL.rstrip('/')}{report.get_absolute_url()}"
    mail = EmailMessage(
        subject=title,
        body=paper.letter(report, link),
        to=[row.recipient.email],
        headers={"Message-ID": email.message_id(f"report:{row.pk}:{row.tries}")},
    )
    for form in Form:
        mail.attach(paper.file_name(report, form), editing.checked(report, form), TYPES[form])
    return mail
