"""Matters like the one being told: at the same place, open or lately answered, in like words.

Only what residents agreed to show (docs/decisions/0013). A matter that was merged leads to
the one it was merged into. Words are alike when they share pairs of neighbouring characters.
"""

import math
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from grids.locate import Place
from requests_app import search
from requests_app.models import Category, Ticket
from wangguan import clock

MOST = 5
RANKED = 20
"""As many leading matters are looked at: some of them may not be public themselves."""
PAIRS = 80
"""Pairs of the typed words that are compared: the first sentences say what it is."""
ALIKE = 0.3
"""Share of the shorter text's pairs that the other has too."""
METRES_A_DEGREE = 111_195.0

# Open and lately closed ones are two ranges of one small index, which PostgreSQL reads as such only
# when they are asked for apart. The place is asked first and by itself, since comparing words costs
# more; OFFSET 0 has them compared once. Two short texts share one pair by chance, so one is none.
_RANK = """
    WITH shown AS NOT MATERIALIZED (
        SELECT * FROM requests_app_ticket WHERE may_publish AND NOT about_staff AND closed_at IS NULL
        UNION ALL
        SELECT * FROM requests_app_ticket WHERE may_publish AND NOT about_staff AND closed_at >= %(since)s
    ), near AS MATERIALIZED (
        SELECT ticket.id, coalesce(parent_id, ticket.id) AS head,
            coalesce(category_id = %(category)s, false) AS same_category,
            coalesce(building_id = %(building)s, false) AS same_building
        FROM shown ticket LEFT JOIN grids_building building ON building.id = building_id,
        LATERAL (SELECT coalesce(ticket.latitude, building.latitude) AS latitude,
            coalesce(ticket.longitude, building.longitude) AS longitude) point
        WHERE status <> 'declined' AND outcome NOT IN ('withdrawn', 'void') AND ticket.id <> %(but)s
        AND (building_id = %(building)s OR CASE
            WHEN %(latitude)s::float IS NULL OR point.latitude IS NULL THEN
                CASE WHEN %(grid)s::bigint IS NULL THEN ticket.community_id = %(community)s
                    ELSE ticket.grid_id = %(grid)s END
            ELSE ((point.latitude - %(latitude)s) * %(metres_north)s) ^ 2
                + ((point.longitude - %(longitude)s) * %(metres_east)s) ^ 2 <= %(within)s ^ 2 END)
    ), compared AS MATERIALIZED (
        SELECT near.*, CASE WHEN shared < 2 THEN 0
            ELSE shared::float / least(cardinality(%(pairs)s::text[]), length(words.bigrams)) END AS share
        FROM (SELECT * FROM near ORDER BY id DESC LIMIT 500) near
        JOIN requests_app_ticketwords words ON words.ticket_id = near.id,
        LATERAL (SELECT cardinality(ARRAY(
            SELECT unnest(tsvector_to_array(words.bigrams)) INTERSECT SELECT unnest(%(pairs)s::text[])
        )) AS shared OFFSET 0) pairs
    )
    SELECT head FROM compared WHERE share >= %(alike)s OR same_category
    GROUP BY head
    ORDER BY max(share + 0.25 * same_category::int + 0.1 * same_building::int) DESC, head DESC
    LIMIT %(ranked)s
"""


@dataclass(frozen=True)
class Told:
    """What somebody is about to tell, or has just told as the matter `but`."""

    words: str
    place: Place
    category: Category | None = None
    latitude: float | None = None
    longitude: float | None = None
    but: int = 0

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
    """Up to five matters that may be the same, the likest first. Two queries, both bounded.

    Near is within `settings.SIMILAR_WITHIN_METRES` or in the same building; where one of the two
    has no point, in the same grid, or in the same community when no grid is known.
    """
    if not (told.point or told.place.grid or told.place.community):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RANK, _asked(told))
        ranked = [head for (head,) in cursor.fetchall() if head != told.but]
    shown = Ticket.objects.public().lately(clock.now() - settings.SIMILAR_WITHIN)
    unread = ("contact_name", "contact_phone", "named_staff", "grid__wecom_robot_key")
    rows = shown.filter(pk__in=ranked).with_units("publication").defer(*unread)
    return sorted(rows, key=lambda ticket: ranked.index(ticket.pk))[:MOST]


def _asked(told: Told) -> dict[str, Any]:
    place, (latitude, longitude) = told.place, told.point or (None, None)
    return {
        "pairs": search.pairs(told.words)[:PAIRS],
        "category": told.category and told.category.pk,
        "building": place.building and place.building.pk,
        "grid": place.grid and place.grid.pk,
        "community": place.community and place.community.pk,
        "latitude": latitude,
        "longitude": longitude,
        "metres_north": METRES_A_DEGREE,
        "metres_east": METRES_A_DEGREE * math.cos(math.radians(latitude or 0)),
        "within": float(settings.SIMILAR_WITHIN_METRES),
        "since": clock.now() - settings.SIMILAR_WITHIN,
        "but": told.but,
        "alike": ALIKE,
        "ranked": RANKED,
    }
