"""Finding which matters are one. Incremental and whole are the same computation over other tickets.

Two matters are linked when they were told within thirty days of each other and share, in one grid, the
place and the kind, the reporter and the kind's group, or half of their words; across the borders of
grids half of their words together with the place or the reporter. Groups are what links connect; no rule
makes one reach across communities (docs/decisions/0032).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from grids.models import User
from requests_app.models import Ticket
from requests_app.repeats import messages
from requests_app.repeats.models import Group, Link, Project, Trace
from requests_app.repeats.terms import (
    ALIKE,
    BATCH,
    BATCHES,
    COMPARED,
    GROWING,
    MARGIN,
    RUNNING,
    SHARED_PAIRS,
    WITHIN,
    LinkKind,
)
from wangguan import clock
from wangguan.notify import outbox

LOCK = 8_310_002
"""One of ours alone: whoever changes groups stands in line on it."""

# Three ranges of three indexes: what is new, what may still be classified otherwise, what was told lately.
# OFFSET 0 has each of them looked up, since together they are few.
_TRACE = """
    WITH looked_at AS MATERIALIZED (
        SELECT id FROM requests_app_ticket
        WHERE id > (SELECT coalesce(max(ticket_id), 0) - %(margin)s FROM repeats_trace)
        UNION SELECT id FROM requests_app_ticket WHERE status IN ('submitted', 'accepted')
        UNION SELECT id FROM requests_app_ticket WHERE arrived_at >= %(since)s
    )
    INSERT INTO repeats_trace
        (ticket_id, unit, grid_id, community_id, category_id, family, place, arrived_at, is_out)
    SELECT told.id, coalesce(told.grid_id, -told.community_id), told.grid_id, told.community_id,
        told.category_id, coalesce(category.parent_id, category.id), told.place, told.arrived_at, false
    FROM looked_at CROSS JOIN LATERAL (
        SELECT ticket.*, CASE WHEN building_id IS NOT NULL THEN 'b' || building_id
            WHEN address <> '' THEN 'a' || md5(lower(translate(normalize(address, NFKC), E' ,.\\t', '')))
            ELSE '' END AS place
        FROM requests_app_ticket ticket WHERE ticket.id = looked_at.id OFFSET 0
    ) told LEFT JOIN LATERAL (
        SELECT * FROM repeats_trace WHERE ticket_id = looked_at.id OFFSET 0
    ) trace ON true LEFT JOIN requests_app_category category ON category.id = told.category_id
    WHERE NOT about_staff AND outcome <> 'void' AND told.community_id IS NOT NULL
        AND (trace.ticket_id IS NULL
            OR (trace.category_id, trace.place) IS DISTINCT FROM (told.category_id, told.place))
    ORDER BY told.id LIMIT %(batch)s
    ON CONFLICT (ticket_id) DO UPDATE
        SET category_id = EXCLUDED.category_id, family = EXCLUDED.family, place = EXCLUDED.place
    RETURNING ticket_id
