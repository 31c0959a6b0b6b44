"""Whose unit is asked, who stands over it, who is told."""

from copy import copy
from dataclasses import dataclass

from grids.models import User
from requests_app.models import Ticket
from requests_app.roster import Roster
from requests_app.supervision.models import Case
from requests_app.supervision.terms import Over
from requests_app.workflow import LADDER, Level


@dataclass(frozen=True)
class Unit:
    """Whom a case is addressed to."""

    level: Level
    grid_id: int | None = None
    community_id: int | None = None
    section: str = ""

    @property
    def lowest_over(self) -> Over:
        """Who stands next above it."""
        return list(Over)[self.level.rank]


def unit_at(ticket: Ticket, level: Level, section: str = "") -> Unit:
    """The ticket's unit on that level."""
    match level:
        case Level.GRID:
            return Unit(level, ticket.grid_id, ticket.community_id)
        case Level.COMMUNITY:
            return Unit(level, None, ticket.community_id)
    return Unit(level, None, ticket.community_id, section)


def holder(ticket: Ticket, roster: Roster) -> Unit:
    """The unit that holds the ticket; the one above where nobody serves it today."""
    level = Level(ticket.level)
    while level != Level.STREET and roster.team(ticket, level) == roster.team(ticket, above := _next(level)):
        level = above
    return unit_at(ticket, level, ticket.section)


def _next(level: Level) -> Level:
    return LADDER[level.rank + 1]


def asked(case: Case, roster: Roster) -> list[User]:
    """The people of the unit that is asked, its leaders first."""
    ticket = _as_asked(case)
    return [*(roster.leaders(ticket) if case.level != Level.STREET else ()), *roster.team(ticket)]


def standing_over(case: Case, over: str, roster: Roster) -> list[User]:
    """The people of one of the levels over the unit."""
    ticket = _as_asked(case)
    match over:
        case Over.COMMUNITY:
            return roster.team(ticket, Level.COMMUNITY)
        case Over.STREET:
            ticket.section = ""
            return roster.team(ticket, Level.STREET)
    return roster.street_leaders(ticket)


def _as_asked(case: Case) -> Ticket:
    """The ticket as if the unit that is asked still held it, for the roster to find its people."""
    ticket = copy(case.ticket)
    ticket.level, ticket.section = case.level, case.section
    ticket.grid_id, ticket.community_id = case.grid_id, case.community_id
    return ticket
