"""The measurements as a table, beside what they aim at."""

from residents.bench.seekers import DUE, FIND
from wangguan.measuring import Cost

MOST_MILLISECONDS = {FIND: 20.0, DUE: 15.0}


def report(costs: dict[str, dict[int, Cost]]) -> str:
    """Everything measured, and a mark at each aim that was missed."""
    sizes = list(next(iter(costs.values())))
    head = "".join(f"{size:>10,} residents" for size in sizes)
    lines = ["", f"{'statements and median milliseconds':<38}{head}  aims"]
    for name, found in costs.items():
        cells = "".join(f"{cost.statements:>8}{cost.milliseconds:>9.1f} ms" for cost in found.values())
        lines.append(f"{name:<38}{cells}  {_judged(name, list(found.values()))}")
    return "\n".join([*lines, ""])


def _judged(name: str, costs: list[Cost]) -> str:
    aims = []
    if most := MOST_MILLISECONDS.get(name.partition(" ")[0]):
        aims.append(_aim(f"<= {most:.0f} ms", costs[-1].milliseconds <= most))
    aims.append(_aim("same statements", len({cost.statements for cost in costs}) == 1))
    return ", ".join(aims)


def _aim(words: str, is_met: bool) -> str:
    return f"{words} {'ok' if is_met else 'MISSED'}"
