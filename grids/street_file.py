"""Reading a street file: a GeoJSON FeatureCollection, remembered line by line.

The format is described in docs/street-file.md. Here only its form is read; what the features
mean is checked by `grids.services`, which also needs to know what the portal has already.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any, NoReturn

from django.utils.translation import gettext as _

LAYERS = ("street", "department", "community", "grid", "estate", "road", "building")


@dataclass(frozen=True)
class Problem:
    line: int
    reason: str

    def __str__(self) -> str:
        return _("line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}


class BadFile(Exception):
    """A file that is refused whole; says every line at fault that was found, and why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Feature:
    """One thing of the street: its layer, what is said of it, and where that stands in the file."""

    line: int
    layer: str
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


class _Located(dict[str, Any]):
    """A JSON object that remembers the line it begins on."""

    line = 1


class _Decoder(json.JSONDecoder):
    """Python's own decoder, except that objects know their line and names come once."""

    def __init__(self, text: str) -> None:
        super().__init__(parse_constant=self._refuse_constant)
        self._line_ends = [index for index, character in enumerate(text) if character == "\n"]
        self.parse_object = self._parse_object
        self.scan_once = py_make_scanner(self)

    def _parse_object(self, position: tuple[str, int], *rest: Any) -> tuple[_Located, int]:
        strict, scan_once, _hook, _pairs_hook, memo = rest
        line = bisect_right(self._line_ends, position[1]) + 1
        pairs, end = JSONObject(position, strict, scan_once, None, list, memo)
        located = _Located(pairs)
        located.line = line
        if len(located) < len(pairs):
            raise BadFile(Problem(line, _("A name appears twice in one object.")))
        return located, end

    @staticmethod
    def _refuse_constant(name: str) -> NoReturn:
        raise BadFile(Problem(1, _("%(name)s is not a number.") % {"name": name}))


def read(content: bytes) -> list[Feature]:
    """The features of a street file, in its order.

    Raises:
        BadFile: not UTF-8, not JSON, not a FeatureCollection, or a feature without a known layer.
    """
    document = _decode(_text(content))
    if not isinstance(document, _Located) or document.get("type") != "FeatureCollection":
        raise BadFile(Problem(1, _("The file is not a GeoJSON FeatureCollection.")))
    features = document.get("features")
    if not isinstance(features, list):
        raise BadFile(Problem(document.line, _("The FeatureCollection has no list of features.")))
    return [_feature(item, document.line) for item in features]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(Problem(line, _("The file is not UTF-8 text."))) from error


def _decode(text: str) -> Any:
    try:
        return _Decoder(text).decode(text)
    except json.JSONDecodeError as error:
        raise BadFile(Problem(error.lineno, _("Not JSON: %(why)s.") % {"why": error.msg})) from error
    except RecursionError as error:
        raise BadFile(Problem(1, _("The file is nested too deeply."))) from error


def _feature(item: Any, line: int) -> Feature:
    if not isinstance(item, _Located) or item.get("type") != "Feature":
        raise BadFile(Problem(getattr(item, "line", line), _("This is not a GeoJSON Feature.")))
    properties, geometry = item.get("properties"), item.get("geometry")
    if not isinstance(properties, dict) or (layer := properties.get("layer")) not in LAYERS:
        known = {"known": ", ".join(LAYERS)}
        raise BadFile(Problem(item.line, _("The feature's properties name no layer of: %(known)s.") % known))
    if geometry is not None and not isinstance(geometry, dict):
        raise BadFile(Problem(item.line, _("The geometry is not a GeoJSON geometry.")))
    given = {name: value for name, value in properties.items() if name != "layer"}
    return Feature(item.line, layer, given, geometry)
