"""Counting tries in the shared cache, so that guessing does not pay."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from wangguan.privacy import keyed_hash

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """At most `most` tries per `seconds` for each of whatever is named; names are kept as hashes."""

    what: str
    most: int
    seconds: int = HOUR

    def take(self, *names: str) -> bool:
        """Count one try against every name; False when any of them had used up its own before."""
        counts = [self._add(name) for name in names]
        return max(counts) <= self.most

    def is_spent(self, *names: str) -> bool:
        """Whether any of the names has used up its tries; counts nothing."""
        found = cache.get_many([self._key(name) for name in names])
        return any(int(count) >= self.most for count in found.values())

    def give_back(self, *names: str) -> None:
        """A right try counts against nobody."""
        for name in names:
            cache.decr(self._key(name))

    def _add(self, name: str) -> int:
        key = self._key(name)
        cache.add(key, 0, self.seconds)
        try:
            return int(cache.incr(key))
        except ValueError:  # it expired in between: a fresh hour has begun
            cache.set(key, 1, self.seconds)
            return 1

    def _key(self, name: str) -> str:
        return f"limit:{self.what}:{keyed_hash(name)}"


def client_address(request: HttpRequest) -> str:
    """Where the request comes from, as far as `settings.TRUSTED_PROXIES` proxies can be believed."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return str(hops[-trusted]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))
