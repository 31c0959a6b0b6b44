"""The lock without what only development needs: `python deploy/without_dev.py > production.lock`.

`make lock` notes beside every package who asked for it (`# via`); whatever is reached from the
portal's own dependencies stays, with its hashes, so that production runs what the tests ran.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTAL = "wangguan-grid"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
VIA = re.compile(r"^ +#(?: via)? +([A-Za-z0-9._-]+)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def blocks(lock: str) -> dict[str, str]:
    """Package → its lines of the lock: pin, hashes, who asked for it."""
    starts = [(found.start(), found[1]) for found in PIN.finditer(lock)]
    ends = [start for start, _name in starts[1:]] + [len(lock)]
    return {name: lock[start:end] for (start, name), end in zip(starts, ends, strict=True)}


def wanted(lock: dict[str, str], asked: Iterable[str]) -> set[str]:
    """What is reached from the packages that the portal itself asks for."""
    askers = {name: {normal(via) for via in VIA.findall(block)} for name, block in lock.items()}
    found: set[str] = set()
    news = {name for name in map(normal, asked) if name in lock}
    while news:
        found |= news
        news = {name for name, by in askers.items() if by & news} - found
    return found


def normal(name: str) -> str:
    """As PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def dependencies() -> list[str]:
    """Names that pyproject.toml lists, without extras, versions and the development group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [found[0] for line in project["dependencies"] if (found := NAME.match(line))]


def main() -> None:
    lock = blocks((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    stay = wanted(lock, dependencies())
    sys.stdout.write("".join(block for name, block in lock.items() if name in stay))


if __name__ == "__main__":
    main()
