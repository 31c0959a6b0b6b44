"""The demo's file of the hotline: a dozen made-up messages, some answered long ago, some to settle."""

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grids.models import User
from requests_app.hotline.models import HotlineRow, HotlineRun
from requests_app.hotline.services import layouts, runs
from requests_app.hotline.terms import Column
from wangguan import clock
from wangguan.exchange.run import ImportState
from wangguan.notify import outbox

HEADINGS = (
    *("工单编号", "来电人", "联系电话", "标题", "工单内容", "事发地址"),
    *("受理时间", "办理时限", "诉求类别", "答复意见", "答复时间"),
)
MATTERS = Path(__file__).parent / "data" / "demo.csv"
"""Made up: who told what, how many days ago, and the reply where there is one."""
NAME = "12345 热线工单"


def load() -> str:
    """Bring the file in where it is not there yet; says what there is."""
    if not HotlineRun.objects.exists():
        with outbox.unnudged():
            _bring_in(User.objects.get(username="street"))
    return f"{HotlineRow.objects.count()} rows of the hotline"


def _bring_in(by: User) -> None:
    with clock.at(clock.now() - timedelta(hours=3)):
        run = runs.upload(SimpleUploadedFile("12345热线工单.csv", _file()), by=by)
        columns: dict[str, Column] = layouts.guess(HEADINGS)
        runs.name_columns(run, name=NAME, columns=columns, by=by)
        runs.run_check(run.pk, _at_work(run, ImportState.CHECKING))
        runs.run_import(run.pk, _at_work(run, ImportState.IMPORTING))


def _at_work(run: HotlineRun, state: ImportState) -> str:
    now = clock.now()
    HotlineRun.objects.filter(pk=run.pk).update(state=state, beat_at=now, started_at=now)
    return now.isoformat()


def _file() -> bytes:
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADINGS)
    with MATTERS.open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), start=1):
            told = timezone.localtime(clock.now() - timedelta(days=int(row["days_ago"])))
            replied = f"{told + timedelta(days=3):%Y-%m-%d %H:%M}" if row["reply"] else ""
            limit = "" if row["reply"] else "5个工作日"
            words = (row["title"], row["text"], row["address"], f"{told:%Y-%m-%d %H:%M}", limit)
            who = (f"SD37010{number:06}", row["person"], f"1390000{number:04}")
            writer.writerow((*who, *words, row["category"], row["reply"], replied))
    return target.getvalue().encode("gbk")
