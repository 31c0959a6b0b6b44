"""`python -m requests_app.load`: what `make load` measures, on servers of its own.

Web server (two processes of four threads), worker, beat, database and broker share this machine with
locust itself. Text messages go to the console, as in the demo.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import django

from wangguan.embedded import throwaway
from wangguan.runner import services


def main() -> int:
    """Measure and print; 1 when a request failed."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never anybody's real servers
    folder, lock = throwaway.make_folder()
    with lock, throwaway.Servers(folder, durable=True):
        return _measure(asked, folder)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load ARGS=…", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=3.0, help="after everybody has come")
    return parser.parse_args()


def _measure(asked: argparse.Namespace, folder: Path) -> int:
    port = services.free_port()
    os.environ |= {"DEMO": "1", "DEBUG": "0", "LOG_LEVEL": "ERROR", "MEDIA_ROOT": str(folder / "media")}
    os.environ |= {"PORT": str(port), "TRUSTED_PROXIES": "1", "LOAD_WORLD": str(folder / "world.json")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    django.setup()

    from requests_app.load import table, world  # models can be imported only now
    from requests_app.torture.run import await_, say

    world.prepare(folder / "world.json")
    running = services.ours(port, services.environment(port), folder=folder)
    try:
        for service in running:
            service.start()
        await_(lambda: not services.what_is_wrong(f"http://127.0.0.1:{port}/readyz"), patience=60)
        _come(asked, port, folder)
    finally:
        for service in reversed(running):
            service.stop()
    found = (folder / "load_stats.csv").read_text(encoding="utf-8").splitlines()
    say(table.of(found))
    return 1 if table.failures(found) else 0


def _come(asked: argparse.Namespace, port: int, folder: Path) -> None:
    """Let locust's people come, 25 a second, and stay; figures begin when all are there."""
    size = ["--users", str(asked.people), "--spawn-rate", "25", "--reset-stats"]
    span = ["--run-time", f"{asked.minutes * 60 + asked.people / 25:.0f}s", "--stop-timeout", "10"]
    told = ["--headless", "--only-summary", "--csv", str(folder / "load"), "--loglevel", "WARNING"]
    where = ["-f", str(Path(__file__).with_name("people.py")), "--host", f"http://127.0.0.1:{port}"]
    with (folder / "log" / "locust.log").open("wb") as log:
        command = [sys.executable, "-m", "locust", *where, *size, *span, *told]
        subprocess.run(command, check=False, stdout=log, stderr=log)


if __name__ == "__main__":
    sys.exit(main())
