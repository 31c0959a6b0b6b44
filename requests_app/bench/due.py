"""Make a share of the open tickets due, and sweep them."""

from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection

from requests_app.bench.specimens import COUNT
from requests_app.services import due
from wangguan import clock
from wangguan.measuring import Cost, counting
from wangguan.notify import outbox

RUNS = 5
# Each ticket's own clock is turned back until its next alarm has just struck: a reminder, not a
# step of the system (a hold to review, a closing in silence), which costs what any step costs.
_TURN_BACK = """
    UPDATE requests_app_ticket AS ticket SET
        woken_at = ticket.woken_at - back, wake_at = %(now)s, arrived_at = arrived_at - back,
        clock_started_at = clock_started_at - back, accept_due = accept_due - back,
        base_due = base_due - back, half_at = half_at - back, yellow_at = yellow_at - back,
        resolve_due = resolve_due - back, due_at = due_at - back, accepted_at = accepted_at - back,
        resolved_at = resolved_at - back, answered_at = answered_at - back
    FROM (
        SELECT id, wake_at - %(now)s AS back FROM requests_app_ticket
        WHERE id > %(specimens)s AND wake_at > %(now)s AND status <> 'on_hold'
        AND (status <> 'answered' OR wake_at < answered_at + interval '4 days')
        ORDER BY md5(number || %(run)s) LIMIT %(count)s
    ) AS chosen
    WHERE ticket.id = chosen.id
"""


def make_due(count: int, *, run: int = 0) -> None:
    """Turn back the clocks of so many copies that wait for an alarm; specimens stay as they are."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"now": clock.now(), "run": str(run), "count": count, "specimens": COUNT}
        cursor.execute(_TURN_BACK, values)
        if cursor.rowcount != count:
            raise RuntimeError(f"Only {cursor.rowcount} tickets wait for an alarm.")
        cursor.execute("ANALYZE requests_app_ticket")


def sweep_cost(count: int) -> Cost:
    """Statements and milliseconds of sweeping so many due tickets, each time others."""
    statements, times = 0, []
    for run in range(RUNS):
        make_due(count, run=run)
        with counting() as counted, outbox.unnudged():
            began = perf_counter()
            done = due.sweep()
            times.append((perf_counter() - began) * 1000)
        statements = max(statements, counted.statements)
        if done.looked_at != count:
            raise RuntimeError(f"{done.looked_at} tickets were due instead of {count}.")
    return Cost(statements, median(times))
