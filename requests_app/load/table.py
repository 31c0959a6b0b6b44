"""Locust's figures as a table of docs/proof.md."""

import csv
from collections.abc import Iterable

COLUMNS = ("50%", "95%", "99%")
ALL = "Aggregated"


def of(lines: Iterable[str]) -> str:
    """Requests, rate and milliseconds by page out of locust's `…_stats.csv`."""
    rows = list(csv.DictReader(lines))
    head = ["| page | requests | a second | median ms | p95 ms | p99 ms | failed |", f"|---{'|---:' * 6}|"]
    return "\n".join([*head, *map(_row, sorted(rows, key=lambda row: row["Name"] == ALL))])


def failures(lines: Iterable[str]) -> int:
    """How many requests of all were not answered as they should be."""
    return next(int(row["Failure Count"]) for row in csv.DictReader(lines) if row["Name"] == ALL)


def _row(row: dict[str, str]) -> str:
    name = "all" if row["Name"] == ALL else row["Name"]
    cells = [name, row["Request Count"], f"{float(row['Requests/s']):.1f}"]
    return f"| {' | '.join([*cells, *(row[column] for column in COLUMNS), row['Failure Count']])} |"
