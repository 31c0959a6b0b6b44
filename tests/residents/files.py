"""xlsx files as somebody might send them, and runs of them without a worker."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from grids.models import User
from residents.models import ImportRun
from residents.services.exchange import runs
from residents.services.exchange.columns import REGISTERS
from residents.services.exchange.importer import Importer
from residents.services.exchange.runs import IMPORTERS
from residents.terms import RegisterKind
from wangguan import clock
from wangguan.exchange.run import ImportState
from wangguan.exchange.sheets import Sheet

HOME: dict[str, Any] = {
    "楼栋地址": "九区3号楼",
    "单元": 2,
    "楼层": 5,
    "门牌": "501",
    "房屋用途": "自住",
    "户类型": "户籍",
}
Row = Mapping[str, Any]


_MADE: dict[str, bytes] = {}


def xlsx(rows: Sequence[Row], *, kind: str = "residents") -> bytes:
    """A workbook with the template's headings and these rows; what a row does not name is empty.

    The same rows are the same bytes: a workbook says in which second it was written.
    """
    key = f"{kind}: {rows!r}"
    if key not in _MADE:
        _MADE[key] = _written(rows, kind)
    return _MADE[key]


def _written(rows: Sequence[Row], kind: str) -> bytes:
    headings = REGISTERS[kind]().headings
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(name) for name in headings])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def person(name: str = "张三", **cells: Any) -> dict[str, Any]:
    """A row of somebody in 九区3号楼 2单元501."""
    return {**HOME, "姓名": name, **cells}


def judged(rows: Sequence[Row], by: User, *, kind: str = "residents", write: bool = False) -> Importer[Any]:
    """What the file would do, or with `write` does, without a run around it."""
    importer = IMPORTERS[kind](by)
    columns = importer.columns
    for line in Sheet(BytesIO(xlsx(rows, kind=kind)), needed=columns.needed, known=columns.headings):
        importer.take(line)
    for batch in importer.batches():
        importer.settle(batch, write=write)
    return importer


def refusals(importer: Importer[Any]) -> list[tuple[int, str]]:
    """Row and column of what was refused."""
    rows = importer.outcome.report()["rows"]
    return [(row["row"], row["column"]) for row in rows if row["what"] == "refused"]


def uploaded(rows: Sequence[Row], by: User, *, kind: str = "residents") -> ImportRun:
    file = SimpleUploadedFile("名册.xlsx", xlsx(rows, kind=kind))
    return runs.upload(RegisterKind(kind), file, by=by)


def at_work(run: ImportRun, state: ImportState) -> str:
    """As if it had been queued just now; what its task is given."""
    now = clock.now()
    ImportRun.objects.filter(pk=run.pk).update(state=state, beat_at=now)
    return now.isoformat()


def checked(run: ImportRun) -> ImportRun:
    runs.run_check(run.pk, at_work(run, ImportState.CHECKING))
    run.refresh_from_db()
    return run


def imported(run: ImportRun) -> ImportRun:
    runs.run_import(run.pk, at_work(run, ImportState.IMPORTING))
    run.refresh_from_db()
    return run


def read(content: bytes) -> list[list[Any]]:
    """Rows of the first sheet."""
    book = load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