"""
# The kinds apart, since each has an index of its own to find the other by. At one place the next before
# and after are enough: what they connect is the same, and a flood makes no square of links. By their
# words are compared the nearest in time of the grid, of the place and of the reporter.
_NEAREST = """NOT near.is_out
                AND near.arrived_at BETWEEN fresh.arrived_at - %(within)s * interval '1 second'
                    AND fresh.arrived_at + %(within)s * interval '1 second'
            ORDER BY abs(extract(epoch FROM near.arrived_at - fresh.arrived_at)), near.ticket_id
            LIMIT %(most)s"""
_LINK = f"""
    WITH fresh AS MATERIALIZED (
        SELECT trace.*, ticket.phone_hash, tsvector_to_array(words.bigrams) AS pairs
        FROM repeats_trace trace JOIN requests_app_ticket ticket ON ticket.id = trace.ticket_id
        LEFT JOIN requests_app_ticketwords words ON words.ticket_id = trace.ticket_id
        WHERE trace.ticket_id = ANY(%(ids)s) AND NOT trace.is_out
    ), found AS (
        SELECT fresh.ticket_id AS one, other.ticket_id AS two, 'place' AS kind
        FROM fresh, LATERAL (
            (SELECT near.ticket_id, near.arrived_at FROM repeats_trace near WHERE near.place = fresh.place
                AND near.place <> '' AND near.category_id = fresh.category_id AND near.unit = fresh.unit
                AND NOT near.is_out
                AND (near.arrived_at, near.ticket_id) < (fresh.arrived_at, fresh.ticket_id)
            ORDER BY near.arrived_at DESC, near.ticket_id DESC LIMIT 1)
            UNION ALL
            (SELECT near.ticket_id, near.arrived_at FROM repeats_trace near WHERE near.place = fresh.place
                AND near.place <> '' AND near.category_id = fresh.category_id AND near.unit = fresh.unit
                AND NOT near.is_out
                AND (near.arrived_at, near.ticket_id) > (fresh.arrived_at, fresh.ticket_id)
            ORDER BY near.arrived_at, near.ticket_id LIMIT 1)
        ) other
        WHERE abs(extract(epoch FROM other.arrived_at - fresh.arrived_at)) <= %(within)s
        UNION ALL
        SELECT fresh.ticket_id, other.ticket_id, 'reporter'
        FROM fresh JOIN requests_app_ticket told
            ON told.phone_hash = fresh.phone_hash AND told.phone_hash <> ''
        JOIN repeats_trace other ON other.ticket_id = told.id AND other.unit = fresh.unit
            AND other.family = fresh.family AND NOT other.is_out
        WHERE abs(extract(epoch FROM other.arrived_at - fresh.arrived_at)) <= %(within)s
        UNION ALL
        SELECT fresh.ticket_id, other.ticket_id, 'words'
        FROM fresh, LATERAL (
            (SELECT near.ticket_id FROM repeats_trace near WHERE near.unit = fresh.unit AND {_NEAREST})
            UNION
            (SELECT near.ticket_id FROM repeats_trace near WHERE near.place = fresh.place
                AND near.place <> '' AND near.community_id = fresh.community_id AND {_NEAREST})
            UNION
            (SELECT near.ticket_id FROM requests_app_ticket told
                JOIN repeats_trace near ON near.ticket_id = told.id
                WHERE told.phone_hash = fresh.phone_hash AND told.phone_hash <> ''
                    AND near.community_id = fresh.community_id AND {_NEAREST})
        ) other
        JOIN requests_app_ticketwords words ON words.ticket_id = other.ticket_id,
        LATERAL (SELECT cardinality(ARRAY(
            SELECT unnest(fresh.pairs) INTERSECT SELECT unnest(tsvector_to_array(words.bigrams))
        )) AS shared OFFSET 0) common
        WHERE other.ticket_id <> fresh.ticket_id AND shared >= %(pairs)s
            AND shared >= %(alike)s * least(cardinality(fresh.pairs), length(words.bigrams))
    )
    INSERT INTO repeats_link (a_id, b_id, kind)
    SELECT DISTINCT least(one, two), greatest(one, two), kind FROM found WHERE one <> two
    ON CONFLICT DO NOTHING
"""
_STATS = """
    UPDATE repeats_group AS stood SET size = made.size, first_at = made.first_at, last_at = made.last_at,
        third_at = made.third_at, category_id = made.category_id, grid_id = made.grid_id, kinds = made.kinds
    FROM (
        SELECT one.id, count(trace.ticket_id) AS size,
            min(arrived_at) AS first_at, max(arrived_at) AS last_at,
            (array_agg(arrived_at ORDER BY arrived_at DESC))[%(growing)s] AS third_at,
            mode() WITHIN GROUP (ORDER BY trace.category_id) AS category_id,
            CASE WHEN count(DISTINCT trace.unit) = 1 THEN min(trace.grid_id) END AS grid_id,
            ARRAY(SELECT DISTINCT link.kind FROM repeats_link link
                JOIN repeats_trace a ON a.ticket_id = link.a_id
                JOIN repeats_trace b ON b.ticket_id = link.b_id
                WHERE a.group_id = one.id AND b.group_id = one.id ORDER BY 1)::varchar[] AS kinds
        FROM repeats_group one LEFT JOIN repeats_trace trace ON trace.group_id = one.id
        WHERE one.id = ANY(%(ids)s) GROUP BY one.id
    ) made WHERE made.id = stood.id
