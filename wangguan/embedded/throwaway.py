"""Servers for one run of tests or one measurement, gone with it.

`python -m wangguan.embedded.throwaway COMMAND …` runs a command with such servers.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from wangguan.embedded import broker, children, places, postgres

PREFIX = "wangguan-throwaway-"
# Not the machine's TMPDIR: that may be long (a socket's path has a limit) or closed to `nobody`.
PARENT = Path("/tmp")


def make_folder() -> tuple[Path, IO[bytes]]:
    """A fresh folder for servers, named to this process and its children, and the lock that keeps it."""
    places.read_dotenv()
    _sweep()
    folder = children.servers_folder(Path(tempfile.mkdtemp(prefix=PREFIX, dir=PARENT)))
    lock = (folder / "lock.new").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Under its name only once it is held, or a sweep beside us could take it first.
    (folder / "lock.new").rename(folder / "lock")
    os.environ["WANGGUAN_SERVERS"] = str(folder)
    return folder, lock


class Servers:
    """The servers of one folder; only those whose address the environment does not give."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable
        self.database: subprocess.Popen[bytes] | None = None
        self.broker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Servers":
        if places.is_embedded():
            self.database = postgres.start(self.folder, throw_away=not self.durable)
        self.start_broker()
        return self

    def start_broker(self) -> None:
        """Start the broker, also again after `kill_broker`: it finds its queues."""
        if places.broker_is_embedded():
            self.broker = broker.start(self.folder, throw_away=True)

    def kill_broker(self) -> None:
        """kill -9."""
        if self.broker is not None:
            children.stop(self.broker, by=signal.SIGKILL)

    def __exit__(self, *failure: object) -> None:
        if self.broker is not None:
            broker.stop(self.broker)
        if self.database is not None:
            postgres.stop(self.database)
        remove(self.folder)


def remove(folder: Path) -> None:
    """Remove a folder that `make_folder` made."""
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of runs that were killed: nobody holds their lock any more."""
    for folder in PARENT.glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(folder)


def main() -> int:
    """Run the command line's command on servers as durable as real ones; its exit code is ours."""
    folder, _lock = make_folder()
    with Servers(folder, durable=True):
        return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
