"""Names and words of the demo, read from `residents/data/demo_people.json`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from residents.demo.draw import Weighted

FILE = Path(__file__).parents[1] / "data" / "demo_people.json"
# What people born in or after these years are called like, newest first.
GENERATIONS = ((2006, "child"), (1986, "young"), (1966, "middle"), (0, "old"))


@dataclass(frozen=True)
class Texts:
    label: str
    surnames: Weighted[str]
    given: dict[tuple[str, str], list[str]]
    """(generation, sex) → given names."""
    reasons: dict[str, list[str]]
    ended_why: list[str]
    notes: dict[str, list[str]]
    needs: dict[str, list[str]]
    events: dict[str, str]
    errands: dict[str, list[str]]
    cancelled_why: str
    venues: dict[str, list[str]]
    brands: list[str]


@cache
def load() -> Texts:
    """The file, read once."""
    read: dict[str, Any] = json.loads(FILE.read_text())
    names = read.pop("given")
    return Texts(
        surnames=Weighted(read.pop("surnames")),
        given={(era, sex): words.split() for era, pair in names.items() for sex, words in pair.items()},
        brands=read.pop("brands").split(),
        **read,
    )


def generation(year: int) -> str:
    """Which names people born in `year` bear."""
    return next(name for since, name in GENERATIONS if year >= since)
