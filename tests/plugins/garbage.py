"""Python's search for garbage passes over what is there for the whole run: modules, and thousands of tests.

By default it walks through all of it again and again: an eighth of a worker's time.
"""

import gc

import pytest

EVERY = 20_000
"""New objects after which the youngest are looked at; Python's own number is 700."""


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(EVERY, 10, 10)
