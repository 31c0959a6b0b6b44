"""The workflow's picture and table in docs/architecture.md, drawn from the workflow table."""

import re
from pathlib import Path

from requests_app.workflow import TABLE, Step, diagram

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"


def drawn(document: str) -> str:
    """`document` with the parts between its markers made anew."""
    document = _between(document, "workflow", f"```mermaid\n{diagram()}\n```")
    # A table's rows may not be broken by a comment, so the markers enclose the whole table.
    return _between(document, "steps", _table())


def _between(document: str, name: str, text: str) -> str:
    marked = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    return marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", document)


def _table() -> str:
    head = "| step | from → to | who | level | needs | may have |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(_row(step) for step in TABLE)])


def _row(step: Step) -> str:
    ways = [f"{a.value} → {' / '.join(t.value for t in to)}" for a, to in step.arrows.items()]
    who = "the unit above: " * step.above + ", ".join(sorted(step.who))
    cells = (f"`{step.name}`", "<br>".join(ways), who, step.climb, *map(", ".join, (step.needs, step.takes)))
    return f"| {' | '.join(cells)} |"
