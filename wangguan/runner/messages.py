"""Compile catalogues: `python wangguan/runner/messages.py locale/…/django.po …`.

A bare machine has no gettext; polib writes the same `.mo`. Fuzzy entries stay out.
"""

import sys
from pathlib import Path

import polib


def compile_catalogue(source: Path) -> Path:
    """Write the `.mo` beside `source`, in one step so that a running server never reads half of it."""
    target = source.with_suffix(".mo")
    partial = source.with_suffix(".mo.partial")
    polib.pofile(str(source)).save_as_mofile(str(partial))
    return partial.replace(target)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
