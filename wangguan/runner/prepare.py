"""Bring the demo's database up to date: tables, the street, categories, demo people, homes and tickets.

Every step may run again without harm; on a prepared database all of it takes a moment.
"""

import os
import subprocess
import sys
import time

import django
from django.core.management import call_command

from wangguan.embedded import children, places

STREET = "grids/data/wangguanzhuang.json"
Step = tuple[str, tuple[str, ...]]
STEPS: tuple[Step, ...] = (
    ("tables", ("migrate", "--no-input", "--verbosity", "0")),
    ("street", ("load_street", STREET)),
    ("categories", ("load_categories",)),
    ("checklists", ("load_checklists",)),
    ("standard texts", ("load_standard_texts",)),
    ("questions of categories", ("load_open311",)),
    ("people", ("load_people",)),
)
# The two long ones: matters are played step by step, homes are copied in; neither needs the other.
BESIDE: Step = ("homes", ("load_homes",))
HISTORY: Step = ("demo data", ("load_demo",))
# What needs both.
LAST: tuple[Step, ...] = (
    ("requests out of visits", ("load_homes", "--requests")),
    ("what is built around tickets", ("load_rooms",)),
)


def main() -> int:
    """Run the steps, saying how long each took; 1 when the homes could not be loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    django.setup()
    for step in STEPS:
        _run(step)
    began = time.monotonic()
    with _beside(BESIDE) as homes:
        _run(HISTORY)
    _say(BESIDE, began)
    if homes.returncode:
        return 1
    for step in LAST:
        _run(step)
    return 0


def _run(step: Step) -> None:
    _name, (command, *arguments) = step
    began = time.monotonic()
    call_command(command, *arguments)
    _say(step, began)


def _beside(step: Step) -> "subprocess.Popen[bytes]":
    """The step in a process of its own, for the other core; leaving its block waits for it."""
    return children.start(
        [sys.executable, "-m", "django", *step[1]],
        log=places.DATA / "log" / "prepare.log",
        cwd=places.CHECKOUT,
        screen=True,
    )


def _say(step: Step, began: float) -> None:
    print(f"         {step[0]}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
