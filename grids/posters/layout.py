"""What stands where on a poster: millimetres on an A4 sheet, from the top left corner.

It is read from two metres: the place and the promise first, then the code, then what follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from grids.models import QRToken, Role
from grids.posters import faces

PAPERS = {"a4": 1.0, "a5": 148 / 210}
"""Paper → how large the sheet is drawn; both have the same shape."""
WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 18.0, 192.0
INK, SOFT, RED, HAIR, SUNK = "#16201f", "#394443", "#b0241c", "#7d8886", "#e9ebe7"
NO_LINE_BEGINS_WITH = "，。、；：！？）”》"
QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Words:
    """One line of text; `y` is its base line, `size` the em, `bold` how thick a stroke is added."""

    x: float
    y: float
    text: str
    size: float
    face: Literal["sans", "serif"] = "sans"
    colour: str = INK
    bold: float = 0


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str = INK
    radius: float = 0


@dataclass(frozen=True)
class Ring:
    """A circle's line; x and y are its middle."""

    x: float
    y: float
    radius: float
    thickness: float
    colour: str = RED


Item = Words | Box | Ring


@dataclass(frozen=True)
class Poster:
    """What one poster says. No person is named on it and no personal number: posts outlast people."""

    place: str
    keeper: str
    phone: str
    street: str
    address: str
    number: int

    @classmethod
    def of(cls, code: QRToken) -> "Poster":
        """The poster of a code read `with_place`."""
        with translation.override(settings.LANGUAGE_CODE):
            post = Role.GRID_LEADER.label if code.grid else _("duty desk")
            return cls(
                place=str(code),
                keeper=f"{code.grid or code.community} {post}",
                phone=code.within.contact,
                street=code.within.street.name,
                address=code.address,
                number=code.pk,
            )

    @property
    def title(self) -> str:
        return f"{self.place} · {self.keeper}"


def draw(poster: Poster) -> Iterator[Item]:
    """Everything on the sheet, in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        yield from _head(poster)
        yield from _promise()
        yield from _code(poster.address, x=LEFT, y=107, side=86)
        yield from _what_follows(x=112, y=111)
        yield from _place(poster)
        yield from _emergency()
        yield from _foot(poster)


def _head(poster: Poster) -> Iterator[Item]:
    yield from _mark(x=LEFT, y=14, side=15)
    yield Words(LEFT + 19, 24.4, _("Wangguan Grid"), 8.5, "serif", bold=0.25)
    yield from _to_the_left_of(RIGHT, 23.6, poster.street, 5.6, colour=SOFT)
    yield Box(LEFT, 35, RIGHT - LEFT, 0.35, HAIR)


def _mark(*, x: float, y: float, side: float) -> Iterator[Item]:
    """王 in a ring, from the 48 units of the portal's mark."""
    unit = side / 48
    yield Ring(x + 24 * unit, y + 24 * unit, 21 * unit, 4 * unit)
    for left, top, width, height in (
        (13.5, 33.5, 21, 0),
        (17, 24, 14, 0),
        (15.5, 14.5, 17, 0),
        (24, 14.5, 0, 19),
    ):
        yield Box(
            x + (left - 2) * unit,
            y + (top - 2) * unit,
            (width + 4) * unit,
            (height + 4) * unit,
            radius=2 * unit,
        )


def _promise() -> Iterator[Item]:
    yield _fitting(LEFT, 57, _("A matter at your door:"), 19, face="serif", bold=0.55)
    yield _fitting(LEFT, 81, _("say it, and you hear back."), 21.5, face="serif", bold=0.6)
    yield _fitting(LEFT, 97.5, _("Every matter gets an answer, everything is seen through"), 12, colour=SOFT)


def _code(address: str, *, x: float, y: float, side: float) -> Iterator[Item]:
    """The QR code within a frame; error level Q still reads when a quarter of it is torn or dirty."""
    rows = matrix(address)
    edge = 1.2
    yield Box(x, y, side, side, INK, radius=4)
    yield Box(x + edge, y + edge, side - 2 * edge, side - 2 * edge, "#ffffff", radius=3)
    module = (side - 2 * edge) / (len(rows) + 2 * QUIET_ZONE)
    first = edge + QUIET_ZONE * module
    for line, row in enumerate(rows):
        for start, length in runs(row):
            yield Box(x + first + start * module, y + first + line * module, length * module, module)


