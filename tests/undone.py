"""Doing something and taking it back, so that one scene serves every cell of a table."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is as if it had never been; what fails inside fails the test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
