"""What every test may use."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.cast", "tests.plugins.processes"]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """What one test counted (wrong tries, sends a minute) is not held against the next."""
    yield
    cache.clear()
