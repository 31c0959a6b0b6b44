"""Matters like the one being told: at the same place, open or lately answered, in like words.

Only what residents agreed to show (docs/decisions/0013). A matter that was merged leads to
the one it was merged into. Words are alike when they share pairs of neighbouring characters.
"""

import math
from dataclasses import dataclass

from django.conf import settings
from django.db.models import FloatField, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from grids.locate import Place
from requests_app import search
from requests_app.models import Category, Ticket
from requests_app.queries import TicketQuerySet
from requests_app.workflow import Outcome, Status
from wangguan import clock

MOST = 5
READ = 40
"""Rows that are ranked here, the likest by words."""
PAIRS = 80
"""Pairs of the typed words that are compared: the first sentences say what it is."""
ALIKE = 0.3
"""Share of the shorter text's pairs that the other has too."""
SAME_CATEGORY, SAME_BUILDING = 0.25, 0.1
METRES_A_DEGREE = 111_195.0

# Two short texts share one pair by chance.
_SHARE = """(
    SELECT CASE WHEN shared < 2 THEN 0 ELSE shared::float / least(%s, length(words.bigrams)) END
    FROM requests_app_ticketwords words, LATERAL (SELECT cardinality(ARRAY(
        SELECT unnest(tsvector_to_array(words.bigrams)) INTERSECT SELECT unnest(%s::text[])
    )) AS shared) pairs
    WHERE words.ticket_id = requests_app_ticket.id)"""
_UNREAD = ("contact_name", "contact_phone", "named_staff", "held_by")


@dataclass(frozen=True)
class Told:
    """What somebody is about to tell, or has just told as the matter `but`."""

    words: str
    place: Place
    category: Category | None = None
    latitude: float | None = None
    longitude: float | None = None
    but: int | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """The pin, else where the building stands."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        building = self.place.building
        if building and building.latitude is not None and building.longitude is not None:
            return building.latitude, building.longitude
        return None


def like(told: Told) -> list[Ticket]:
    """Up to five matters that may be the same, the likest first. One query."""
    if not (told.point or told.place.grid or told.place.community):
        return []
    pairs = search.pairs(told.words)[:PAIRS]
    near = _shown().filter(_place(told)).exclude(pk=told.but)
    near = near.annotate(share=RawSQL(_SHARE, [max(len(pairs), 1), pairs], FloatField()))
    alike = Q(share__gte=ALIKE) | (Q(category=told.category) if told.category else Q())
    rows = list(near.filter(alike).order_by("-share", "-pk")[:READ])
    rows.sort(key=lambda row: _score(row, told), reverse=True)
    leading = {(row.parent or row).pk: row.parent or row for row in rows}
    return [ticket for key, ticket in leading.items() if key != told.but][:MOST]


def _shown() -> TicketQuerySet:
    """Open or lately answered and agreed to be shown; of a merged one, its parent too."""
    since = clock.now() - settings.SIMILAR_WITHIN
    lately = Q(closed_at__isnull=True) | Q(closed_at__gte=since)
    parent = Q(parent__may_publish=True, parent__about_staff=False)
    parent &= Q(parent__closed_at__isnull=True) | Q(parent__closed_at__gte=since)
    parent &= ~Q(parent__status=Status.DECLINED) & ~Q(parent__outcome=Outcome.WITHDRAWN)
    rows = Ticket.objects.public().filter(lately).filter(Q(parent__isnull=True) | parent)
    related = ("category", "building", "grid", "community")
    rows = rows.select_related("parent", *related, *(f"parent__{name}" for name in related))
    unread = [*_UNREAD, "grid__boundary", "grid__wecom_robot_key", "community__boundary"]
    return rows.defer(*unread, *(f"parent__{name}" for name in unread))


def _place(told: Told) -> Q:
    """Around the point or in the building; without a point, in the grid, else in the community."""
    building = Q(building=told.place.building) if told.place.building else Q(pk__in=())
    if told.point:
        return building | _around(*told.point)
    if told.place.grid:
        return building | Q(grid=told.place.grid)
    return Q(community=told.place.community)


def _around(latitude: float, longitude: float) -> Q:
    """Within `settings.SIMILAR_WITHIN_METRES`, by the matter's own point or its building's."""
    metres = float(settings.SIMILAR_WITHIN_METRES)
    east_degree = METRES_A_DEGREE * math.cos(math.radians(latitude))
    north = (Coalesce("latitude", "building__latitude") - latitude) * METRES_A_DEGREE
    east = (Coalesce("longitude", "building__longitude") - longitude) * east_degree
    return Q(LessThanOrEqual(north * north + east * east, metres * metres))


def _score(row: Ticket, told: Told) -> float:
    score: float = row.share  # type: ignore[attr-defined]  # annotated in `like`
    if told.category and row.category_id == told.category.pk:
        score += SAME_CATEGORY
    if told.place.building and row.building_id == told.place.building.pk:
        score += SAME_BUILDING
    return score
