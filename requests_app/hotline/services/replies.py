"""Replies on their way back: in the hotline's layout, and recorded as told once they were entered there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.hotline.models import ExportedReply, HotlineRow, HotlineRun, Layout, ReplyExport
from requests_app.hotline.services import layouts
from requests_app.hotline.services.cells import as_text
from requests_app.hotline.terms import Column, ReplyScope
from requests_app.models import Answer, Reached, Ticket
from requests_app.services import staff, take
from wangguan import clock
from wangguan.refusals import Refused
from wangguan.workbook import Book

MOST = 10_000
"""Rows of one export."""


@dataclass(frozen=True)
class Choice:
    """Which rows: of one import, or told from `since` to `until`, both included; all of them without."""

    layout: Layout
    scope: str = ReplyScope.WAITING
    run: HotlineRun | None = None
    since: date | None = None
    until: date | None = None


def waiting(user: User) -> QuerySet[HotlineRow]:
    """Rows whose newest answer the hotline does not have, as far as anybody said."""
    told = ExportedReply.objects.filter(answer=OuterRef("pk"), export__told_at__isnull=False)
    answers = Answer.objects.filter(ticket=OuterRef("ticket_id"), round=OuterRef("ticket__round"))
    owed = answers.exclude(reached_how=Reached.HOTLINE).exclude(Exists(told))
    return _rows(user).filter(Exists(owed))


def _rows(user: User) -> QuerySet[HotlineRow]:
    return HotlineRow.objects.filter(undone=False, ticket__in=Ticket.objects.visible_to(user))


def chosen(choice: Choice, user: User) -> QuerySet[HotlineRow]:
    """The rows of a choice that this person may see, in the order in which they came."""
    rows = waiting(user) if choice.scope == ReplyScope.WAITING else _rows(user)
    rows = rows.filter(layout=choice.layout)
    if choice.run:
        rows = rows.filter(run=choice.run)
    if choice.since:
        rows = rows.filter(ticket__arrived_at__gte=_start(choice.since))
    if choice.until:
        rows = rows.filter(ticket__arrived_at__lt=_start(choice.until + timedelta(days=1)))
    newest = Answer.objects.filter(round=F("ticket__round")).order_by("pk")
    return rows.select_related("ticket").prefetch_related(Prefetch("ticket__answers", newest)).order_by("pk")


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def export(choice: Choice, *, by: User) -> tuple[ReplyExport, bytes]:
    """The workbook, and the record of who took it out.

    Raises:
        Refused: no such row, or too many.
    """
    rows = list(chosen(choice, by)[: MOST + 1])
    if not rows:
        raise Refused(_("There is no such row."))
    if len(rows) > MOST:
        raise Refused(_("More than %(most)d rows. Please choose a shorter span.") % {"most": MOST})
    answers = [_answer(row) for row in rows]
    with transaction.atomic():
        record = ReplyExport.objects.create(
            layout=choice.layout,
            run=choice.run,
            since=choice.since,
            until=choice.until,
            scope=choice.scope,
            rows=len(rows),
            replies=sum(1 for answer in answers if answer),
            by=by,
        )
        ExportedReply.objects.bulk_create(
            ExportedReply(export=record, answer=answer) for answer in answers if answer
        )
    return record, _workbook(choice.layout, rows, answers)


def _answer(row: HotlineRow) -> Answer | None:
    """The newest of this round."""
    return next(iter(reversed(row.ticket.answers.all())), None)


def _workbook(layout: Layout, rows: Sequence[HotlineRow], answers: Sequence[Answer | None]) -> bytes:
    """As the rows came; replies of ours in their columns, which are added where the file had none."""
    places = layouts.meaning(layout)
    added = [column for column in (Column.REPLY, Column.REPLIED_AT) if column not in places]
    places |= {column: len(layout.headings) + number for number, column in enumerate(added)}
    book = Book()
    page = book.sheet(layout.name[:30].translate(_NO_SHEET_NAME) or "12345")
    page.head([*layout.headings, *(layouts.heading_of(layout, column) for column in added)])
    for row, answer in zip(rows, answers, strict=True):
        cells = [*json.loads(row.cells), *[""] * len(added)]
        if answer and (answer.round or not cells[places[Column.REPLY]]):
            for column, value in _replied(answer).items():
                cells[places[column]] = value
        page.row(cells)
    return book.save()


_NO_SHEET_NAME = str.maketrans("", "", "[]:*?/\\")


def _replied(answer: Answer) -> dict[Column, str]:
    written = timezone.localtime(answer.written_at).replace(tzinfo=None)
    return {Column.REPLY: answer.text, Column.REPLIED_AT: as_text(written)}


def told(record: ReplyExport, *, by: User) -> tuple[int, int]:
    """Record that an export was entered at the hotline: how many matters are answered by it, how many not.

    Left alone are those that were answered otherwise, reopened or answered anew meanwhile.
    """
    answers = Answer.objects.filter(pk__in=record.answers.values("answer")).order_by("pk")
    done = left = 0
    for answer in answers.filter(reached_at=None, unreachable_at=None):
        if _tell(answer, record, by):
            done += 1
        else:
            left += 1
    ReplyExport.objects.filter(pk=record.pk, told_at=None).update(told_by=by, told_at=clock.now())
    record.refresh_from_db()
    return done, left


def _tell(answer: Answer, record: ReplyExport, by: User) -> bool:
    ticket = Ticket.objects.visible_to(by).with_units().filter(pk=answer.ticket_id).first()
    if ticket is None or ticket.current_answer() != answer:
        return False
    key = uuid5(NAMESPACE_OID, f"hotline:{record.pk}:{answer.pk}")
    try:
        take(ticket, "answer", by=staff(by), how=Reached.HOTLINE, action_id=key)
    except Refused:
        return False
    return True
