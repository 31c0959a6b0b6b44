"""Keeping the figures: what was touched is counted again, a step at a time.

One roller works at a time: it holds the row that says of when the figures are, and a second one that
finds it held goes home. What is touched meanwhile stays for the next step.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from requests_app.models import Ticket
from requests_app.statistics.models import AsOf, Cell, Fact, Happening, Touched
from requests_app.statistics.services import sql
from wangguan import clock, workdays

STEP = 500
"""Tickets counted in one transaction."""
CHUNK = 10_000
"""The same for a rebuild."""
ONLY = 1
"""Key of the one row of `AsOf`."""
Pair = tuple[int, date]
"""A community (0: none) and a day: the sums that a ticket is part of."""


def roll(*, step: int = STEP) -> int:
    """Count again what was touched or fell due; how many tickets.

    Whoever comes second while another rolls does nothing: returns 0.
    """
    workdays.forget()
    counted = 0
    while (done := _step(step)) is not None:
        counted += done
        if not done:
            break
    return counted


def rebuild() -> int:
    """Make every figure anew from the tickets; how many. Waits for a roll that is under way."""
    workdays.forget()
    _seat()
    with transaction.atomic():
        AsOf.objects.select_for_update().get(pk=ONLY)
        now = clock.now()
        Touched.objects.all().delete()
        for model in (Cell, Happening, Fact):
            model.objects.all()._raw_delete(model.objects.db)
        tickets = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        for chunk in _chunks(tickets):
            _count(chunk, now)
        pairs: set[Pair] = set()
        for chunk in _chunks(tickets):
            _run(sql.REPEATS, tickets=chunk)
            pairs |= _pairs(chunk)
        _sum(pairs)
        AsOf.objects.filter(pk=ONLY).update(at=now)
    return len(tickets)


def _seat() -> None:
    """The row that a roller holds exists."""
    long_ago = clock.now().replace(year=2000)
    AsOf.objects.bulk_create([AsOf(pk=ONLY, at=long_ago)], ignore_conflicts=True)


@transaction.atomic
def _step(most: int) -> int | None:
    """One transaction's worth; how many tickets, None when somebody else is at it."""
    _seat()
    if not AsOf.objects.select_for_update(skip_locked=True).filter(pk=ONLY).first():
        return None
    now = clock.now()
    tickets = _waiting(most, now)
    if tickets:
        _recount(tickets, now)
    else:
        AsOf.objects.filter(pk=ONLY).update(at=now)
    return len(tickets)


def _waiting(most: int, now: datetime) -> list[int]:
    """Tickets to count again: touched ones with what follows them, and those whose limit has run out."""
    oldest = Touched.objects.order_by("pk").values("pk")[:most]
    # The rows that were seen go; one that is written meanwhile is not among them and stays.
    touched = {row[0] for row in _run(f"{_TAKE} RETURNING ticket", rows=[row["pk"] for row in oldest])}
    children = Ticket.objects.filter(parent__in=touched).values_list("pk", flat=True) if touched else ()
    fallen = Fact.objects.filter(is_due=False, due_at__lte=now).values_list("pk", flat=True)[:most]
    return sorted({*touched, *children, *fallen})


def _recount(tickets: list[int], now: datetime) -> None:
    pairs, relatives = _pairs(tickets), _relatives(tickets)
    _count(tickets, now)
    relatives |= _relatives(tickets)
    pairs |= set(_run(sql.REPEATS, tickets=sorted({*tickets, *relatives})))
    pairs |= _pairs(tickets)
    _sum(pairs)


def _count(tickets: list[int], now: datetime) -> None:
    """Facts and happenings of these tickets as they stand; whether they repeat others comes after."""
    _run(sql.GONE, tickets=tickets)
    _run(sql.FACTS, tickets=tickets, now=now, zone=settings.TIME_ZONE)
    _run(sql.FORGET_HAPPENINGS, tickets=tickets)
    _run(sql.HAPPENINGS, tickets=tickets, zone=settings.TIME_ZONE)
    _work_out_minutes(tickets)


def _work_out_minutes(tickets: list[int]) -> None:
    """Working time from arrival to the answer, by the calendar in force."""
    calendar = workdays.current_calendar()
    answered = Fact.objects.filter(pk__in=tickets, resolved_at__isnull=False)
    rows = answered.values_list("pk", "told_at", "resolved_at", "minutes")
    worked = {
        pk: minutes
        for pk, told, resolved, known in rows
        if resolved
        and (minutes := max(int(calendar.between(told, resolved).total_seconds()) // 60, 0)) != known
    }
    if worked:
        _run(sql.MINUTES, tickets=list(worked), minutes=list(worked.values()))


def _relatives(tickets: list[int]) -> set[int]:
    return {row[0] for row in _run(sql.RELATIVES, tickets=tickets)}


def _pairs(tickets: list[int]) -> set[Pair]:
    return set(_run(sql.PAIRS, tickets=tickets))


def _sum(pairs: set[Pair]) -> None:
    """Make the sums of these days and communities anew, then those of the whole street."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        keys = {"communities": [pair[0] for pair in part], "days": [pair[1] for pair in part]}
        _run(sql.FORGET_CELLS, **keys)
        _run(sql.CELLS, **keys)
    if days := sorted({day for _community, day in pairs}):
        _run(sql.FORGET_STREET, days=days)
        _run(sql.STREET, days=days)


def _chunks(tickets: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(tickets), CHUNK):
        yield list(tickets[start : start + CHUNK])


_TAKE = f"DELETE FROM {Touched._meta.db_table} WHERE id = ANY(%(rows)s)"


def _run(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
