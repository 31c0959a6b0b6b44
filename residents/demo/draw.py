"""Chances, drawn fast: some millions of them in a few seconds."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Draw(Random):
    """Pseudo-random choices; the same seed gives the same ones."""

    def below(self, end: int) -> int:
        """0 to `end` - 1."""
        return int(self.random() * end)

    def between(self, first: int, last: int) -> int:
        return first + int(self.random() * (last - first + 1))

    def chance(self, share: float) -> bool:
        """True in this share (0 to 1) of the cases."""
        return self.random() < share

    def pick(self, among: Sequence[T]) -> T:
        return among[int(self.random() * len(among))]


class Weighted(Generic[T]):
    """A choice with weights."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.choices = list(weights)
        self.sums = list(accumulate(weights.values()))

    def pick(self, draw: Draw) -> T:
        return self.choices[bisect(self.sums, draw.random() * self.sums[-1])]
