"""The reader of the contract: two files of Swagger UI, out of the package that brings its whole folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from wangguan.packaged import static_folder

PREFIX = "swagger"
# The stylesheet names its map, and whoever stores it under a hash wants to find it.
FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui.css.map")


def folder() -> Path:
    """Where the package keeps Swagger UI."""
    return static_folder("drf_spectacular_sidecar", "drf_spectacular_sidecar", "swagger-ui-dist")


class ReaderFiles(BaseFinder):
    """Finds these files under `swagger/`, and nothing else."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _slash, name = path.partition("/")
        if prefix != PREFIX or name not in FILES:
            return []
        return [str(folder() / name)] if find_all else str(folder() / name)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=folder())
        storage.prefix = PREFIX  # type: ignore[attr-defined]  # as `collectstatic` asks for it
        for name in FILES:
            yield name, storage
