"""What somebody looks for in the register: a name, a door as people say it, the end of a phone number.

Buildings are told apart in memory: there are some hundreds of them, spelt in as many ways, and
`grids.addresses` knows one spelling for all.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from grids.addresses import normalise

LONGEST = 60
TAIL = 4

_NUMERALS = "0-9〇零一二三四五六七八九十百"
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
# 3-2-501, and 2-501: an entrance and a door, or a building and a door.
_THREE = re.compile(rf"(?<![{_NUMERALS}])(\d+)\s*[-–—]\s*(\d+)\s*[-–—]\s*(\d+[A-Za-z]?)")
_TWO = re.compile(r"(?<!\d)(\d+)\s*[-–—]\s*(\d+[A-Za-z]?)(?!\d)")
_BUILDING = re.compile(rf"([{_NUMERALS}]+)\s*(?:号?[栋幢座]楼?|号楼|#楼?|号(?=\s*[{_NUMERALS}]+\s*单元))")
_ENTRANCE = re.compile(rf"([{_NUMERALS}]+)\s*单元")
_DOOR = re.compile(r"(\d+[A-Za-z]?)\s*[室户]")
_BREAKS = re.compile(r"(?:[\s,，、;；。]|手机|尾号)+")


@dataclass(frozen=True)
class Sought:
    """What was typed, taken apart; everything in it must fit.

    Attributes:
        phone: a whole mobile number; nothing else counts then.
        places: parts of a building's name in one spelling ("9区", "3号楼").
        entrance: number of the entrance.
        doors: as on the door.
        pairs: "2-501": entrance or building, and door.
        digits: four digits, the end of a phone number or a door.
        words: a name, or part of a building's name, as typed.
    """

    phone: str = ""
    places: tuple[str, ...] = ()
    entrance: int | None = None
    doors: tuple[str, ...] = ()
    pairs: tuple[tuple[int, str], ...] = ()
    digits: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        told = (self.phone, self.places, self.doors, self.pairs, self.digits, self.words)
        return any(told) or self.entrance is not None


def understood(typed: str) -> Sought:
    """Take apart what somebody typed; false when there is nothing in it to look for."""
    text = unicodedata.normalize("NFKC", typed)[:LONGEST]
    if mobile := _MOBILE.fullmatch(re.sub(r"[\s\-]", "", text)):
        return Sought(phone=mobile[1])
    return _sorted(_spaced(text))


def _spaced(text: str) -> list[str]:
    """The words, with building, entrance and door set apart: “九区3号楼2单元501室” is four."""
    text = _THREE.sub(r" \1号楼 \2单元 \3室 ", text)
    text = _BUILDING.sub(r" \1号楼 ", text)
    text = _ENTRANCE.sub(r" \1单元 ", text)
    text = _DOOR.sub(r" \1室 ", text)
    return [word for word in _BREAKS.split(_TWO.sub(r" \1-\2 ", text)) if word]


def _sorted(words: Iterable[str]) -> Sought:
    found: dict[str, list[str]] = {name: [] for name in ("places", "doors", "digits", "words")}
    entrance, pairs = None, []
    for word in words:
        if two := _TWO.fullmatch(word):
            pairs.append((_small(two[1]), two[2].upper()))
        elif place := _ENTRANCE.fullmatch(word):
            entrance = _small(normalise(place[1]))
        else:
            kind, said = _kind_of(word)
            found[kind].append(said)
    return Sought(
        entrance=entrance,
        pairs=tuple(pairs),
        places=tuple(found["places"]),
        doors=tuple(found["doors"]),
        digits=tuple(found["digits"]),
        words=tuple(found["words"]),
    )


def _kind_of(word: str) -> tuple[str, str]:
    if _BUILDING.fullmatch(word):
        return "places", normalise(word)
    if door := _DOOR.fullmatch(word):
        return "doors", door[1].upper()
    if word.isdigit() and len(word) == TAIL:
        return "digits", word
    if re.fullmatch(r"\d+[A-Za-z]?", word):
        return "doors", word.upper()
    return "words", word


def _small(digits: str) -> int:
    """A number as the database keeps it; what is larger fits nothing."""
    return min(int(digits), 32_767)


# --- buildings ---------------------------------------------------------------------------
class Buildings:
    """The street's buildings by all that they are called: key → names."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._spelt = {key: normalise(name) for key, name in names.items()}

    def called(self, parts: Iterable[str]) -> list[int]:
        """Keys of the buildings whose names hold all of these parts, digits whole: 3号楼 is not in 13号楼."""
        wanted = [_whole(spelt) for part in dict.fromkeys(parts) if (spelt := normalise(part))]
        if not wanted:
            return []
        return [key for key, name in self._spelt.items() if all(part.search(name) for part in wanted)]

    def is_plainly_a_place(self, word: str) -> bool:
        """Whether nobody is called so: with a digit in it, or ending like a part of a town."""
        spelt = normalise(word)
        return bool(re.search(r"\d|[区苑楼座院]$", spelt))


@lru_cache(maxsize=256)
def _whole(part: str) -> re.Pattern[str]:
    start = r"(?<!\d)" if part[0].isdigit() else ""
    end = r"(?!\d)" if part[-1].isdigit() else ""
    return re.compile(start + re.escape(part) + end)
