"""All CSS in one request: `css/site.css` is the files that `css/main.css` imports, joined.

The sources stay small and readable; no build step, no generated file in the repository.
The finder serves development and tests and feeds `collectstatic`, which compresses.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from wangguan.embedded import places

NAME = "css/site.css"
IMPORT = re.compile(r'@import "([^"]+)";')


def sources() -> list[Path]:
    """The joined files, in load order."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return [folder / name for name in IMPORT.findall((folder / "main.css").read_text(encoding="utf-8"))]


def joined() -> Path:
    """The joined file, written anew when a source is younger (atomically: several processes may)."""
    target = places.DATA / "joined" / NAME
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)
    return target


class JoinedStylesheets(BaseFinder):
    """Finds `css/site.css`, and nothing else."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        return [str(joined())] if find_all else str(joined())

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield NAME, FileSystemStorage(location=joined().parents[1])
