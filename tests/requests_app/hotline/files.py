"""Files as hotlines might send them, all made up, and runs of them without a worker."""

import csv
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from grids.models import User
from requests_app.hotline.models import HotlineRow, HotlineRun
from requests_app.hotline.services import layouts, runs
from requests_app.models import Ticket
from wangguan import clock
from wangguan.exchange import hold
from wangguan.exchange.run import ImportState

MESSAGES = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
ORDERS = (
    "工单编号",
    "来电人",
    "联系电话",
    "工单内容",
    "事发地址",
    "受理时间",
    "办理时限",
    "诉求类别",
    "承办单位",
)
Row = Mapping[str, Any]


def settled(number: str = "2554", **cells: Any) -> dict[str, Any]:
    """A row of `MESSAGES` with a reply."""
    row = ("A00012345", "咨询停水时间", "2019/4/24 16:03:40", "\n九区3号楼昨天停水，什么时候恢复？")
    reply = ("您好，水管已经修好，当天恢复供水。", "2019/4/30 9:08:14")
    return dict(zip(MESSAGES, (number, *row, *reply), strict=True)) | cells


def waiting(number: str = "9001", **cells: Any) -> dict[str, Any]:
    """A row of `MESSAGES` that nobody replied to yet."""
    return settled(number, 留言时间="2026/11/20 10:00:00", 答复意见="", 答复时间="") | cells


def order(number: str = "SD20261120001", **cells: Any) -> dict[str, Any]:
    """A row of `ORDERS`."""
    row = (
        "王先生",
        "139 1234-5678",
        "路灯不亮，老人看不清路。",
        "九区3号楼2单元",
        "2026-11-20 09:30",
        "",
        "",
        "市中",
    )
    return dict(zip(ORDERS, (number, *row), strict=True)) | cells


def xlsx(rows: Sequence[Row], headings: Sequence[str] = MESSAGES, *, epoch: Any = None) -> bytes:
    book = Workbook()
    if epoch:
        book.epoch = epoch
    book.worksheets[0].append(list(headings))
    for row in rows:
        book.worksheets[0].append([row.get(name) for name in headings])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def text(rows: Sequence[Row], headings: Sequence[str] = MESSAGES, *, encoding: str, delimiter: str) -> bytes:
    target = StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows([row.get(name) for name in headings] for row in rows)
    return target.getvalue().encode(encoding)


def uploaded(content: bytes, by: User, name: str = "12345.xlsx") -> HotlineRun:
    """A run whose columns are those that we guess."""
    run = runs.upload(SimpleUploadedFile(name, content), by=by)
    if run.layout is None:
        headings = runs.headings(run)
        runs.name_columns(run, name=headings[0], columns=layouts.guess(headings), by=by)
    return run


def at_work(run: HotlineRun, state: ImportState) -> str:
    """As if it had been queued just now; what its task is given."""
    now = clock.now()
    HotlineRun.objects.filter(pk=run.pk).update(state=state, beat_at=now)
    return now.isoformat()


def checked(run: HotlineRun) -> HotlineRun:
    runs.run_check(run.pk, at_work(run, ImportState.CHECKING))
    run.refresh_from_db()
    return run


def imported(content: bytes, by: User) -> HotlineRun:
    """A file that was checked and brought in."""
    run = checked(uploaded(content, by))
    # A beat beside this transaction, which nobody else sees, would find no run.
    with patch.object(hold, "BEAT_EVERY", timedelta(hours=1)):
        runs.run_import(run.pk, at_work(run, ImportState.IMPORTING))
    run.refresh_from_db()
    assert run.state == ImportState.IMPORTED, run.error
    return run


def undone(run: HotlineRun, by: User) -> HotlineRun:
    runs.undo(run, by=by)
    assert run.undo_asked_at
    runs.run_undo(run.pk, run.undo_asked_at.isoformat())
    run.refresh_from_db()
    return run


def ticket_of(number: str) -> Ticket:
    row = HotlineRow.objects.filter(number=number).order_by("-pk").select_related("ticket").first()
    assert row
    return row.ticket


def refusals(run: HotlineRun) -> list[tuple[int, str]]:
    """Row and column of what was refused."""
    return [(row["row"], row["column"]) for row in run.report["rows"] if row["what"] == "refused"]


def read(content: bytes) -> list[list[Any]]:
    """Rows of the first sheet; an empty cell is an empty text."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
