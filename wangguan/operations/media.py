"""Photos and files as a backup sees them, wherever they are stored."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from wangguan.photos import STASH


def names(folder: str = "") -> Iterator[str]:
    """Every stored file, but for photos of forms that were never sent: those are gone within the hour."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(files) if name)
    for name in sorted(folders):
        if (inner := f"{folder}{name}/") != f"{STASH}/":
            yield from names(inner)