"""
_NO_LONGER = """
    SELECT trace.ticket_id FROM requests_app_ticket ticket
    JOIN repeats_trace trace ON trace.ticket_id = ticket.id WHERE ticket.about_staff
"""


def group_new() -> int:
    """Group what came in since, and anew what got another category or place; how many tickets were looked at.

    Bounded: the rest waits for the next run.
    """
    looked_at = 0
    drop_complaints()
    for _batch in range(BATCHES):
        fresh = _group_batch()
        looked_at += fresh
        if fresh < BATCH:
            break
    return looked_at


def _group_batch() -> int:
    with transaction.atomic():
        stand_in_line()
        asked = {"margin": MARGIN, "batch": BATCH, "since": clock.now() - WITHIN}
        if changed := _ids(_TRACE, asked):
            _link_anew(changed)
    return len(changed)


def _link_anew(tickets: list[int]) -> None:
    """What linked these to others links them no longer, unless by hand; their neighbours close the gap."""
    around = _neighbourhood(tickets)
    Link.objects.filter(Q(a__in=tickets) | Q(b__in=tickets)).exclude(kind=LinkKind.HAND).delete()
    link(around)
    settle(around)


def rebuild() -> None:
    """All links that no hand made, and all groups, anew from the traces."""
    with transaction.atomic():
        stand_in_line()
        Link.objects.exclude(kind=LinkKind.HAND).delete()
        everything = list(Trace.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(everything), BATCH):
            link(everything[start : start + BATCH])
        settle(everything)


def drop_complaints() -> None:
    """A matter that turned out to be a complaint about staff leaves its group, with every trace of it."""
    with transaction.atomic():
        stand_in_line()
        if gone := _ids(_NO_LONGER, {}):
            _let_go(gone)


def drop_voided(tickets: Sequence[int], by: User) -> None:
    """Matters whose import was undone leave their groups, with every trace of them."""
    with transaction.atomic():
        stand_in_line()
        if gone := list(Trace.objects.filter(pk__in=tickets).values_list("pk", flat=True)):
            _let_go(gone)


def _let_go(gone: list[int]) -> None:
    """No trace of these stays; what people put together with them they put together with the others."""
    around = _neighbourhood(gone)
    for tied in _tied_by_hand(gone):
        hand_on(tied, gone)
    Link.objects.filter(Q(a__in=gone) | Q(b__in=gone)).delete()
    groups = set(Trace.objects.filter(pk__in=gone).values_list("group", flat=True)) - {None}
    Trace.objects.filter(pk__in=gone).delete()
    link(around - set(gone))
    settle(around - set(gone))
    _count(groups)


def _tied_by_hand(tickets: Iterable[int]) -> list[int]:
    hands = Link.objects.filter(Q(a__in=tickets) | Q(b__in=tickets), kind=LinkKind.HAND)
    return sorted({pk for pair in hands.values_list("a", "b") for pk in pair} & set(tickets))


def hand_on(ticket: int, leaving: Iterable[int]) -> None:
    """Whoever was put to the leaving ticket by hand is put to one that stays instead."""
    own = Link.objects.filter(Q(a=ticket) | Q(b=ticket), kind=LinkKind.HAND)
    tied = [b if a == ticket else a for a, b in own.values_list("a", "b")]
    own.delete()
    out = set(Trace.objects.filter(pk__in=tied, is_out=True).values_list("pk", flat=True)) - set(leaving)
    near = Trace.objects.filter(group__traces=ticket).exclude(pk__in=leaving)
    if anchor := near.filter(is_out=False).order_by("pk").first():
        for pk in out:
            tie(anchor.pk, pk)


def tie(one: int, two: int) -> None:
    """Link two by hand; twice is once."""
    Link.objects.get_or_create(a_id=min(one, two), b_id=max(one, two), kind=LinkKind.HAND)


def link(tickets: Iterable[int]) -> None:
    """Write down what links these tickets to any others."""
    asked: dict[str, Any] = {
        "ids": list(tickets),
        "within": WITHIN.total_seconds(),
        "pairs": SHARED_PAIRS,
        "alike": ALIKE,
        "most": COMPARED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINK, asked)


def settle(tickets: Iterable[int]) -> None:
    """Give the groups around these tickets the members that links connect: joined, merged or parted."""
    around = _neighbourhood(tickets)
    traces = Trace.objects.in_bulk(around)
    links = Link.objects.filter(a__in=around, b__in=around).values_list("a", "b", "kind")
    usable = [
        (a, b) for a, b, kind in links if kind == LinkKind.HAND or not (traces[a].is_out or traces[b].is_out)
    ]
    parts = sorted(components(around, usable), key=lambda part: (-len(part), part[0]))
    before = {trace.group_id for trace in traces.values() if trace.group_id}
    running = set(Project.objects.filter(group__in=before, state__in=RUNNING).values_list("group", flat=True))
    free, after = set(before), dict[int, int]()
    for part in parts:
        if len(part) > 1:
            group = _group_for(part, traces, free, running)
            free.discard(group)
            after |= dict.fromkeys(part, group)
    joined = {pk: group for pk, group in after.items() if traces[pk].group_id != group}
    left = {pk for pk, trace in traces.items() if trace.group_id and pk not in after}
    _store(joined, left)
    _lead_on(before, traces, after)
    _count(before | set(after.values()))
    _tell(joined, running)


def components(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """What edges connect, each part sorted."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in edges:
        parent[root(a)] = root(b)
    parts: dict[int, list[int]] = defaultdict(list)
    for node in sorted(parent):
        parts[root(node)].append(node)
    return list(parts.values())


