"""Scripts are small, and an old WeChat webview (Chromium 90) understands them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").rglob("*.js"))
TOO_NEW = {
    r"\.at\(-?\d": 92,
    r"\brandomUUID\b": 92,
    r"\bObject\.hasOwn\b": 93,
    r"\bstatic\s*\{": 94,
    r"\bstructuredClone\b": 98,
    r"\bfindLast(Index)?\b": 97,
    r"\bshowPicker\b": 99,
    r"\.inert\b": 102,
    r"\bAbortSignal\.(timeout|any)\b": 103,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\b(showPopover|hidePopover)\b": 114,
    r"\bURL\.canParse\b": 120,
    r"\bPromise\.withResolvers\b": 119,
    r"\b(Object|Map)\.groupBy\b": 117,
    r"^await\b": 89,
}
"""What Chromium 90 lacks, or classic scripts may not hold, and since when it is known."""
LONGEST = 400
"""Lines of a script; a longer one does two things."""


def _code(script: Path) -> str:
    """The script without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("feature", TOO_NEW)
def test_scripts_are_understood_by_chromium_90(feature: str) -> None:
    assert [path.name for path in SCRIPTS if re.search(feature, _code(path), re.MULTILINE)] == []


def test_words_of_scripts_come_from_the_page() -> None:
    assert [path.name for path in SCRIPTS if re.search(r"[\u4e00-\u9fff]", _code(path))] == []


def test_scripts_do_one_thing_each() -> None:
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in SCRIPTS}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_scripts_build_no_markup_out_of_text() -> None:
    unsafe = r"\binnerHTML\s*\+?=|\bouterHTML\s*=|insertAdjacentHTML|document\.write\b|\beval\("
    assert [path.name for path in SCRIPTS if re.search(unsafe, _code(path))] == []
