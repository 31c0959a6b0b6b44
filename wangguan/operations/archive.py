"""An encrypted archive, written and read as one stream: a tar inside age (age-encryption.org/v1).

Nothing of it ever lies on a disk in the clear, and however big it is, memory stays small. What was
broken off or changed does not open: age authenticates every 64 KiB and marks the last.
Without the portal it is opened by `age -d -i key FILE | tar x`.
"""

import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO

import pyrage
from pyrage import x25519

from wangguan.refusals import Refused

BUFFER = 1 << 20
"""Bytes that go through the pipe at once."""


class Unreadable(Refused):
    """The file is not a whole archive, or not for this key; the sentence says which."""


@contextmanager
def sealed(target: IO[bytes], *, recipients: Iterable[str]) -> Iterator[tarfile.TarFile]:
    """A tar to add to; what is added goes encrypted into `target`.

    Raises:
        Refused: a recipient is not an age public key.
    """
    keys = [_recipient(text) for text in recipients]
    reading, writing = _pipe()
    with _beside(lambda: pyrage.encrypt_io(reading, target, keys), reading) as work:
        try:
            with writing, tarfile.open(fileobj=writing, mode="w|", bufsize=BUFFER) as tar:
                yield tar
        except BrokenPipeError:
            work.result()  # says why nobody reads on: a full disk
            raise
        work.result()


@contextmanager
def opened(source: IO[bytes], *, identity: str) -> Iterator[tarfile.TarFile]:
    """A tar to go through once, from its first member to its last.

    Raises:
        Refused: `identity` is not an age secret key.
        Unreadable: changed, broken off, or sealed for another key.
    """
    key = _identity(identity)
    reading, writing = _pipe()
    with _beside(lambda: pyrage.decrypt_io(source, writing, [key]), writing) as work:
        try:
            with reading, tarfile.open(fileobj=reading, mode="r|", bufsize=BUFFER) as tar:
                yield tar
                while reading.read(BUFFER):
                    pass  # to the very end: only age's last mark says that it is whole
        except (tarfile.TarError, EOFError) as error:
            raise _unreadable(work.exception() or error) from error
        if failed := work.exception():
            raise _unreadable(failed) from failed


def _unreadable(error: BaseException) -> BaseException:
    """What `error` means; what the disk says (it has a number) is passed on as it is."""
    if isinstance(error, OSError) and error.errno is not None:
        return error
    if "No matching keys" in str(error):
        return Unreadable(
            "This key does not open the backup: it was made for another one. Bring the key from the safe."
        )
    return Unreadable("The backup is damaged or was broken off. Take another copy of it, or the one before.")


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Refused(f"BACKUP_RECIPIENTS: “{text}” is no age public key (age1…).") from error


def _identity(text: str) -> x25519.Identity:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return x25519.Identity.from_str(lines[0] if lines else "")
    except pyrage.IdentityError as error:
        raise Refused("The key file holds no age secret key (AGE-SECRET-KEY-1…).") from error


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    outlet, inlet = os.pipe()
    return os.fdopen(outlet, "rb"), os.fdopen(inlet, "wb")


@contextmanager
def _beside(work: Callable[[], None], end: IO[bytes]) -> Iterator[Future[None]]:
    """Do `work` in a thread that closes its `end` of the pipe at last, so that the other never waits."""

    def run() -> None:
        with end:
            work()

    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(run)
