"""What a standard text leaves open, and how it is filled in for one matter."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("称呼", "地点", "今天", "网格", "我的岗位", "编号")
"""Written in braces: {称呼}. Never a phone; the name only as the resident gave it."""

_BRACES = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


def unknown(text: str) -> list[str]:
    """Names in braces that nothing would fill in, as they were written."""
    return [name for name in _BRACES.findall(text) if name not in PLACEHOLDERS]


def has_loose_brace(text: str) -> bool:
    """Whether a brace is left over that belongs to no placeholder."""
    return bool(re.search(r"[{}｛｝]", _BRACES.sub("", text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with every placeholder replaced; what `values` lacks stays as it stands."""
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), text)
