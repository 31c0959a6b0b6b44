"""What a monthly report costs with everything the bench loaded: counting it, and writing both files."""

import time
import tracemalloc

from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import today
from requests_app.reports.models import Report
from requests_app.reports.services import contents, docx, paper, xlsx
from requests_app.reports.services.contents import Asked
from requests_app.reports.terms import Kind
from requests_app.statistics.services import roll
from wangguan import clock

AIM = 10_000.0
RUNS = 5


def measure() -> list[tuple[str, float, int, float]]:
    """What, median milliseconds, statements, and the aim in milliseconds; memory in the words, in MB."""
    roll()
    with CaptureQueriesContext(connection) as seen:
        _make()
    times = sorted(_timed() for _ in range(RUNS))
    tracemalloc.start()
    _make()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    what = f"monthly report, counted and both files written ({peak / 1e6:.1f} MB at most)"
    return [(what, times[RUNS // 2], len(seen), AIM)]


def _timed() -> float:
    began = time.perf_counter()
    _make()
    return (time.perf_counter() - began) * 1000


def _make() -> None:
    """As the worker counts it and issuing writes it, of this month; nothing is kept."""
    span = Kind.MONTHLY.span(today())
    report = Report(
        kind=Kind.MONTHLY, first=span.first, last=span.last, made_at=clock.now(), as_of=clock.now()
    )
    report.data = contents.collect(Asked(span))
    made = paper.build(report)
    docx.write(made)
    xlsx.write(made)
