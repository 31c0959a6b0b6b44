"""Processes that this one starts, and that must not outlive it."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    dies_by: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    unprivileged: bool = False,
    screen: bool = False,
    holds: IO[bytes] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in its own session, writing to `log`.

    When this process dies, even by kill -9, the kernel sends the child `dies_by` (Linux
    only). `unprivileged` makes a child of root run as `nobody`; `screen` leaves its plain output
    on the terminal; it keeps the locked file `holds` open, and with it the lock, as long as it lives.
    """
    owner = nobody() if unprivileged and os.getuid() == 0 else None
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=None if screen else output,
            stderr=output,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            pass_fds=[holds.fileno()] if holds else [],
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            preexec_fn=_follow_parent(dies_by),  # before any thread is started
        )


def die_with_parent(by: signal.Signals) -> None:
    """Let the kernel send this process `by` when its parent dies (Linux only)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(by))


def _follow_parent(dies_by: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec, already as its final user: changing user forgets it."""
    parent = os.getpid()

    def follow() -> None:
        die_with_parent(dies_by)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def nobody() -> pwd.struct_passwd:
    """The machine's unprivileged user."""
    return pwd.getpwnam("nobody")


def servers_folder(path: Path) -> Path:
    """Make the folder under which servers lie; root's unprivileged ones may pass through, not look around.

    Raises:
        RuntimeError: it is somebody else's (started by another user before, or a trap under /var/tmp).
    """
    path.mkdir(parents=True, exist_ok=True)
    if path.lstat().st_uid != os.getuid():
        raise RuntimeError(f"{path} belongs to another user: go on as that user, or remove it.")
    # Not mkdir's mode: a tight umask would take the passage away.
    path.chmod(0o711 if os.getuid() == 0 else 0o700)
    return path


def private_folder(path: Path) -> Path:
    """Make `path` if needed, for the servers' user alone (0700)."""
    path.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        os.chown(path, nobody().pw_uid, nobody().pw_gid)
    path.chmod(0o700)
    return path


def stop(
    child: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, patience: float = 10
) -> None:
    """Ask the child to end, and after `patience` seconds end its whole session."""
    if child.poll() is None:
        child.send_signal(by)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            end_orphans(child)
    child.wait()


def end_orphans(child: subprocess.Popen[bytes]) -> None:
    """kill -9 of what is left of the child's session."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
