"""A limiter shared by all processes: at most so many in any span of time, kept in the cache.

Each send takes one of `most` places for `span`; `cache.add` is atomic, and a place frees
itself. Unlike a counter per calendar minute it never lets twice the number through
around the turn of the minute.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from time import time

from django.core.cache import cache
from redis.exceptions import RedisError

from wangguan.notify.channels.base import TooFast


@dataclass(frozen=True)
class Pace:
    most: int
    span: timedelta


def step(name: str, pace: Pace) -> None:
    """Take a place.

    Raises:
        TooFast: all are taken; `after` says when the first gets free.
    """
    try:
        _step(name, pace)
    except RedisError:
        raise TooFast("pace_unknown", after=pace.span) from None


def stop(name: str, pace: Pace) -> None:
    """Take every place: the far end says that it is enough."""
    until, seconds = time() + pace.span.total_seconds(), pace.span.total_seconds()
    cache.set_many(dict.fromkeys(_places(name, pace), until), timeout=seconds)


def _step(name: str, pace: Pace) -> None:
    seconds = pace.span.total_seconds()
    taken = cache.get_many(places := _places(name, pace))
    for place in places:
        if place not in taken and cache.add(place, time() + seconds, timeout=seconds):
            return
    soonest = min(taken.values(), default=time() + seconds) - time()
    # Spread, so that what waits does not come back all at once.
    raise TooFast("pace", after=timedelta(seconds=max(soonest, 0) + random.uniform(0, 2)))


def _places(name: str, pace: Pace) -> list[str]:
    return [f"pace:{name}:{number}" for number in range(pace.most)]
