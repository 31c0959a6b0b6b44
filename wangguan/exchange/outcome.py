"""What a file would do, or did: counts, and which rows, without a word of what stands in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wangguan.exchange.run import FileRun

MOST_TOLD = 5_000
"""Refused and changed rows that a report names, each; the counts are always whole."""


@dataclass
class Outcome:
    """Row numbers are those of the sheet. `created` is kept as spans, since most rows are new ones."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    _spans: list[list[int]] = field(default_factory=list)
    _changed: list[dict[str, Any]] = field(default_factory=list)
    _refused: list[dict[str, Any]] = field(default_factory=list)
    _lines_refused: set[int] = field(default_factory=set)

    @property
    def lines(self) -> int:
        """Rows that were judged."""
        return self.created + self.changed + self.unchanged + self.refused

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "changed", "unchanged", "refused")}

    @property
    def numbers(self) -> dict[str, int]:
        """As the columns of a `FileRun`."""
        return {"rows": self.lines, "rows_done": self.lines, **self.counts}

    def create(self, number: int) -> None:
        self.created += 1
        self._spans.append([number, number])

    def change(self, number: int, columns: list[str], why: object = "") -> None:
        self.changed += 1
        if len(self._changed) < MOST_TOLD:
            self._changed.append(
                {"row": number, "what": "changed", "column": "、".join(columns), "why": str(why)}
            )

    def keep(self) -> None:
        self.unchanged += 1

    def refuse(self, number: int, column: str, why: object) -> None:
        """A row may be refused for several reasons; it counts once."""
        if number not in self._lines_refused:
            self._lines_refused.add(number)
            self.refused += 1
        if len(self._refused) < MOST_TOLD:
            self._refused.append({"row": number, "what": "refused", "column": column, "why": str(why)})

    def report(self) -> dict[str, Any]:
        """As JSON for `FileRun.report`: {"rows": […], "created": [[first, last], …]}."""
        rows = sorted(self._refused + self._changed, key=lambda row: row["row"])
        return {"rows": rows, "created": _joined(self._spans)}


def _joined(spans: list[list[int]]) -> list[list[int]]:
    """Numbers as spans without gaps."""
    joined: list[list[int]] = []
    for first, last in sorted(spans):
        if joined and joined[-1][1] + 1 >= first:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined


LABELS: dict[str, str | Promise] = {
    "refused": _("Left out"),
    "changed": _("Changed"),
    "created": _("New"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the report: one row, or a span of new ones."""

    span: str
    what: str
    label: str | Promise
    column: str = ""
    why: str = ""


def rows_of(run: FileRun, what: str = "", *, labels: Mapping[str, str | Promise] = LABELS) -> Iterator[Told]:
    """What the check said of its rows, refused ones first; of one kind if wanted."""
    kinds = [what] if what in labels else list(labels)
    for kind in kinds:
        if kind == "created":
            for first, last in run.report.get("created", []):
                yield Told(str(first) if first == last else f"{first}–{last}", kind, labels[kind])
        for row in run.report.get("rows", []):
            if row["what"] == kind:
                yield Told(str(row["row"]), kind, labels[kind], row["column"], row["why"])
