"""Which open matters may be the same as one: told lately, near it, and in like words."""

import math
import re
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from grids import distance
from grids.models import User
from requests_app.models import Ticket
from wangguan import clock

LOOKED_AT = 200
"""So many of the newest around are compared; a grid has some dozen open ones."""
SHOWN = 8
ENOUGH = 1.5
"""Being told in the same grid is not enough to be offered."""


def candidates(ticket: Ticket, user: User) -> list[Ticket]:
    """What it may be merged with, the likeliest first; only what `user` may see."""
    waiting = Ticket.objects.visible_to(user).open().filter(resolved_at__isnull=True, about_staff=False)
    lately = waiting.filter(arrived_at__gte=clock.now() - settings.SIMILAR_WITHIN).exclude(pk=ticket.pk)
    around = lately.filter(_around(ticket)).for_list().order_by("-id")[:LOOKED_AT]
    ranked = sorted(((likeness(ticket, other), other) for other in around), key=lambda pair: -pair[0])
    return [other for score, other in ranked[:SHOWN] if score >= ENOUGH]


def _around(ticket: Ticket) -> Q:
    """The same grid, building or community, or a square around the same point."""
    near = Q(grid=ticket.grid_id) if ticket.grid_id else Q(pk__in=())
    if ticket.community_id:
        near |= Q(community=ticket.community_id)
    if ticket.building_id:
        near |= Q(building=ticket.building_id)
    if ticket.latitude is not None and ticket.longitude is not None:
        north = settings.SIMILAR_WITHIN_METRES / distance.METRES_A_DEGREE
        east = north / max(math.cos(math.radians(ticket.latitude)), 0.01)
        near |= Q(
            latitude__range=(ticket.latitude - north, ticket.latitude + north),
            longitude__range=(ticket.longitude - east, ticket.longitude + east),
        )
    return near


def likeness(one: Ticket, other: Ticket) -> float:
    """How alike two matters are: place, category and words; 0 for nothing in common."""
    return (
        1.0 * bool(one.grid_id and one.grid_id == other.grid_id)
        + 2.0 * bool(one.building_id and one.building_id == other.building_id)
        + 2.0 * (metres(one, other) <= settings.SIMILAR_WITHIN_METRES)
        + 1.0 * bool(one.category_id and one.category_id == other.category_id)
        + 6.0 * _shared(_pairs(one.description), _pairs(other.description))
    )


def metres(one: Ticket, other: Ticket) -> float:
    """How far apart two points are; infinitely far when one of them has none."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return math.inf
    return distance.metres(
        (one.latitude or 0, one.longitude or 0), (other.latitude or 0, other.longitude or 0)
    )


def _pairs(text: str) -> set[str]:
    """Neighbouring characters, as the search keeps them; marks and blanks aside."""
    words: Iterable[str] = re.findall(r"\w+", text.lower())
    return {word[place : place + 2] for word in words for place in range(len(word) - 1)}


def _shared(one: set[str], other: set[str]) -> float:
    """The part of the shorter text that stands in the longer one too."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