def _neighbourhood(tickets: Iterable[int]) -> set[int]:
    """These tickets, those they are linked to, and everybody in the groups of both."""
    own = set(tickets)
    links = Link.objects.filter(Q(a__in=own) | Q(b__in=own)).values_list("a", "b")
    near = own | {pk for pair in links for pk in pair}
    groups = Trace.objects.filter(pk__in=near, group__isnull=False).values("group")
    return near | set(Trace.objects.filter(group__in=groups).values_list("pk", flat=True))


def _group_for(part: Sequence[int], traces: dict[int, Trace], free: set[int], running: set[int]) -> int:
    """The group that they keep: one with a project first, else the oldest; a new one if none is free."""
    known = {group for pk in part if (group := traces[pk].group_id) in free}
    if known:
        return min(known, key=lambda group: (group not in running, group))
    first = traces[part[0]]
    return Group.objects.create(community_id=first.community_id, grid_id=first.grid_id).pk


def _store(joined: dict[int, int], left: set[int]) -> None:
    """Two statements for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE repeats_trace SET group_id = moved.to_id"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS moved (id, to_id) WHERE ticket_id = moved.id",
            [list(joined), list(joined.values())],
        )
    Trace.objects.filter(pk__in=left).update(group=None)


def _lead_on(before: set[int], traces: dict[int, Trace], after: dict[int, int]) -> None:
    """A group that lost all its members to others leads to one of them, and so does its project."""
    standing = set(after.values())
    for gone in sorted(before - standing):
        heirs = sorted({after[pk] for pk, trace in traces.items() if trace.group_id == gone and pk in after})
        if heirs:
            Group.objects.filter(pk=gone).update(merged_into=heirs[0])
            if not Project.objects.filter(group=heirs[0], state__in=RUNNING).exists():
                Project.objects.filter(group=gone).update(group=heirs[0])


def _count(groups: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STATS, {"ids": sorted(groups), "growing": GROWING})


def _tell(joined: dict[int, int], running: set[int]) -> None:
    """The owner of a project hears of what came along and is still to be settled; not of history."""
    into = {pk: group for pk, group in joined.items() if group in running}
    if not into:
        return
    numbers: dict[int, int] = defaultdict(int)
    for pk in Ticket.objects.open().filter(pk__in=into).values_list("pk", flat=True):
        numbers[into[pk]] = max(numbers[into[pk]], pk)
    projects = Project.objects.filter(group__in=numbers, state__in=RUNNING).select_related("owner")
    outbox.add(messages.joined(project, numbers[project.group_id]) for project in projects)


def stand_in_line() -> None:
    """Until this transaction ends nobody else changes groups; what is asked after this stands then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _ids(sql: str, given: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [pk for (pk,) in cursor.fetchall()]
