"""What people in the demo say and what they are answered: written, never taken from anybody.

`{place}` stands for a building or road, `{day}` for the date something was done.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from random import Random
from typing import Any

FILE = Path(__file__).parent.parent / "data" / "demo_matters.json"


@dataclass(frozen=True)
class Matter:
    """One thing that happened: how people tell it, and the answer that fits."""

    category: str
    told: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Declined:
    """A matter out of scope: why (inside), and the letter that says where to go instead."""

    category: str
    told: str
    why: str
    answer: str


class Texts:
    """Typed access to the file; every choice is drawn from the given `Random`, so it can be repeated."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    @property
    def label(self) -> str:
        """The sentence that says these are demo data."""
        return str(self._content["label"])

    @cached_property
    def matters(self) -> tuple[Matter, ...]:
        """Every matter, by category code."""
        return tuple(
            Matter(code, tuple(row["told"]), row["answer"])
            for code, rows in self._content["matters"].items()
            for row in rows
        )

    @cached_property
    def duplicates(self) -> tuple[Matter, ...]:
        """One happening each, told by several people."""
        return tuple(_matter(row) for row in self._content["duplicates"])

    @cached_property
    def about_staff(self) -> tuple[Matter, ...]:
        """Complaints about how somebody on duty behaved."""
        return tuple(_matter({**row, "told": [row["told"]]}) for row in self._content["about_staff"])

    @cached_property
    def declined(self) -> tuple[Declined, ...]:
        return tuple(Declined(**row) for row in self._content["declined"])

    @property
    def may_be_held(self) -> tuple[str, ...]:
        """Categories whose matters are believably put on hold."""
        return tuple(self._content["holds"])

    def hold_reason(self, category: str, draw: Random) -> str:
        return draw.choice(self._content["holds"][category])

    def note(self, kind: str, category: str, draw: Random) -> str:
        """A sentence of a worker or resident that fits the category, else its group.

        `kind` is one of handled, to_community, to_street, more_time, not_solved.
        """
        notes: dict[str, list[str]] = self._content["notes"][kind]
        return draw.choice(notes.get(category) or notes[category[:2]])

    def said(self, kind: str, draw: Random) -> str:
        """A sentence that fits any matter.

        `kind` is one of added, asked, contacted, final, grant_extension, hand_over, hold,
        refuse_extension, refuse_hold, remarked, replied, resume, send_back, told_in_group,
        told_in_person, unreachable, withdrawn.
        """
        return str(draw.choice(self._content[kind]))

    def said_in_turn(self, kind: str, number: int) -> str:
        """The sentence said the `number`-th time (from 0): `again` in answers, `still_not` by residents."""
        sentences: list[str] = self._content[kind]
        return sentences[min(number, len(sentences) - 1)]

    def praise(self, satisfaction: int, draw: Random) -> str:
        """The comment beside a yes; often empty. `satisfaction` is 2 to 5."""
        return str(draw.choice(self._content["solved"][str(satisfaction)]))


@lru_cache(maxsize=1)
def load() -> Texts:
    """The texts of the repository, read once."""
    return Texts(json.loads(FILE.read_text(encoding="utf-8")))


def fill(text: str, **blanks: str) -> str:
    """`text` with these blanks filled; others stay for later."""
    for blank, words in blanks.items():
        text = text.replace(f"{{{blank}}}", words)
    return text


def shuffled(matters: Iterable[Matter], draw: Random) -> list[tuple[Matter, str]]:
    """Every (matter, way of telling it) once, in an order drawn from `draw`."""
    pairs = [(matter, told) for matter in matters for told in matter.told]
    draw.shuffle(pairs)
    return pairs


def _matter(row: dict[str, Any]) -> Matter:
    return Matter(row["category"], tuple(row["told"]), row["answer"])
