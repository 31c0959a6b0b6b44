"""A subscriber on this machine."""

from collections.abc import Callable
from typing import Any

import pytest

from requests_app.webhooks.models import Subscriber
from requests_app.webhooks.services import keeping
from tests.cast import Cast
from tests.standins.fixtures import impatient, receiver
from tests.standins.subscriber import Receiver

__all__ = ["impatient", "receiver"]

Subscribe = Callable[..., Subscriber]


@pytest.fixture
def subscribe(cast: Cast, receiver: Receiver) -> Subscribe:
    """Make a subscriber that hears everything the director sees, unless told otherwise."""

    def make(**fields: Any) -> Subscriber:
        usual: dict[str, Any] = {
            "name": "市级平台",
            "url": receiver.url,
            "user": cast.director,
            "events": ["all"],
        }
        return keeping.make({**usual, **fields}, by=cast.director)

    return make


@pytest.fixture
def subscriber(subscribe: Subscribe) -> Subscriber:
    return subscribe()
