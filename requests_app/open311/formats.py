"""The two ways an answer is written. XML and JSON say the same, character for character.

Text that XML 1.0 cannot carry (§2.2, “Char”) is left out of both, and a line's end is one line feed
in both, as an XML parser would make it (§2.11).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_UNSAYABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What one entry of each list is called in XML; in JSON lists are arrays without names."""


@dataclass(frozen=True)
class Document:
    """An answer: its content and the name of its root in XML."""

    root: str
    content: Value

    def written(self, form: str) -> bytes:
        """As bytes of UTF-8; `form` is a key of `CONTENT_TYPES`."""
        content = plain(self.content)
        if form == "json":
            return json.dumps(content, ensure_ascii=False).encode()
        return (_DECLARATION + tostring(_element(self.root, content), encoding="unicode")).encode()


def plain(value: Value) -> Value:
    """The same with texts that both ways can carry."""
    match value:
        case str():
            return _UNSAYABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        case Mapping():
            return {name: plain(inner) for name, inner in value.items()}
        case Sequence():
            return [plain(inner) for inner in value]
    return value


def _element(name: str, value: Value) -> Element:
    element = Element(name)
    _fill(element, value)
    return element


def _fill(element: Element, value: Value) -> None:
    match value:
        case Mapping():
            for name, inner in value.items():
                _fill(SubElement(element, name), inner)
        case None:
            pass
        case bool():
            element.text = "true" if value else "false"
        case str():
            element.text = value
        case Sequence():
            for inner in value:
                _fill(SubElement(element, _ITEMS[element.tag]), inner)
        case _:
            element.text = str(value)
