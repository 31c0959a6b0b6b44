"""How often one caller may ask: each key as its maker said, each session far more than pages do."""

import logging
from typing import Any

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from wangguan.interfaces.models import ApiKey
from wangguan.limits import Limit

MINUTE = 60
OF_A_SESSION = 600
"""Requests a minute of somebody who is signed in."""
log = logging.getLogger(__name__)


class PerCaller(BaseThrottle):
    """Counts in the shared cache, so that a key has one limit however many web processes there are."""

    _wait = MINUTE

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request. A cache that is away closes no door: the database still answers."""
        limit, name = _limit(request)
        try:
            if limit.take(name):
                return True
            self._wait = max(1, limit.wait(name))
        except RedisError:
            log.warning("no cache to count requests in")
            return True
        return False

    def wait(self) -> int:
        """Seconds until the caller's minute is over."""
        return self._wait


def _limit(request: Request) -> tuple[Limit, str]:
    if isinstance(request.auth, ApiKey):
        return Limit("api", most=request.auth.requests_a_minute, seconds=MINUTE), f"key {request.auth.pk}"
    return Limit("api", most=OF_A_SESSION, seconds=MINUTE), f"user {request.user.pk}"