def matrix(address: str) -> tuple[bytearray, ...]:
    """The modules of the code, row by row, 1 is dark; without the quiet zone."""
    return tuple(segno.make(address, error="q", micro=False, boost_error=False).matrix)


def runs(row: bytearray) -> Iterator[tuple[int, int]]:
    """Dark stretches of one row of modules: where each begins and how long it is."""
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _what_follows(*, x: float, y: float) -> Iterator[Item]:
    """Three strokes make the matter: 一, 二, 三."""
    steps = (
        (_("Scan, and say what it is"), _("A word and a photo will do. No account.")),
        (_("Somebody takes it on"), _("You see who has it and how far it is.")),
        (_("You hear back"), _("It is done when you say it is solved.")),
    )
    for number, (heading, sentence) in enumerate(steps, start=1):
        yield from _strokes(number, x=x, y=y - 0.4)
        yield _fitting(x + 12, y + 6, heading, 7.6, right=RIGHT, bold=0.3)
        lines = _wrapped(sentence, 6, width=RIGHT - x - 12)
        for line, text in enumerate(lines):
            yield Words(x + 12, y + 15 + line * 8.2, text, 6, colour=SOFT)
        y += 29.5


def _strokes(count: int, *, x: float, y: float) -> Iterator[Item]:
    widths = {1: (8,), 2: (6, 8), 3: (7, 6, 8)}[count]
    top = y + 4 - (count - 1) * 1.5
    for line, width in enumerate(widths):
        yield Box(x + (8 - width) / 2, top + line * 3, width, 1.1, RED, radius=0.55)


def _place(poster: Poster) -> Iterator[Item]:
    yield _fitting(LEFT, 214, poster.place, 15, bold=0.5)
    yield _fitting(LEFT, 226, poster.keeper, 8.2, colour=SOFT)
    if poster.phone:
        yield _fitting(
            LEFT, 238, _("Community's phone %(phone)s") % {"phone": poster.phone}, 8.2, colour=SOFT
        )


def _emergency() -> Iterator[Item]:
    top = 247.0
    yield Box(LEFT, top, RIGHT - LEFT, 27, SUNK, radius=3)
    yield Box(LEFT, top, 2.2, 27, INK, radius=1.1)
    inner = LEFT + 9
    yield _fitting(
        inner, top + 10.6, _("Fire, gas, somebody trapped: call 119 first"), 8, right=RIGHT - 6, bold=0.3
    )
    yield _fitting(inner, top + 21.4, _("Somebody hurt: call 120 first"), 8, right=RIGHT - 6, bold=0.3)


def _foot(poster: Poster) -> Iterator[Item]:
    yield Words(LEFT, 283, _("No phone to scan with? Call the community, or 12345."), 4.4, colour=SOFT)
    yield from _to_the_left_of(RIGHT, 283, _("Code %(number)s") % {"number": poster.number}, 4.4, colour=SOFT)


def _to_the_left_of(right: float, y: float, text: str, size: float, *, colour: str) -> Iterator[Item]:
    yield Words(right - faces.width("sans", text, size), y, text, size, colour=colour)


def _fitting(
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    right: float = RIGHT,
    face: Literal["sans", "serif"] = "sans",
    colour: str = INK,
    bold: float = 0,
) -> Words:
    """One line, smaller when it would run out of the sheet."""
    room = (right - x) / faces.width(face, text, size) if text else 1
    return Words(x, y, text, size * min(1, room), face, colour, bold)


def _wrapped(text: str, size: float, *, width: float) -> list[str]:
    """Lines of Chinese: broken anywhere but before closing punctuation."""
    lines = [""]
    for letter in text:
        full = faces.width("sans", lines[-1] + letter, size) > width
        if full and letter not in NO_LINE_BEGINS_WITH:
            lines.append("")
        lines[-1] += letter
    return lines
