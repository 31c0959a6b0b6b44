"""A signature drawn on a phone, or what stands in its place: checked, kept as JSON, drawn as SVG.

Strokes are lists of points, points are [x, y] from 0 to 1, both measured on a field `WIDTH` wide and
`HEIGHT` high.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from residents.terms import HandedHow
from wangguan.refusals import Refused

WIDTH, HEIGHT = 300, 150
MOST_STROKES, MOST_POINTS, MOST_CHARACTERS = 200, 4_000, 150_000
SHORTEST = 0.15
"""So far a pen has travelled at least, in widths of the field: a dot is no signature."""

Stroke = list[tuple[float, float]]


@dataclass(frozen=True)
class Receipt:
    """How something was handed over: signed here, signed on paper, or before a witness.

    `words`: where the paper lies, or who saw it.
    """

    how: HandedHow
    strokes: Sequence[Stroke] = field(default=(), repr=False)
    words: str = field(default="", repr=False)

    def stored(self) -> str:
        """JSON, for a column that is encrypted."""
        told: dict[str, Any] = {"how": self.how.value}
        if self.strokes:
            told["strokes"] = [[[round(x, 3), round(y, 3)] for x, y in stroke] for stroke in self.strokes]
        if self.words:
            told["words"] = self.words
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def of(cls, stored: str) -> "Receipt | None":
        """What `stored` wrote; None where nothing is kept, or no more."""
        if not stored:
            return None
        told = json.loads(stored)
        strokes = [[(x, y) for x, y in stroke] for stroke in told.get("strokes", [])]
        return cls(HandedHow(told["how"]), strokes, told.get("words", ""))

    @property
    def paths(self) -> list[str]:
        """The strokes as paths of SVG, in a field of `WIDTH` × `HEIGHT`."""
        return [_path(stroke) for stroke in self.strokes]


def read(typed: str) -> list[Stroke]:
    """The strokes that a page sent.

    Raises:
        Refused: empty, too short, too long, or no strokes at all, in a sentence.
    """
    if len(typed) > MOST_CHARACTERS:
        raise Refused(_("This signature is too long; please clear it and sign again."), field="signature")
    try:
        strokes = [[_point(point) for point in stroke] for stroke in json.loads(typed or "[]")]
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(
            _("This signature did not arrive whole; please sign again."), field="signature"
        ) from error
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise Refused(_("This signature is too long; please clear it and sign again."), field="signature")
    if sum(map(_length, strokes)) < SHORTEST:
        raise Refused(_("Please sign in the field first."), field="signature")
    return [stroke for stroke in strokes if stroke]


def _point(given: Any) -> tuple[float, float]:
    if not isinstance(given, list):
        raise TypeError("a point is a pair")
    x, y = given
    if not all(type(part) in (int, float) and 0 <= part <= 1 for part in (x, y)):
        raise ValueError("a point lies in the field")
    return float(x), float(y)


def _length(stroke: Stroke) -> float:
    pairs = pairwise(stroke)
    return sum(abs(x2 - x1) + abs(y2 - y1) * HEIGHT / WIDTH for (x1, y1), (x2, y2) in pairs)


def _path(stroke: Stroke) -> str:
    points = [f"{x * WIDTH:.1f} {y * HEIGHT:.1f}" for x, y in stroke]
    if len(points) == 1:
        points *= 2
    return "M" + "L".join(points)
