"""`python -m requests_app.torture`: the fault test of `make torture`, on servers of its own.

PostgreSQL keeps fsync and full page writes on, as in production.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

import django

from wangguan.embedded import throwaway
from wangguan.runner import services


def main() -> int:
    """Run it; 1 when the portal lost, doubled or forgot something."""
    asked = _asked()
    folder, lock = throwaway.make_folder()
    with lock:
        try:
            return _run(asked, folder)
        finally:
            throwaway.remove(folder)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture ARGS=…", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="repeats lives and kills")
    parser.add_argument("--actions", type=int, default=10_000, help="submissions and moves")
    parser.add_argument("--rounds", type=int, default=3, help="times that every victim is killed at least")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 6.0), help="seconds between two kills")
    return parser.parse_args()


def _run(asked: argparse.Namespace, folder: Path) -> int:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never anybody's real servers
    os.environ |= {"DEMO": "1", "DEBUG": "0", "LOG_LEVEL": "ERROR", "MEDIA_ROOT": str(folder / "media")}
    os.environ["PORT"] = str(services.free_port())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    django.setup()

    from requests_app.torture.local import torture  # models can be imported only now
    from requests_app.torture.run import Plan

    plan = Plan(asked.seed, asked.actions, asked.rounds, asked.clients, tuple(asked.pause))
    return torture(plan, folder)


if __name__ == "__main__":
    sys.exit(main())
