"""Who listens at this moment, kept in memory: a move that nobody subscribed to asks the database nothing.

Every process compares a stamp in the shared cache with the one it knows; a changed subscriber changes
the stamp. Where the cache is away, what is kept stays in force for its minute.
"""

from dataclasses import dataclass
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from grids.models import User
from requests_app.models import TicketEvent
from requests_app.webhooks.models import Subscriber
from requests_app.webhooks.terms import State, names_of
from wangguan.kept import Kept

STAMP = "webhooks:changed"
REFRESH_AFTER = 60.0
"""Seconds after which a process asks the database again, whatever the stamp says."""


@dataclass(frozen=True)
class Wish:
    """What one subscriber wants to hear; an empty set narrows nothing."""

    subscriber: int
    user: User
    events: frozenset[str]
    communities: frozenset[int]
    grids: frozenset[int]
    categories: frozenset[int]
    urgencies: frozenset[str]

    def wants(self, entry: TicketEvent) -> bool:
        """Whether the entry fits, whatever the account may see. Complaints about staff never leave."""
        ticket = entry.ticket
        if ticket.about_staff or not self.events & names_of(entry):
            return False
        if self.urgencies and ticket.urgency not in self.urgencies:
            return False
        return self._covers(entry) and self._is_about(entry)

    def _covers(self, entry: TicketEvent) -> bool:
        anywhere = not (self.communities or self.grids)
        ticket = entry.ticket
        return anywhere or ticket.community_id in self.communities or ticket.grid_id in self.grids

    def _is_about(self, entry: TicketEvent) -> bool:
        """A group of categories stands for all of its own."""
        if not self.categories:
            return True
        category = entry.ticket.category
        return category is not None and bool({category.pk, category.parent_id} & self.categories)


@dataclass(frozen=True)
class Known:
    """The wishes in force, and the stamp under which they were read."""

    stamp: str | None
    wishes: tuple[Wish, ...]


def listening() -> tuple[Wish, ...]:
    """The wishes of every active subscriber."""
    known, stamp = kept(), _stamp()
    if stamp is not None and stamp != known.stamp:
        kept.forget()
        known = kept()
    return known.wishes


def changed() -> None:
    """Some subscriber was changed in this transaction: every process reads anew once it is over."""
    kept.forget()
    transaction.on_commit(_restamp, robust=True)


def wish_of(row: Subscriber) -> Wish:
    """What this subscriber wants to hear."""
    return Wish(
        subscriber=row.pk,
        user=row.user,
        events=frozenset(row.events),
        communities=frozenset(each.pk for each in row.communities.all()),
        grids=frozenset(each.pk for each in row.grids.all()),
        categories=frozenset(each.pk for each in row.categories.all()),
        urgencies=frozenset(row.urgencies),
    )


def _load() -> Known:
    # The stamp first: what changes while we read is read again.
    stamp = _stamp()
    rows = Subscriber.objects.filter(state=State.ACTIVE).select_related("user").order_by("pk")
    named = rows.prefetch_related("communities", "grids", "categories")
    return Known(stamp, tuple(wish_of(row) for row in named))


def _stamp() -> str | None:
    try:
        return str(cache.get(STAMP, ""))
    except RedisError:
        return None


def _restamp() -> None:
    kept.forget()
    cache.set(STAMP, uuid4().hex, timeout=None)


kept = Kept(_load, seconds=REFRESH_AFTER)
