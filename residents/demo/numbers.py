"""Telephone and ID numbers that are well formed and nobody's.

Telephones stand in 154, a block that no network was given. ID numbers begin with a place
whose last digits are 99, which no district has; their date, order and check character are right.
"""

from collections import Counter
from datetime import date

from residents.demo.draw import Draw
from residents.terms import Sex

BLOCK = "154"
HERE = "370199"
FROM_ELSEWHERE = ("371499", "371599", "371799", "130499", "130999", "410999", "341399", "320399")
A_GRID_MANY = 18
"""So many order numbers of one day each grid may give: 55 grids stay below a thousand."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"


class Numbers:
    """The numbers of one grid; `grid` counts the street's residential grids from 0."""

    def __init__(self, grid: int, draw: Draw) -> None:
        self._grid = grid
        self._tail, self._step = draw.below(10**6), 20 * draw.below(50_000) + draw.pick((1, 3, 7, 9, 11, 13))
        self._given: Counter[tuple[date, str]] = Counter()

    def phone(self) -> str:
        """Another number each time: the step shares no factor with a million, so none comes twice."""
        self._tail = (self._tail + self._step) % 10**6
        return f"{BLOCK}{self._grid:02}{self._tail:06}"

    def id_number(self, born_on: date, sex: str, place: str = HERE) -> str:
        """18 characters; empty when the grid has given all it may give for that day."""
        nth = self._given[born_on, sex]
        if 2 * (nth + 1) > A_GRID_MANY:
            return ""
        self._given[born_on, sex] += 1
        order = self._grid * A_GRID_MANY + 2 * nth + (1 if sex == Sex.MALE else 2)
        return with_check(f"{place}{born_on:%Y%m%d}{order:03}")


def with_check(digits: str) -> str:
    """The 17 digits and the character that fits them (GB 11643)."""
    return digits + _LAST[sum(map(int.__mul__, map(int, digits), _WEIGHTS)) % 11]
