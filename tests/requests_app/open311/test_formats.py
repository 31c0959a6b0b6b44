"""XML and JSON: the headers, and that both say the same."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from requests_app.open311.formats import CONTENT_TYPES, Document, plain
from requests_app.services.publishing import Text
from tests.cast import Cast
from tests.requests_app.open311.conftest import PARKING, Caller, released_closed, released_open

ROOTS = {
    "discovery": "discovery",
    "services": "services",
    f"services/{PARKING}": "service_definition",
    "requests": "service_requests",
    "requests/unknown": "errors",
    "tokens/unknown": "errors",
    "elsewhere": "errors",
}


def read(element: ElementTree.Element) -> Any:
    """The JSON that the specification's mapping makes of XML, all leaves as text."""
    lists = {"services", "service_requests", "attributes", "values", "endpoints", "formats", "errors"}
    if element.tag in lists:
        return [read(child) for child in element]
    if len(element):
        return {child.tag: read(child) for child in element}
    return element.text or ""


def texts(value: Any) -> Any:
    """JSON with all leaves as XML writes them."""
    match value:
        case dict():
            return {name: texts(inner) for name, inner in value.items()}
        case list():
            return [texts(inner) for inner in value]
        case None:
            return ""
        case bool():
            return str(value).lower()
    return str(value)


@pytest.mark.parametrize("path", ROOTS)
def test_xml_and_json_say_the_same(cast: Cast, anybody: Caller, path: str) -> None:
    released_open(cast, text=Text("第一行\r\n第二行 <b>&amp; \x0b\ufffe", "", "九区"))
    released_closed(cast)
    root = ElementTree.fromstring(anybody.ask(f"{path}.xml").content)
    assert root.tag == ROOTS[path]
    assert read(root) == texts(anybody.get(path))


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("path", ROOTS)
def test_content_type_is_the_specifications(cast: Cast, anybody: Caller, path: str, form: str) -> None:
    assert anybody.ask(f"{path}.{form}").headers["Content-Type"] == CONTENT_TYPES[form]


def test_xml_begins_with_its_declaration(anybody: Caller) -> None:
    first, _newline, rest = anybody.ask("services.xml").content.partition(b"\n")
    assert first == b'<?xml version="1.0" encoding="utf-8"?>'
    assert rest.startswith(b"<services><service><service_code>")


def test_lists_are_top_level_arrays(anybody: Caller) -> None:
    assert [type(anybody.get(path)) for path in ("services", "requests", "requests/unknown")] == [list] * 3


def test_what_xml_cannot_carry_is_left_out_of_both() -> None:
    document = Document("errors", [{"code": 400, "description": "a\x00b\x1f\ud800\uffffc\r\nd\re\tf"}])
    inner = "abc\nd\ne\tf"
    assert ElementTree.fromstring(document.written("xml"))[0][1].text == inner
    assert json.loads(document.written("json"))[0]["description"] == inner


def test_plain_keeps_numbers_and_emptiness() -> None:
    told = {"lat": 36.5, "long": None, "metadata": True}
    assert plain(told) == told


def test_head_is_answered_like_get(anybody: Caller) -> None:
    answer = anybody.client.head("/open311/v2/services.xml")
    assert (answer.status_code, answer.content) == (200, b"")


def test_any_page_may_read_but_none_may_send(anybody: Caller) -> None:
    assert anybody.ask("services.json").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in anybody.post().headers


def test_what_a_key_reads_is_kept_by_no_cache(anybody: Caller, app: Caller) -> None:
    assert anybody.ask("requests.json").headers["Cache-Control"] == "public, max-age=60"
    assert app.ask("requests.json").headers["Cache-Control"] == "private, no-store"
