"""The measurements as a table, beside what they aim at."""

from collections.abc import Iterable

from requests_app.bench.outside import Load
from wangguan.measuring import Cost

Measured = tuple[str, float, int, float]
"""What, milliseconds (median), statements, and the milliseconds it aims at."""
Costs = dict[str, dict[int, Cost]]
Loads = dict[str, dict[int, Load]]

MOST_STATEMENTS = {"submit": 15, "worker list": 8, "ticket page": 12}
SWEEP, SWEEP_MILLISECONDS = "due sweep, 1 % due", 1000.0
GROWTH, SLACK_MILLISECONDS = 1.3, 2.0
SUBMITS_A_SECOND, SUBMIT_P95 = 150.0, 80.0


def report(costs: Costs, loads: Loads) -> str:
    """Everything measured, and a mark at each aim that was missed."""
    return "\n".join(["", *_inside(costs), "", *_outside(loads), ""])


def rooms(measured: Iterable[Measured]) -> str:
    """What is built around tickets, at the largest size; a mark at each aim that was missed."""
    lines = [f"{'around tickets':<44}{'statements':>12}{'median':>12}  aim"]
    for name, milliseconds, statements, aim in measured:
        judged = _aim(f"<= {aim:.0f} ms", milliseconds <= aim)
        lines.append(f"{name:<44}{statements:>12}{milliseconds:>9.1f} ms  {judged}")
    return "\n".join([*lines, ""])


def _inside(costs: Costs) -> list[str]:
    sizes = list(next(iter(costs.values())))
    head = "".join(f"{size:>12,} tickets" for size in sizes)
    lines = [f"{'statements and median milliseconds':<34}{head}   growth  aims"]
    for name, found in costs.items():
        cells = "".join(f"{cost.statements:>8}{cost.milliseconds:>9.1f} ms" for cost in found.values())
        first, last = found[sizes[0]], found[sizes[-1]]
        growth = f"{last.milliseconds / first.milliseconds:>6.2f}x"
        lines.append(f"{name:<34}{cells}{growth:>9}  {_judged(name, first, last)}")
    return lines


def _judged(name: str, first: Cost, last: Cost) -> str:
    aims = []
    if most := MOST_STATEMENTS.get(name):
        aims.append(_aim(f"<= {most} statements", last.statements <= most))
    if name == SWEEP:
        return _aim(f"<= {SWEEP_MILLISECONDS:.0f} ms", last.milliseconds <= SWEEP_MILLISECONDS)
    most_milliseconds = max(first.milliseconds * GROWTH, first.milliseconds + SLACK_MILLISECONDS)
    aims.append(_aim(f"<= {most_milliseconds:.1f} ms", last.milliseconds <= most_milliseconds))
    if first.statements != last.statements:
        aims.append("MISSED: the number of statements depends on the number of tickets")
    return ", ".join(aims)


def _outside(loads: Loads) -> list[str]:
    lines = [f"{'through the web server, 4 at once':<34}{'a second':>12}{'p95':>10}"]
    for size in loads["submit"]:
        submit, empty = loads["submit"][size], loads["empty view"][size]
        judged = [
            _aim(f">= {SUBMITS_A_SECOND:.0f} a second", submit.per_second >= SUBMITS_A_SECOND),
            _aim(f"p95 <= {SUBMIT_P95:.0f} ms", submit.p95 <= SUBMIT_P95),
        ]
        lines.append(f"{f'submit at {size:,}':<34}{_cells(submit)}  {', '.join(judged)}")
        ratio = empty.per_second / submit.per_second
        lines.append(f"{f'empty view at {size:,}':<34}{_cells(empty)}  {ratio:.1f} to one submit")
    return lines


def _cells(load: Load) -> str:
    return f"{load.per_second:>12.0f}{load.p95:>7.1f} ms"


def _aim(words: str, is_met: bool) -> str:
    return f"{words} {'ok' if is_met else 'MISSED'}"
