"""Free text as people send it, made storable without changing what it says."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep (NUL, lone surrogates), and without blank ends."""
    return _UNSTORABLE.sub("", text).strip()
