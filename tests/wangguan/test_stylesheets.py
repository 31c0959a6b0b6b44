"""All CSS arrives in one small file that old WeChat webviews understand."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from wangguan.stylesheets import NAME, sources

TOO_NEW = {
    ":has(": 105,
    "@container": 105,
    "@layer": 99,
    "@scope": 118,
    "@starting-style": 117,
    "color-mix(": 111,
    "oklch(": 111,
    "light-dark(": 123,
    "dvh": 108,
    "svh": 108,
    "cqi": 105,
    "subgrid": 117,
    "translate:": 104,
    "rotate:": 104,
    "scale:": 104,
    "inset-area": 129,
    ":user-invalid": 119,
    "field-sizing": 123,
    "&:": 112,
    "& ": 112,
}
"""CSS that the Chromium of an old WeChat webview (90) does not know, and since when it is known."""


def _site_css() -> str:
    return Path(str(finders.find(NAME))).read_text(encoding="utf-8")


def test_site_css_holds_every_imported_file_in_order() -> None:
    css = _site_css()
    positions = [css.index(path.read_text(encoding="utf-8")) for path in sources()]
    assert positions == sorted(positions)


def test_every_component_is_imported() -> None:
    folder = sources()[0].parent
    assert set(folder.glob("components/*.css")) <= set(sources())


def test_site_css_is_at_most_12_kilobytes_over_the_wire() -> None:
    assert len(gzip.compress(_site_css().encode())) <= 12 * 1024


@pytest.mark.parametrize("feature", TOO_NEW)
def test_site_css_is_understood_by_chromium_90(feature: str) -> None:
    assert feature not in _site_css()


def test_site_css_uses_only_known_tokens() -> None:
    css = _site_css()
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"^\s*(--[\w-]+):", css, re.MULTILINE))


def test_sources_have_one_declaration_a_line() -> None:
    bare = {path.name: re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8")) for path in sources()}
    assert not [name for name, css in bare.items() if re.search(r";[^\n]*;", css)]
