"""One set of figures, with the rates that are read from it."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from requests_app.suppress import FEWEST, Rate

MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True)
class Numbers:
    """Every measure of `terms.MEASURES` over one span; see `definitions` for what each means."""

    arrived: int = 0
    contacted: int = 0
    said: int = 0
    solved: int = 0
    marked: int = 0
    satisfied: int = 0
    silent: int = 0
    repeats: int = 0
    due: int = 0
    due_done: int = 0
    on_time: int = 0
    overdue: int = 0
    resolved: int = 0
    minutes: int = 0
    returned: int = 0
    reopened: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Numbers":
        """From a row of the database; what it does not have, or has as null, is 0."""
        return cls(**{field.name: int(row.get(field.name) or 0) for field in fields(cls)})

    @classmethod
    def summed(cls, sums: Sequence[int | None]) -> "Numbers":
        """From the sums in the order of `SUMMED`; over no cells the database says null."""
        return cls(*(number or 0 for number in sums))

    @classmethod
    def together(cls, many: Iterable["Numbers"]) -> "Numbers":
        """All of them added up, measure by measure; of none, zeros."""
        return cls(*map(sum, zip(*map(_values, many), strict=True)))

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(*map(operator.add, _values(self), _values(other)))

    def __sub__(self, other: "Numbers") -> "Numbers":
        return Numbers(*map(operator.sub, _values(self), _values(other)))

    def __bool__(self) -> bool:
        return any(_values(self))

    @property
    def response(self) -> Rate:
        """响应率"""
        return Rate(self.contacted, self.arrived)

    @property
    def resolution(self) -> Rate:
        """解决率"""
        return Rate(self.solved, self.said)

    @property
    def satisfaction(self) -> Rate:
        """满意率"""
        return Rate(self.satisfied, self.marked)

    @property
    def completion(self) -> Rate:
        """办结率"""
        return Rate(self.due_done, self.due)

    @property
    def punctuality(self) -> Rate:
        """按时办结率"""
        return Rate(self.on_time, self.due)

    @property
    def mean_hours(self) -> float | None:
        """Working hours from arrival to the answer, on average; None below `FEWEST` answers."""
        if self.resolved < FEWEST:
            return None
        return round(self.minutes / self.resolved / MINUTES_OF_AN_HOUR, 1)


SUMMED = tuple(field.name for field in fields(Numbers))
_values: Callable[[Numbers], tuple[int, ...]] = operator.attrgetter(*SUMMED)
