"""Addresses as people write them, matched against the names that the street knows.

九区三号楼, 九区 3 栋, ９区3＃楼 and 王官庄九区3号楼2单元 all mean the same door.
"""

import re
import unicodedata
from typing import Generic, TypeVar

T = TypeVar("T")

# Nobody's address is longer; what follows is a story.
MAX_LENGTH = 200

_DIGITS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {"零": 0}
_UNITS = {"十": 10, "百": 100}
_NUMERALS = re.compile(f"[{''.join(_DIGITS)}{''.join(_UNITS)}]+")
_BUILDING = re.compile(r"(\d+)(?:号?[栋幢座]楼?|号楼|#楼?|号(?=\d+单元))")
# 3-2-501: building, entrance, door.
_DASHED = re.compile(r"(\d+)\s*[-–—]\s*(\d+)\s*[-–—]\s*(\d+)")
_NOISE = re.compile(r"[^0-9a-z#\u3400-\u9fff]+")


def _number(match: re.Match[str]) -> str:
    """三 → 3, 十三 → 13, 二十 → 20, 一百二十 → 120, 一二三 → 123."""
    numeral = match.group()
    if not set(numeral) & set(_UNITS):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total, digit = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return str(total + digit)


def normalise(text: str) -> str:
    """One spelling for one place: half-width, lower-case, no spaces, Arabic numerals, N号楼."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).lower()
    text = _DASHED.sub(r"\1号楼\2单元\3", _NUMERALS.sub(_number, text))
    text = _NOISE.sub("", text)
    return _BUILDING.sub(r"\1号楼", text)


class Gazetteer(Generic[T]):
    """Names → what they name; a name that means two things means neither."""

    def __init__(self) -> None:
        self._named: dict[str, T | None] = {}
        # First two characters of names → how long such names are.
        self._lengths: dict[str, set[int]] = {}

    def add(self, name: str, thing: T) -> None:
        key = normalise(name)
        if len(key) < 2:
            return
        self._named[key] = thing if self._named.get(key, thing) == thing else None
        self._lengths.setdefault(key[:2], set()).add(len(key))

    def find(self, text: str) -> T | None:
        """What the longest known name in a normalised text names; more names do not make it slower."""
        spans = (
            (start, start + length)
            for start in range(len(text) - 1)
            for length in self._lengths.get(text[start : start + 2], ())
        )
        known = [
            (end - start, thing)
            for start, end in spans
            if (thing := self._named.get(text[start:end])) and not _splits_number(text, start, end)
        ]
        return max(known, key=lambda found: found[0])[1] if known else None


def _splits_number(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] cuts through digits: 9区3号楼 is not in 19区3号楼."""
    cuts = [text[position - 1 : position + 1] for position in (start, end) if 0 < position < len(text)]
    return any(pair[0].isdigit() and pair[1].isdigit() for pair in cuts)
