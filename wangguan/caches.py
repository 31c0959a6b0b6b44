"""A cache whose absence costs speed and never a page (docs/decisions/0052-under-fire.md)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import exceptions

Question = Callable[..., Any]
PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2}
"""Seconds that a page waits for a cache that hangs, each time it asks."""


def _or_else(empty: Question) -> Callable[[Question], Question]:
    """What an empty cache would answer, while the server is away."""

    def decorate(question: Question) -> Question:
        @wraps(question)
        def ask(client: "_Client", *args: Any, **options: Any) -> Any:
            try:
                return question(client, *args, **options)
            except (exceptions.ConnectionError, exceptions.TimeoutError):
                return empty(*args, **options)

        return ask

    return decorate


def _not_found(key: str, delta: int) -> int:
    raise ValueError("The key was not found: the cache is away.")


class _Client(RedisCacheClient):
    """Every question that the backend asks of its server."""

    add = _or_else(lambda key, value, timeout: True)(RedisCacheClient.add)
    get = _or_else(lambda key, default: default)(RedisCacheClient.get)
    set = _or_else(lambda key, value, timeout: None)(RedisCacheClient.set)
    touch = _or_else(lambda key, timeout: False)(RedisCacheClient.touch)
    delete = _or_else(lambda key: False)(RedisCacheClient.delete)
    get_many = _or_else(lambda keys: {})(RedisCacheClient.get_many)
    has_key = _or_else(lambda key: False)(RedisCacheClient.has_key)
    incr = _or_else(_not_found)(RedisCacheClient.incr)
    set_many = _or_else(lambda data, timeout: None)(RedisCacheClient.set_many)
    delete_many = _or_else(lambda keys: None)(RedisCacheClient.delete_many)


class ForgivingCache(RedisCache):
    """Redis; a server that is away is an empty cache that keeps nothing.

    Sessions live in the database too, figures are counted anew, and limits say themselves what they do
    when nobody counts (`wangguan.limits`). Whether the server is there, `/readyz` says.
    """

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": PATIENCE | params.get("OPTIONS", {})})
        self._class = _Client
