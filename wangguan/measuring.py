"""What something costs: its SQL statements and its milliseconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection

Action = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """The most statements any run took (without BEGIN and COMMIT), and the median of the runs."""

    statements: int
    milliseconds: float


def cost_of(action: Action, *, runs: int, prepare: Action | None = None) -> Cost:
    """Run `action` so often, after a few times to warm up; `prepare` comes before each, uncounted."""
    statements, times = [], []
    for run in range(-5, runs):
        if prepare:
            prepare()
        if run < 0:
            with counting() as counter:
                action()
            statements.append(counter.statements)
            continue
        began = perf_counter()
        action()
        times.append((perf_counter() - began) * 1000)
    return Cost(max(statements[1:]), median(times))


@dataclass
class Counter:
    """Counts the statements that Django sends, BEGIN and COMMIT apart."""

    statements: int = 0

    def __call__(self, execute: Callable[..., Any], *call: Any) -> Any:
        self.statements += 1
        return execute(*call)


@contextmanager
def counting() -> Iterator[Counter]:
    """Count what this connection executes in the block."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        yield counter
