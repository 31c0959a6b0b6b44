"""Seconds and megabytes of an import of residents: `python -m residents.bench.exchange [rows]`.

To be run on throw-away servers (`make bench` shows how). Check, import and a second check of the same
file run in a process of their own each, as a worker's child does; the peak is what the kernel counted
(VmHWM) above what the process held before it began.
"""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import django

ROWS = 30_000
BUILDINGS, DOORS_EACH, PEOPLE_EACH = 200, 60, 3
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WRONG_EVERY = 100
"""One row in so many has a wrong ID number."""


def main() -> int:
    os.environ.setdefault("MEDIA_ROOT", str(Path(os.environ["WANGGUAN_SERVERS"]) / "media"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    if sys.argv[1:2] == ["work"]:
        _work(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        _drive(int(sys.argv[1]) if sys.argv[1:] else ROWS)
    return 0


def _drive(rows: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    run = _uploaded(rows)
    for state in ("checking", "importing", "checking"):
        _start(run.pk, state)
        run.refresh_from_db()
        counts = f"{run.created} new, {run.unchanged} unchanged, {run.refused} refused"
        _tell(f"    {run.state}: {counts} {run.error}")
        if run.state == "imported":
            run = _uploaded(rows, again=True)


def _start(pk: int, state: str) -> None:
    """Queue it by hand and let a fresh process work on it."""
    from residents.models import ImportRun
    from wangguan import clock

    now = clock.now()
    ImportRun.objects.filter(pk=pk).update(state=state, beat_at=now)
    command = [sys.executable, "-m", "residents.bench.exchange", "work", state, str(pk), now.isoformat()]
    subprocess.run(command, check=True)


def _work(state: str, pk: int, queued_at: str) -> None:
    from residents.models import ImportRun
    from residents.services.exchange import runs

    ImportRun.objects.count()
    before, began = _megabytes("VmRSS"), time.perf_counter()
    (runs.run_check if state == "checking" else runs.run_import)(pk, queued_at)
    seconds, peak = time.perf_counter() - began, _megabytes("VmHWM")
    _tell(f"{state:<10} {seconds:6.1f} s   {peak - before:5.0f} MB above {before:.0f} MB")


def _megabytes(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- what is imported --------------------------------------------------------------------
_made: list[bytes] = []


def _uploaded(rows: int, *, again: bool = False):  # type: ignore[no-untyped-def]  # models come late
    from django.core.files.uploadedfile import SimpleUploadedFile

    from grids.models import User
    from residents.services.exchange import runs
    from residents.terms import RegisterKind

    if not again:
        _street()
        User.objects.create_superuser("bench", real_name="bench")
        _made.append(_file(rows))
    file = SimpleUploadedFile("bench.xlsx", _made[0])
    return runs.upload(RegisterKind.RESIDENTS, file, by=User.objects.get(username="bench"))


def _street() -> None:
    from grids.models import Building, Community, Grid, Street

    street = Street.objects.create(code="370103015", name="王官庄街道")
    community = Community.objects.create(street=street, code="370103015005", name="九区社区")
    grid = Grid.objects.create(community=community, code="370103015005003", name="第三网格")
    Building.objects.bulk_create(
        Building(grid=grid, name=f"{number}号楼", address=f"九区{number}号楼") for number in range(BUILDINGS)
    )


def _file(rows: int) -> bytes:
    from residents.services.exchange.columns import People
    from wangguan.workbook import Book

    book = Book()
    page = book.sheet("居民")
    page.head(People().headings)
    for number in range(rows):
        page.row(_row(number))
    return book.save()


def _row(number: int) -> list[object]:
    home, place = divmod(number, PEOPLE_EACH)
    building, flat = divmod(home, DOORS_EACH)
    born = date(1940, 1, 1) + timedelta(days=number % 25_000)
    digits = f"370103{born:%Y%m%d}{(number // 25_000 * 500 + number) % 1000:03}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    if number % WRONG_EVERY == WRONG_EVERY - 1:
        check = "1" if check != "1" else "2"
    relation = ("户主", "配偶", "子女")[place]
    door = f"{flat // 10 + 1}{flat % 10 + 1:02}"
    return [
        *(f"九区{building % BUILDINGS}号楼", building // BUILDINGS + 1, flat // 10 + 1, door, "自住", "户籍"),
        *(f"居民{number}", "", "", digits + check, f"139{number:08}", relation, date(2015, 5, 1)),
    ]


if __name__ == "__main__":
    sys.exit(main())
