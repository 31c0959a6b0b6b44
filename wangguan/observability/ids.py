"""The number of a request: one for everything that follows from it, in every log line and task.

It is short and free of letters that sound or look alike, because a person may have to read it out over
the telephone: the page that says something broke shows it.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O or U."""
LENGTH = 10
_FIT = re.compile(r"[A-Za-z0-9_.-]{6,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The number of the request or task that this code works for; empty outside of both."""
    return _current.get()


def make() -> str:
    """A fresh number: fifty random bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def accepted(given: str) -> str:
    """The number that a trusted proxy gave, if it is fit for logs and headers, else a fresh one."""
    return given if _FIT.fullmatch(given) else make()


@contextmanager
def carried(number: str) -> Iterator[None]:
    """Let everything in the block work under this number."""
    token = _current.set(number)
    try:
        yield
    finally:
        _current.reset(token)
