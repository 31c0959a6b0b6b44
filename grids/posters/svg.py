"""One poster as SVG: letters are outlines, so it looks the same wherever it is opened or cut."""

from xml.etree.ElementTree import Element, SubElement, tostring

from grids.posters import faces
from grids.posters.layout import HEIGHT, PAPERS, WIDTH, Box, Item, Poster, Ring, Words, draw

Letter = tuple[str, str]
"""A face and a letter of it."""


def as_svg(poster: Poster, paper: str = "a4") -> str:
    """The sheet in millimetres, for `paper` "a4" or "a5"."""
    items = list(draw(poster))
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img")
    root.set("width", f"{WIDTH * PAPERS[paper]:.6g}mm")
    root.set("height", f"{HEIGHT * PAPERS[paper]:.6g}mm")
    root.set("aria-label", poster.title)
    SubElement(root, "title").text = poster.title
    names = _define_letters(SubElement(root, "defs"), items)
    _put(root, "rect", width=WIDTH, height=HEIGHT, fill="#ffffff")
    for item in items:
        _draw(root, item, names)
    return tostring(root, encoding="unicode") + "\n"


def _define_letters(parent: Element, items: list[Item]) -> dict[Letter, str]:
    """Each letter's outline once; where it stands it is used by its name."""
    letters: set[Letter] = {
        (item.face, letter) for item in items if isinstance(item, Words) for letter in item.text
    }
    names = {letter: f"g{number}" for number, letter in enumerate(sorted(letters))}
    for letter, name in names.items():
        _put(parent, "path", id=name, d=faces.outline(*letter))
    return names


def _draw(parent: Element, item: Item, names: dict[Letter, str]) -> None:
    if isinstance(item, Words):
        _words(parent, item, names)
    elif isinstance(item, Ring):
        circle = _put(parent, "circle", cx=item.x, cy=item.y, r=item.radius, fill="none", stroke=item.colour)
        circle.set("stroke-width", _plain(item.thickness))
    else:
        _box(parent, item)


def _box(parent: Element, item: Box) -> None:
    size = {"width": item.width, "height": item.height}
    rect = _put(parent, "rect", x=item.x, y=item.y, fill=item.fill, **size)
    if item.radius:
        rect.set("rx", _plain(item.radius))


def _words(parent: Element, item: Words, names: dict[Letter, str]) -> None:
    """Bold is a line of the letter's own colour around it: the package has one weight."""
    scale = item.size / faces.units(item.face)
    place = f"translate({_plain(item.x)} {_plain(item.y)}) scale({_plain(scale)} -{_plain(scale)})"
    line = _put(parent, "g", transform=place, fill=item.colour)
    if item.bold:
        line.set("stroke", item.colour)
        line.set("stroke-width", _plain(item.bold / scale))
    along = 0
    for letter in item.text:
        _put(line, "use", href=f"#{names[item.face, letter]}", x=along)
        along += faces.advance(item.face, letter)


def _put(parent: Element, tag: str, **values: str | float) -> Element:
    return SubElement(parent, tag, {name: _plain(value) for name, value in values.items()})


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
