"""Bring the demo's database up to date: tables, the street, categories, demo people and tickets.

Every step may run again without harm; on a prepared database all of it takes a moment.
"""

import os
import sys
import time

import django
from django.core.management import call_command

STREET = "grids/data/wangguanzhuang.json"
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tables", ("migrate", "--no-input", "--verbosity", "0")),
    ("street", ("load_street", STREET)),
    ("categories", ("load_categories",)),
    ("checklists", ("load_checklists",)),
    ("standard texts", ("load_standard_texts",)),
    ("demo data", ("load_demo",)),
)


def main() -> int:
    """Run the steps in order, saying how long each took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    django.setup()
    for name, (command, *arguments) in STEPS:
        began = time.monotonic()
        call_command(command, *arguments)
        print(f"         {name}: {time.monotonic() - began:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
