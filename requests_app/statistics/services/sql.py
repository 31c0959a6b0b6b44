"""The statements that count; `roll` and `rebuild` run the same ones.

Definitions: handbook §3 and decision 0026. Moments become days in the zone that is passed in.
"""

from requests_app.statistics.models import Cell, Fact, Happening
from requests_app.statistics.terms import (
    BY_DUE,
    BY_HAPPENED,
    BY_RESOLVED,
    BY_TOLD,
    MEASURES,
    REPEAT_DAYS,
    Grain,
)

FACT, CELL, HAPPENING = Fact._meta.db_table, Cell._meta.db_table, Happening._meta.db_table

_FACT_COLUMNS = (
    "ticket", "community", "grid", "category", "source", "level", "assignee", "first_handler", "reporter",
    "place", "told_at", "told_on", "due_at", "due_on", "resolved_at", "resolved_on", "contacted", "said",
    "solved", "marked", "satisfied", "silent", "is_due", "on_time",
)  # fmt: skip

# While on hold the clock stands, unless it had run out before. A merged matter waits with its parent.
_DUE_AT = """
    CASE WHEN ticket.outcome = 'withdrawn' THEN NULL
    WHEN ticket.status = 'merged' AND ticket.resolved_at IS NULL THEN
        CASE WHEN parent.status = 'on_hold' AND parent.resolve_due >= parent.held_since THEN NULL
        ELSE parent.resolve_due END
    WHEN ticket.status = 'on_hold' AND ticket.resolve_due >= ticket.held_since THEN NULL
    ELSE ticket.resolve_due END
"""

FACTS = f"""
    INSERT INTO {FACT} AS fact ({", ".join(_FACT_COLUMNS)}, repeated, minutes)
    SELECT counted.id, coalesce(community_id, 0), coalesce(grid_id, 0), coalesce(category_id, 0),
        source, level, coalesce(assignee_id, 0), coalesce(first_handler_id, 0), phone_hash,
        CASE WHEN building_id IS NOT NULL THEN 'b' || building_id
            WHEN address <> '' THEN 'a' || md5(address) ELSE '' END,
        arrived_at, (arrived_at AT TIME ZONE %(zone)s)::date,
        due, (due AT TIME ZONE %(zone)s)::date,
        resolved_at, (resolved_at AT TIME ZONE %(zone)s)::date,
        coalesce(least(first_contact_at, reached_at) <= resolve_due, false),
        said.solved IS NOT NULL, coalesce(said.solved, false),
        said.satisfaction IS NOT NULL, coalesce(said.satisfaction >= 4, false),
        resolved_at IS NOT NULL AND said.solved IS NULL,
        coalesce(due <= %(now)s, false), coalesce(resolved_at <= due, false), false, 0
    FROM (
        SELECT ticket.*, {_DUE_AT} AS due,
            (SELECT min(answer.reached_at) FROM requests_app_answer answer
                WHERE answer.ticket_id = ticket.id) AS reached_at
        FROM requests_app_ticket ticket LEFT JOIN requests_app_ticket parent ON parent.id = ticket.parent_id
        WHERE ticket.id = ANY(%(tickets)s) AND NOT ticket.about_staff AND ticket.outcome <> 'void'
    ) counted
    LEFT JOIN LATERAL (
        SELECT solved, satisfaction FROM requests_app_verdict verdict
        WHERE verdict.ticket_id = counted.id ORDER BY verdict.id DESC LIMIT 1
    ) said ON true
    ON CONFLICT (ticket) DO UPDATE SET
        {", ".join(f"{name} = EXCLUDED.{name}" for name in _FACT_COLUMNS if name != "ticket")},
        minutes = CASE WHEN EXCLUDED.resolved_at IS NULL THEN 0 ELSE fact.minutes END
"""

GONE = f"""
    DELETE FROM {FACT} fact WHERE ticket = ANY(%(tickets)s) AND NOT EXISTS (
        SELECT FROM requests_app_ticket ticket WHERE ticket.id = fact.ticket
        AND NOT ticket.about_staff AND ticket.outcome <> 'void')
"""

FORGET_HAPPENINGS = f"DELETE FROM {HAPPENING} WHERE ticket = ANY(%(tickets)s)"
HAPPENINGS = f"""
    INSERT INTO {HAPPENING} (ticket, day, returned, reopened)
    SELECT ticket_id, (at AT TIME ZONE %(zone)s)::date,
        count(*) FILTER (WHERE step = 'send_back'), count(*) FILTER (WHERE step = 'reopen')
    FROM requests_app_ticketevent event
    WHERE ticket_id = ANY(%(tickets)s) AND step IN ('send_back', 'reopen')
        AND EXISTS (SELECT FROM {FACT} fact WHERE fact.ticket = event.ticket_id)
    GROUP BY 1, 2
"""

# Told within so many days after one of these tickets, by the same reporter or of the same place.
RELATIVES = f"""
    SELECT later.ticket FROM {FACT} fact JOIN {FACT} later ON later.reporter = fact.reporter
    WHERE fact.ticket = ANY(%(tickets)s) AND fact.reporter <> '' AND later.reporter <> ''
        AND later.told_at BETWEEN fact.told_at AND fact.told_at + interval '{REPEAT_DAYS} days'
    UNION
    SELECT later.ticket FROM {FACT} fact JOIN {FACT} later ON later.place = fact.place
    WHERE fact.ticket = ANY(%(tickets)s) AND fact.place <> '' AND later.place <> ''
        AND later.told_at BETWEEN fact.told_at AND fact.told_at + interval '{REPEAT_DAYS} days'
"""


