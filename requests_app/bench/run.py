"""The measurement from an empty database to the printed table."""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from requests_app.bench import due, outside, table
from requests_app.bench.copies import Copier, tidy
from requests_app.bench.inside import Visitor
from requests_app.bench.outside import Load
from requests_app.bench.specimens import COUNT, make_specimens
from requests_app.bench.street import make_street
from requests_app.services import audit
from wangguan import clock
from wangguan.measuring import Cost, cost_of
from wangguan.runner import static

SIZES = (10_000, 100_000)
FEW_DUE = 100
SECONDS = 4.0


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.began = monotonic()

    def run(self) -> int:
        """Measure every size and print; 1 when the tickets do not stand the audit."""
        if connection.introspection.table_names():
            self._say("The database is not empty. `make bench` fills one of its own: unset DATABASE_URL.")
            return 1
        self._prepare()
        costs: dict[str, dict[int, Cost]] = {}
        loads: dict[str, dict[int, Load]] = {}
        copier, copies = Copier(most=max(SIZES) // COUNT), 0
        for size in SIZES:
            copier.copy(copies + 1, size // COUNT - 1)
            copies = size // COUNT - 1
            tidy()
            self._say(f"{size:,} tickets loaded; measuring")
            if broken := audit.violations():
                self._say(f"The audit finds violations: {broken}"[:2000])
                return 1
            for name, cost in self._inside(size).items():
                costs.setdefault(name, {})[size] = cost
            for name, load in self._outside().items():
                loads.setdefault(name, {})[size] = load
        _show(table.report(costs, loads))
        _show(table.rooms(_rooms()))
        return 0

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        if not static.is_fresh():
            call_command("collectstatic", interactive=False, verbosity=0)
            static.mark_fresh()
        make_street()
        make_specimens(clock.now())
        self._say(f"{COUNT} tickets made by the services; {self._durability()}")

    def _inside(self, size: int) -> dict[str, Cost]:
        visitor = Visitor()
        return {
            "submit": cost_of(visitor.submit, runs=100),
            "worker list": cost_of(visitor.list_of_grid, runs=40),
            "street list, all": cost_of(visitor.list_of_all, runs=40),
            "street list, due soon": cost_of(visitor.list_due_soon, runs=40),
            "street list, overdue": cost_of(visitor.list_overdue, runs=40),
            "worker's morning": cost_of(visitor.morning, runs=40),
            "street's morning": cost_of(visitor.morning_of_the_street, runs=40),
            "ticket page": cost_of(visitor.open_ticket, runs=40),
            f"due sweep, {FEW_DUE} due": due.sweep_cost(FEW_DUE),
            "due sweep, 1 % due": due.sweep_cost(size // 100),
        }

    def _outside(self) -> dict[str, Load]:
        door = Visitor().door
        with outside.web_server(self.folder) as port:
            return {
                "submit": outside.submits(port, door=door, seconds=SECONDS),
                "empty view": outside.empty_views(port, seconds=SECONDS / 2),
            }

    @staticmethod
    def _durability() -> str:
        """The settings of the database that decide what a commit costs."""
        with connection.cursor() as cursor:
            values = []
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"SHOW {name}")
                values.append(f"{name}={cursor.fetchone()[0]}")
        return "PostgreSQL " + ", ".join(values)

    def _say(self, sentence: str) -> None:
        _show(f"[{monotonic() - self.began:4.0f} s] {sentence}")


def _rooms() -> Iterator[table.Measured]:
    """What the rooms around tickets cost, on the largest street of this run."""
    for room in settings.ROOMS:
        if find_spec(name := f"{room}.bench"):
            yield from import_module(name).measure()


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
