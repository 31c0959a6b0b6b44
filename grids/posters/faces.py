"""The two faces of the posters: how wide their letters are, and their outlines.

The fonts come from an installed package, so neither this machine nor the printer's needs any.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn as fonts
from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

PATHS: dict[str, Path] = {"sans": fonts.sans_path(), "serif": fonts.serif_path()}


@cache
def _font(face: str) -> Any:
    return TTFont(PATHS[face], lazy=True)


@cache
def _letters(face: str) -> Any:
    return _font(face).getGlyphSet()


@cache
def _names(face: str) -> dict[int, str]:
    return dict(_font(face).getBestCmap())


@cache
def units(face: str) -> int:
    """Font units in one em."""
    return int(_font(face)["head"].unitsPerEm)


@lru_cache(maxsize=4096)
def advance(face: str, letter: str) -> int:
    """How far the next letter stands, in font units."""
    return int(_letters(face)[_name(face, letter)].width)


@lru_cache(maxsize=1024)
def outline(face: str, letter: str) -> str:
    """The letter's shape as an SVG path in font units, y upwards."""
    pen = SVGPathPen(_letters(face), ntos=lambda number: f"{number:g}")
    _letters(face)[_name(face, letter)].draw(pen)
    return str(pen.getCommands())


def width(face: str, text: str, size: float) -> float:
    """How long a line of text is, in the unit of `size` (the em)."""
    return sum(advance(face, letter) for letter in text) * size / units(face)


def _name(face: str, letter: str) -> str:
    return _names(face).get(ord(letter), ".notdef")
