"""Counting tries in the shared cache, so that guessing does not pay."""

import time
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from wangguan.privacy import keyed_hash

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """At most `most` tries per `seconds` for each of whatever is named; names are kept as hashes.

    While the cache is away nobody can count. What only spares us work then lets everybody through; what
    keeps somebody from guessing (`guards`) lets nobody.
    """

    what: str
    most: int
    seconds: int = HOUR
    guards: bool = False

    def take(self, *names: str) -> bool:
        """Count one try against every name; False when any of them had used up its own before."""
        counts = [self._add(name) for name in names]
        return max(counts) <= self.most

    def give_back(self, *names: str) -> None:
        """A right try counts against nobody."""
        for name in names:
            with suppress(ValueError):  # its time is over, or the cache is away
                cache.decr(self._key(name))

    def forget(self, *names: str) -> None:
        """Begin anew: these have shown who they are."""
        cache.delete_many([self._key(name) for name in names])

    def wait(self, *names: str) -> int:
        """Seconds until all of these names may try again; 0 when none has used up its tries."""
        now = int(time.time())
        spent = [name for name in names if cache.get(self._key(name), 0) >= self.most]
        ends = [cache.get(self._end(name), now + self.seconds) for name in spent]
        return max(0, *(end - now for end in ends)) if ends else 0

    def _add(self, name: str) -> int:
        key = self._key(name)
        if is_fresh := cache.add(key, 0, self.seconds):
            cache.set(self._end(name), int(time.time()) + self.seconds, self.seconds)
        try:
            return int(cache.incr(key))
        except ValueError:
            if is_fresh:  # added and not there: the cache is away
                return self.most + 1 if self.guards else 1
            cache.set(key, 1, self.seconds)  # it expired in between: a fresh hour has begun
            return 1

    def _end(self, name: str) -> str:
        return f"{self._key(name)}:end"

    def _key(self, name: str) -> str:
        return f"limit:{self.what}:{keyed_hash(name)}"


def client_address(request: HttpRequest) -> str:
    """Where the request comes from, as far as `settings.TRUSTED_PROXIES` proxies can be believed."""
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return str(hops[-trusted]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))
