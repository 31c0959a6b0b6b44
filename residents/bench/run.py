"""The measurement from an empty database to the printed table."""

import sys
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from grids import demo as territory
from grids.demo import THIRD_GRID
from residents.bench import table
from residents.bench.seekers import Community, Worker
from residents.demo import street
from residents.models import Resident
from wangguan.measuring import Cost, cost_of
from wangguan.runner import static

FILE = settings.BASE_DIR / "grids" / "data" / "wangguanzhuang.json"
RUNS = 60


class Bench:
    def __init__(self) -> None:
        self.began = monotonic()

    def run(self) -> int:
        """Measure one grid alone, then the whole street, and print."""
        if connection.introspection.table_names():
            self._say("The database is not empty. `make bench` fills one of its own: unset DATABASE_URL.")
            return 1
        self._prepare()
        costs: dict[str, dict[int, Cost]] = {}
        for codes in ({THIRD_GRID}, None):
            street.load(codes=codes)
            _tidy()
            size = Resident.objects.here().count()
            self._say(f"{size:,} residents loaded; measuring")
            for name, cost in _measured().items():
                costs.setdefault(name, {})[size] = cost
        _show(table.report(costs))
        return 0

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        if not static.is_fresh():
            call_command("collectstatic", interactive=False, verbosity=0)
            static.mark_fresh()
        call_command("load_street", FILE, verbosity=0, stdout=_Nowhere())
        call_command("load_checklists", stdout=_Nowhere())
        territory.create_people()

    def _say(self, sentence: str) -> None:
        _show(f"[{monotonic() - self.began:4.0f} s] {sentence}")


def _measured() -> dict[str, Cost]:
    found = {}
    for seeker in (Worker(), Community()):
        for name, action in seeker.actions().items():
            found[f"{name}, {seeker.name}"] = cost_of(action, runs=RUNS, prepare=seeker.arrive)
    return found


def _tidy() -> None:
    """VACUUM and ANALYZE, as the database's own housekeeping leaves it after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


class _Nowhere:
    def write(self, text: str) -> None:
        """Drop it."""


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
