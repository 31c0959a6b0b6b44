"""Servers for one run of tests or one measurement, gone with it.

`python -m wangguan.embedded.throwaway COMMAND …` runs a command with such servers.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from wangguan.embedded import broker, places, postgres

PREFIX = "wangguan-throwaway-"
# Not the machine's TMPDIR: that may be long (a socket's path has a limit) or closed to `nobody`.
PARENT = Path("/tmp")


def make_folder() -> tuple[Path, IO[bytes]]:
    """A fresh folder for servers, named to this process and its children, and the lock that keeps it."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PARENT))
    folder.chmod(0o711 if os.getuid() == 0 else 0o700)
    lock = (folder / "lock.new").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Under its name only once it is held, or a sweep beside us could take it first.
    (folder / "lock.new").rename(folder / "lock")
    os.environ["WANGGUAN_SERVERS"] = str(folder)
    return folder, lock


@contextmanager
def servers(folder: Path) -> Iterator[None]:
    """Run in `folder` those servers whose address the environment does not give."""
    with ExitStack() as running:
        running.callback(shutil.rmtree, folder, ignore_errors=True)
        if places.is_embedded():
            running.callback(postgres.stop, postgres.start(folder, throw_away=True))
        if places.broker_is_embedded():
            running.callback(broker.stop, broker.start(folder, throw_away=True))
        yield


def _sweep() -> None:
    """Remove the folders of runs that were killed: nobody holds their lock any more."""
    for folder in PARENT.glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the command line's command; its exit code is ours."""
    folder, _lock = make_folder()
    with servers(folder):
        return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
