"""Prove that every matter was answered: the five rules of the handbook (§3), over every ticket.

Each rule is one or more SELECTs that return the numbers of tickets that break it; the
database does the work, so a million tickets cost a few scans.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from requests_app.models import LedgerDay, Ticket
from requests_app.services.posts import orphaned
from wangguan import clock
from wangguan.workdays import current_calendar

MOST_NAMED = 100
"""A rule broken by more tickets than this lists only so many of them."""

GRACE = timedelta(minutes=15)
"""How long the sweep may lag before a passed delivery deadline counts as forgotten."""

_OPEN = "ticket.status IN ('submitted', 'accepted', 'on_hold', 'resolved', 'answered')"

RULES: dict[str, str] = {
    # 1: an open ticket has one unit, one next deadline and, once accepted, one person.
    "1_unit": f"""
        SELECT number FROM requests_app_ticket ticket WHERE {_OPEN} AND NOT (
            level = 'street' OR (level = 'community' AND community_id IS NOT NULL)
            OR (level = 'grid' AND grid_id IS NOT NULL))
    """,
    "1_deadline": f"""
        SELECT number FROM requests_app_ticket ticket WHERE {_OPEN} AND (due_at IS NULL OR due_kind <>
            CASE status WHEN 'submitted' THEN 'accept' WHEN 'accepted' THEN 'resolve'
                WHEN 'on_hold' THEN 'review' WHEN 'resolved' THEN 'delivery'
                ELSE CASE WHEN contested_at IS NULL THEN 'verdict' ELSE 'decision' END END)
    """,
    "1_person": f"""
        SELECT number FROM requests_app_ticket ticket LEFT JOIN grids_user person ON person.id = assignee_id
        WHERE {_OPEN} AND status <> 'submitted' AND (person.id IS NULL OR NOT person.is_active)
    """,
    # 2: nothing is closed or declined without an answer that reached the resident, or a failure on record.
    "2_closed_unanswered": """
        SELECT number FROM requests_app_ticket ticket
        WHERE status = 'closed' AND outcome NOT IN ('withdrawn', 'void') AND NOT EXISTS (
            SELECT FROM requests_app_answer answer WHERE answer.ticket_id = ticket.id
            AND (answer.reached_at IS NOT NULL OR answer.unreachable_at IS NOT NULL)
            AND answer.round = ticket.round)
    """,
    "2_answered_unreached": """
        SELECT number FROM requests_app_ticket ticket
        WHERE (status = 'answered' OR answered_at IS NOT NULL) AND status <> 'closed' AND NOT EXISTS (
            SELECT FROM requests_app_answer answer WHERE answer.ticket_id = ticket.id
            AND (answer.reached_at IS NOT NULL OR answer.unreachable_at IS NOT NULL)
            AND answer.round = ticket.round)
    """,
    "2_delivery_forgotten": """
        SELECT number FROM requests_app_ticket ticket
        WHERE status IN ('resolved', 'declined', 'merged') AND resolved_at IS NOT NULL
        AND answered_at IS NULL AND (due_at IS NULL OR (due_at < %(late)s AND call_since IS NULL))
    """,
    "2_no_answer_written": """
        SELECT number FROM requests_app_ticket ticket
        WHERE status IN ('resolved', 'answered', 'declined') AND NOT EXISTS (
            SELECT FROM requests_app_answer answer
            WHERE answer.ticket_id = ticket.id AND answer.round = ticket.round AND answer.text <> '')
    """,
    "2_merged_parent_closed": """
        SELECT ticket.number FROM requests_app_ticket ticket JOIN requests_app_ticket parent
        ON parent.id = ticket.parent_id WHERE ticket.resolved_at IS NULL
        AND parent.status IN ('resolved', 'answered', 'closed', 'declined', 'merged')
    """,
    # 3: every move left an entry, in an unbroken chain that ends where the ticket stands.
    "3_entries": """
        SELECT number FROM requests_app_ticket ticket LEFT JOIN (
            SELECT ticket_id, count(*) AS moves, max(version) AS last FROM requests_app_ticketevent
            WHERE version IS NOT NULL GROUP BY ticket_id
        ) entry ON entry.ticket_id = ticket.id
        WHERE entry.moves IS DISTINCT FROM ticket.version OR entry.last IS DISTINCT FROM ticket.version
    """,
    "3_chain": """
        SELECT DISTINCT ticket.number FROM (
            SELECT ticket_id, from_status, from_level, from_unit, version, to_status, to_level, to_unit,
                lag(to_status, 1, '') OVER moves AS was_status, lag(to_level, 1, '') OVER moves AS was_level,
                lag(to_unit, 1, '') OVER moves AS was_unit,
                lead(version) OVER moves IS NULL AS is_last
            FROM requests_app_ticketevent WHERE version IS NOT NULL
            WINDOW moves AS (PARTITION BY ticket_id ORDER BY version)
        ) entry JOIN requests_app_ticket ticket ON ticket.id = entry.ticket_id
        WHERE (entry.from_status, entry.from_level) <> (entry.was_status, entry.was_level)
        OR (entry.version > 1 AND entry.from_unit <> entry.was_unit AND NOT EXISTS (
            SELECT FROM grids_gridalias before JOIN grids_grid grid ON grid.id = before.grid_id
            LEFT JOIN grids_gridalias since ON since.grid_id = grid.id AND since.code = entry.from_unit
            WHERE before.code = entry.was_unit AND (grid.code = entry.from_unit OR since.id IS NOT NULL)))
        OR (is_last AND (entry.to_status, entry.to_level) <> (ticket.status, ticket.level))
    """,
    "3_words": """
        SELECT DISTINCT ticket.number FROM requests_app_ticketevent entry
        JOIN requests_app_ticket ticket ON ticket.id = entry.ticket_id
        LEFT JOIN requests_app_eventtext words ON words.event_id = entry.id
        WHERE entry.note_hash <> '' AND (words.event_id IS NULL OR (words.erased_at IS NULL AND
            encode(sha256(convert_to(words.salt || words.words, 'UTF8')), 'hex') <> entry.note_hash))
    """,
    # 4: the clock stops only on hold or moves by a granted extension.
    "4_deadline_moved": """
        SELECT number FROM requests_app_ticket ticket
        WHERE resolve_due IS NULL OR base_due IS NULL OR resolve_due <> base_due + shifted
        OR (NOT limit_working AND base_due < clock_started_at + limit_minutes * interval '1 minute')
    """,
    "4_shifts_recorded": """
        SELECT number FROM requests_app_ticket ticket LEFT JOIN (
            SELECT entry.ticket_id, sum((entry.detail->>'shift')::double precision) AS seconds
            FROM requests_app_ticketevent entry WHERE entry.detail ? 'shift' AND entry.version > coalesce((
                SELECT max(fresh.version) FROM requests_app_ticketevent fresh
                WHERE fresh.ticket_id = entry.ticket_id AND fresh.detail ? 'fresh_clock'), 0)
            GROUP BY entry.ticket_id
        ) moved ON moved.ticket_id = ticket.id
        WHERE abs(extract(epoch FROM shifted) - coalesce(moved.seconds, 0)) > 0.001
    """,
    # 5: whoever accepted first stays named. An acceptance taken back is none: its undo is the very next move.
    "5_first_handler": """
        SELECT number FROM requests_app_ticket ticket JOIN LATERAL (
            SELECT actor_id FROM requests_app_ticketevent entry WHERE entry.ticket_id = ticket.id
            AND entry.step = 'accept' AND NOT EXISTS (
                SELECT FROM requests_app_ticketevent undo WHERE undo.ticket_id = entry.ticket_id
                AND undo.version = entry.version + 1 AND undo.step = 'undo')
            ORDER BY version LIMIT 1
        ) first ON true WHERE ticket.first_handler_id IS DISTINCT FROM first.actor_id
    """,
}


def violations(*, at: datetime | None = None) -> dict[str, list[str]]:
    """Rule → numbers of the tickets that break it (at most `MOST_NAMED` each); empty when all is well."""
    late = (at or clock.now()) - GRACE
    found = {rule: _numbers(sql, late) for rule, sql in RULES.items()}
    found["1_person_without_post"] = sorted(orphaned().values_list("number", flat=True)[:MOST_NAMED])
    return {rule: numbers for rule, numbers in found.items() if numbers}


def _numbers(sql: str, late: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number FROM ({sql}) broken ORDER BY number LIMIT {MOST_NAMED}", {"late": late}
        )
        return [number for (number,) in cursor.fetchall()]


def write_ledger(*, at: datetime | None = None) -> LedgerDay:
    """Audit and store today's row of the ledger; a second audit of a day replaces its row."""
    moment = at or clock.now()
    day = timezone.localdate(moment)
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    on_day = {"gte": start, "lt": start + timedelta(days=1)}
    row, _created = LedgerDay.objects.update_or_create(
        day=day,
        defaults={
            "audited_at": moment,
            "told": _count("arrived_at", on_day),
            "open": Ticket.objects.open().count(),
            "overdue": Ticket.objects.overdue(moment).count(),
            "answered": _count("answers__reached_at", on_day),
            "unreachable": _count("answers__unreachable_at", on_day),
            "violations": violations(at=moment),
            "unpublished_years": _unpublished(moment),
        },
    )
    return row


def _count(column: str, span: dict[str, datetime]) -> int:
    return Ticket.objects.filter(**{f"{column}__{edge}": at for edge, at in span.items()}).count()


def _unpublished(at: datetime) -> list[int]:
    """Years that open deadlines reach into and whose holidays nobody has published yet."""
    last = Ticket.objects.open().order_by("-resolve_due").values_list("resolve_due", flat=True).first()
    return list(current_calendar().unpublished_years(at, max(at, last or at)))
