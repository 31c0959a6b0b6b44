"""All CSS in one request: `css/site.css` is the files that `css/main.css` imports, joined.

Pages of the office add `css/desk.css`, joined from `css/main-desk.css`: nobody's phone loads it.

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

BUNDLES = {"css/site.css": "main.css", "css/desk.css": "main-desk.css"}
"""Joined files, and what lists their parts."""
NAME = "css/site.css"
IMPORT = re.compile(r'@import "([^"]+)";')


def sources(name: str = NAME) -> list[Path]:
    """The files joined into `name`, in load order."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return [folder / name for name in IMPORT.findall((folder / BUNDLES[name]).read_text(encoding="utf-8"))]


def joined(name: str = NAME) -> Path:
    """The joined file, written anew when a source is younger (atomically: several processes may)."""
    target = places.DATA / "joined" / name
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources(name))
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)
    return target


class JoinedStylesheets(BaseFinder):
    """Finds the joined files, and nothing else."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUNDLES:
            return []
        return [str(joined(path))] if find_all else str(joined(path))

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in BUNDLES:
            yield name, FileSystemStorage(location=joined(name).parents[1])
