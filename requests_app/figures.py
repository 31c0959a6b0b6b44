"""How the street answers: the three rates per community and the ledger's promise, of the last 30 days.

Definitions (handbook §3), each over matters told in the span:
response rate = first contact within the limit to resolve ÷ told, where an answer that reached its
resident is a contact too; resolution rate = “solved” ÷ residents who gave a verdict; satisfaction rate =
4 or 5 ÷ residents who gave a mark. Those who
said nothing are stated apart. Read in one statement and kept for five minutes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from requests_app import suppress
from requests_app.models import LedgerDay
from requests_app.suppress import FEWEST, Rate
from wangguan import clock

__all__ = ["FEWEST", "RATES", "SPAN", "Board", "Figures", "Rate", "count", "current"]

SPAN = timedelta(days=30)
KEPT = 300
"""Seconds that figures are good for; the page says of when they are."""
RATES = ("response", "resolution", "satisfaction")

# An answer counts once it was written; a withdrawn matter owes none. A merged one waits with its parent.
_COUNT = """
    SELECT community.code, coalesce(community.name, '') AS name, count(told.id) AS told,
        count(*) FILTER (WHERE answered) AS answered,
        count(*) FILTER (WHERE NOT answered AND due > %(now)s) AS in_time,
        count(*) FILTER (WHERE NOT answered AND coalesce(due, %(now)s) <= %(now)s) AS late,
        count(*) FILTER (WHERE least(first_contact_at, reached.at) <= resolve_due) AS contacted,
        count(said.solved) AS said,
        count(said.satisfaction) AS marked,
        count(*) FILTER (WHERE said.solved) AS solved,
        count(*) FILTER (WHERE said.satisfaction >= 4) AS satisfied
    FROM (
        SELECT ticket.id, ticket.community_id, ticket.first_contact_at, ticket.resolve_due,
            ticket.resolved_at IS NOT NULL OR ticket.status = 'closed' AS answered,
            coalesce(ticket.due_at, parent.due_at) AS due
        FROM requests_app_ticket ticket LEFT JOIN requests_app_ticket parent ON parent.id = ticket.parent_id
        WHERE ticket.arrived_at > %(since)s AND ticket.arrived_at <= %(now)s AND NOT ticket.about_staff
            AND ticket.outcome <> 'void'
    ) told
    LEFT JOIN LATERAL (
        SELECT solved, satisfaction FROM requests_app_verdict verdict
        WHERE verdict.ticket_id = told.id ORDER BY verdict.id DESC LIMIT 1
    ) said ON true
    LEFT JOIN LATERAL (
        SELECT min(reached_at) AS at FROM requests_app_answer answer WHERE answer.ticket_id = told.id
    ) reached ON true
    FULL JOIN grids_community community ON community.id = told.community_id
    GROUP BY community.code, community.name ORDER BY community.code NULLS LAST
"""


@dataclass(frozen=True)
class Figures:
    """Counts of one community, or of the whole street.

    `hidden` names the rates left out so that another community's small numbers cannot be worked out.
    """

    name: str = ""
    told: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    contacted: int = 0
    said: int = 0
    marked: int = 0
    solved: int = 0
    satisfied: int = 0
    hidden: tuple[str, ...] = ()

    @property
    def response(self) -> Rate:
        return Rate(self.contacted, self.told, "response" in self.hidden)

    @property
    def resolution(self) -> Rate:
        return Rate(self.solved, self.said, "resolution" in self.hidden)

    @property
    def satisfaction(self) -> Rate:
        return Rate(self.satisfied, self.marked, "satisfaction" in self.hidden)

    @property
    def silent(self) -> int:
        """Answered, and the resident said nothing: never counted as solved."""
        return max(self.answered - self.said, 0)


@dataclass(frozen=True)
class Board:
    """Everything the board counts, as of one moment; `forgotten` names what the nightly audit found."""

    at: datetime
    street: Figures
    forgotten: int
    communities: list[Figures] = field(default_factory=list)


def current() -> Board:
    """The figures of at most five minutes ago."""
    kept = cache.get("board-figures")
    if kept is None:
        kept = asdict(count())
        cache.set("board-figures", kept, KEPT)
    communities = [Figures(**row) for row in kept["communities"]]
    return Board(kept["at"], Figures(**kept["street"]), kept["forgotten"], communities)


def count(*, at: datetime | None = None) -> Board:
    """The figures as they are at a moment (now)."""
    now = at or clock.now()
    rows = _rows(now)
    counted = [name for name in Figures.__dataclass_fields__ if name not in ("name", "hidden")]
    total = Figures(**{name: sum(row[name] for row in rows) for name in counted})
    parts = [Figures(**{key: row[key] for key in row if key != "code"}) for row in rows]
    parts, total = _guarded(parts, total)
    communities = [part for part, row in zip(parts, rows, strict=True) if row["code"]]
    return Board(now, total, _forgotten(), communities)


def _guarded(parts: Sequence[Figures], total: Figures) -> tuple[list[Figures], Figures]:
    """The same figures, those rates hidden that would give a small one away beside the total."""
    hidden: list[list[str]] = [[] for _part in parts]
    of_total: list[str] = []
    for name in RATES:
        rates: list[Rate] = [getattr(part, name) for part in parts]
        shown, with_total = suppress.rates(rates)
        for place, rate in enumerate(shown):
            if rate is None and rates[place].whole >= FEWEST:  # fewer have no percentage anyway
                hidden[place].append(name)
        if not with_total and getattr(total, name).whole >= FEWEST:
            of_total.append(name)
    guarded = [replace(part, hidden=tuple(names)) for part, names in zip(parts, hidden, strict=True)]
    return guarded, replace(total, hidden=tuple(of_total))


def _rows(now: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"now": now, "since": now - SPAN})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _forgotten() -> int:
    """Matters that last night's audit found without a person, a deadline or an answer on its way."""
    last = LedgerDay.objects.order_by("-day").first()
    return len({number for numbers in last.violations.values() for number in numbers}) if last else 0
