"""What every test may use."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from requests_app.deadlines import DEFAULT_LIMITS
from requests_app.models.category import limits_by_urgency
from requests_app.webhooks import listening
from wangguan import workdays
from wangguan.notify import wording
from wangguan.workdays import WorkingCalendar

pytest_plugins = [
    "tests.cast",
    "tests.plugins.emptying",
    "tests.plugins.garbage",
    "tests.plugins.processes",
    "tests.plugins.browser",
]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """What one test counted (wrong tries, sends a minute) is not held against the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _house_language() -> Iterator[None]:
    """The language that a page of one test spoke is not left to the next."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _known_calendar() -> None:
    """The calendar was read before the test: when a process reads it again is not what tests count."""
    workdays.keep(WorkingCalendar())


@pytest.fixture(autouse=True)
def _known_limits() -> None:
    """The same for the limits of each urgency."""
    limits_by_urgency.keep(DEFAULT_LIMITS)


@pytest.fixture(autouse=True)
def _known_wordings() -> None:
    """The same for the office's own words in messages."""
    wording.keep({})


@pytest.fixture(autouse=True)
def _known_subscribers() -> None:
    """The same for the systems that are told of events: there are none."""
    listening.kept.keep(listening.Known("", ()))
