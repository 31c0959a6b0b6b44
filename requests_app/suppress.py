"""What small numbers would say of one person is left out, so that nothing shown gives it back.

Where a total stands beside its parts, a single hidden part is the total less the others. So with what is
too small one more part is hidden, chosen in a way that says nothing of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 10
"""Of fewer cases no rate is shown: one unlucky one would say too much."""
FEWEST_SHOWN = 5
"""A count from 1 to below this is not shown on a screen that everybody passes."""


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`; no percentage below `FEWEST`, nor where it would give another's away."""

    part: int
    whole: int
    hidden: bool = False

    @property
    def percent(self) -> float | None:
        return None if self.hidden or self.whole < FEWEST else round(100 * self.part / self.whole, 1)


def cells(counts: Sequence[int], *, fewest: int = FEWEST_SHOWN, total: bool = True) -> list[int | None]:
    """The counts, None where one is hidden: those from 1 to below `fewest`, and with a `total` shown
    beside them also every one that equals the smallest of the rest.

    Nothing hidden can be computed: any two hidden counts, one small and one not, may change places
    and everything shown stays as it is. Where there is no further count to hide, `hides_total` says
    that the total must go.
    """
    small = {index for index, count in enumerate(counts) if 0 < count < fewest}
    if not small:
        return list(counts)
    hidden = small | (_smallest(counts, at_least=fewest) if total else set())
    return [None if index in hidden else count for index, count in enumerate(counts)]


def hides_total(counts: Sequence[int], *, fewest: int = FEWEST_SHOWN) -> bool:
    """Whether the total of these counts would give a hidden one away: all but the small ones are nothing."""
    return any(0 < count < fewest for count in counts) and not any(count >= fewest for count in counts)


def rates(rows: Sequence[Rate], *, total: bool = True) -> tuple[list[Rate | None], bool]:
    """The rates, None where one is hidden, and whether their total may stand beside them.

    Hidden are those of fewer than `FEWEST` cases, and with a `total` also as many of the next smaller
    ones as it takes until no hidden `part` follows from the total, although every `whole` is known.
    """
    small = [index for index, row in enumerate(rows) if 0 < row.whole < FEWEST]
    hidden = set(small)
    spare = sorted((i for i, row in enumerate(rows) if row.whole >= FEWEST), key=lambda i: (rows[i].whole, i))
    while total and small and not _vague(rows, hidden, small):
        if not spare:
            total = False
            break
        hidden.add(spare.pop(0))
    return [None if index in hidden else row for index, row in enumerate(rows)], total


def _smallest(counts: Sequence[int], *, at_least: int) -> set[int]:
    """Where the smallest of the counts that may be shown stands; all places when several are equal."""
    shown = [count for count in counts if count >= at_least]
    return {index for index, count in enumerate(counts) if shown and count == min(shown)}


def _vague(rows: Sequence[Rate], hidden: set[int], small: Sequence[int]) -> bool:
    """Whether each small part could be more than one number, given the sum of the hidden ones."""
    parts = sum(rows[index].part for index in hidden)
    wholes = sum(rows[index].whole for index in hidden)
    for index in small:
        others = wholes - rows[index].whole
        if max(0, parts - others) == min(rows[index].whole, parts):
            return False
    return True