def _told_before(column: str) -> str:
    return f"""
        fact.{column} <> '' AND EXISTS (
            SELECT FROM {FACT} earlier WHERE earlier.{column} = fact.{column} AND earlier.{column} <> ''
            AND earlier.category = fact.category
            AND earlier.told_at >= fact.told_at - interval '{REPEAT_DAYS} days'
            AND (earlier.told_at, earlier.ticket) < (fact.told_at, fact.ticket))
    """


REPEATS = f"""
    UPDATE {FACT} changed SET repeated = now_so.repeated FROM (
        SELECT fact.ticket, ({_told_before("reporter")}) OR ({_told_before("place")}) AS repeated
        FROM {FACT} fact WHERE fact.ticket = ANY(%(tickets)s)
    ) now_so
    WHERE changed.ticket = now_so.ticket AND changed.repeated <> now_so.repeated
    RETURNING changed.community, changed.told_on
"""

MINUTES = f"""
    UPDATE {FACT} fact SET minutes = worked.minutes
    FROM unnest(%(tickets)s::bigint[], %(minutes)s::int[]) AS worked (ticket, minutes)
    WHERE fact.ticket = worked.ticket AND fact.minutes <> worked.minutes
"""

# Which days of which communities these tickets are counted in.
PAIRS = f"""
    SELECT community, told_on FROM {FACT} WHERE ticket = ANY(%(tickets)s)
    UNION SELECT community, due_on FROM {FACT} WHERE ticket = ANY(%(tickets)s) AND is_due
    UNION SELECT community, resolved_on FROM {FACT}
        WHERE ticket = ANY(%(tickets)s) AND resolved_on IS NOT NULL
    UNION SELECT fact.community, happening.day FROM {HAPPENING} happening
        JOIN {FACT} fact ON fact.ticket = happening.ticket WHERE happening.ticket = ANY(%(tickets)s)
"""

_VALUES = {
    "arrived": "1",
    "repeats": "repeated::int",
    "due": "1",
    "due_done": "(resolved_at IS NOT NULL)::int",
    "on_time": "on_time::int",
    "overdue": "(NOT on_time)::int",
    "resolved": "1",
    "minutes": "minutes",
    **{name: f"{name}::int" for name in ("contacted", "said", "solved", "marked", "satisfied", "silent")},
}


def _part(measures: tuple[str, ...], day: str, *, condition: str = "true") -> str:
    """What facts add by one of their days: these measures, and nothing of the others."""
    values = ", ".join(f"{_VALUES[name] if name in measures else 0} AS {name}" for name in MEASURES)
    return f"""
        SELECT pair.day, fact.community, grid, category, source, level, {values}
        FROM pair JOIN {FACT} fact ON fact.community = pair.community AND fact.{day} = pair.day
        WHERE {condition}
    """


_HAPPENED = ", ".join(f"{name if name in BY_HAPPENED else 0} AS {name}" for name in MEASURES)

FORGET_CELLS = f"""
    DELETE FROM {CELL} cell USING unnest(%(communities)s::bigint[], %(days)s::date[]) AS pair (community, day)
    WHERE cell.grain IN (0, 1, 2, 3, 4, 5) AND cell.day = pair.day AND cell.community = pair.community
"""

FORGET_STREET = f"DELETE FROM {CELL} WHERE grain = {Grain.STREET_CATEGORY} AND day = ANY(%(days)s)"
STREET = f"""
    INSERT INTO {CELL} (grain, day, community, grid, category, source, level, {", ".join(MEASURES)})
    SELECT {Grain.STREET_CATEGORY}, day, 0, 0, category, '', '', {", ".join(f"sum({n})" for n in MEASURES)}
    FROM {CELL} WHERE grain = {Grain.CATEGORY} AND day = ANY(%(days)s) GROUP BY day, category
"""
"""From the cells of the communities, once these are made."""

# The bits of grouping(): grid 8, category 4, source 2, level 1; set where a set sums over the column.
CELLS = f"""
    WITH pair AS (
        SELECT * FROM unnest(%(communities)s::bigint[], %(days)s::date[]) AS pair (community, day)
    ), part AS (
        {_part(BY_TOLD, "told_on")}
        UNION ALL {_part(BY_DUE, "due_on", condition="is_due")}
        UNION ALL {_part(BY_RESOLVED, "resolved_on", condition="resolved_on IS NOT NULL")}
        UNION ALL
        SELECT pair.day, fact.community, grid, category, source, level, {_HAPPENED}
        FROM pair JOIN {HAPPENING} happening ON happening.day = pair.day
        JOIN {FACT} fact ON fact.ticket = happening.ticket AND fact.community = pair.community
    )
    INSERT INTO {CELL} (grain, day, community, grid, category, source, level, {", ".join(MEASURES)})
    SELECT CASE grouping(grid, category, source, level)
            WHEN 15 THEN 0 WHEN 7 THEN 1 WHEN 11 THEN 2 WHEN 13 THEN 3 WHEN 14 THEN 4 ELSE 5 END,
        day, community, coalesce(grid, 0), coalesce(category, 0), coalesce(source, ''), coalesce(level, ''),
        {", ".join(f"sum({name})" for name in MEASURES)}
    FROM part
    GROUP BY GROUPING SETS ((day, community), (day, community, grid), (day, community, category),
        (day, community, source), (day, community, level), (day, community, grid, category, source, level))
"""
