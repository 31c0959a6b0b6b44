"""Who serves each unit today, deputies in place of those on leave."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.translation import gettext as _

from grids.models import Role, User, today
from requests_app.models import Ticket
from requests_app.workflow import LADDER, Level
from wangguan.refusals import Refused

_GRID = (Role.GRID_LEADER, Role.FULL_TIME_WORKER)
_COMMUNITY = (Role.COMMUNITY_STAFF, Role.COMMUNITY_LEADER)
_STREET = (Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER)
_BESIDE = (Role.PART_TIME_WORKER, Role.SERVICE_SPECIALIST, Role.GRID_INSTRUCTOR)
"""Not the unit's own people, but a ticket may be put in their charge."""
Unit = tuple[int | None, int | None]
"""Primary keys of grid and community; both None for the street."""


def _any_of(roles: Iterable[Role]) -> str:
    return "(" + ", ".join(f"'{role.value}'" for role in roles) + ")"


def _serving(columns: str) -> str:
    """In SQL: every move asks this, and through models it was a third of what a submit costs."""
    return f"""
    SELECT {columns}, post.role, post.grid_id, post.community_id, post.user_id AS holder_id,
        holder.sections AS answers_for
    FROM grids_post post
    JOIN grids_user holder ON holder.id = post.user_id AND holder.is_active
    LEFT JOIN (grids_leave leave JOIN grids_user deputy ON deputy.id = leave.deputy_id AND deputy.is_active)
        ON leave.post_id = post.id AND %(day)s BETWEEN leave.starts_on AND leave.ends_on
    JOIN grids_user person ON person.id = coalesce(deputy.id, holder.id)
    WHERE %(day)s >= post.starts_on AND (post.ends_on IS NULL OR %(day)s <= post.ends_on) AND (
        post.role IN {_any_of(_STREET)}
        OR (post.role IN {_any_of(_GRID + _BESIDE)} AND (%(everywhere)s OR post.grid_id = %(grid)s))
        OR (post.role IN {_any_of(_COMMUNITY)} AND (%(everywhere)s OR post.community_id = %(community)s)))
    ORDER BY post.starts_on, post.id
"""


_WITH_PHONES = _serving("person.*")
_NAMES = _serving("person.id, person.username, person.real_name")

_standing: ContextVar["Roster | None"] = ContextVar("standing", default=None)


def street_leaders() -> list[User]:
    """The street's leaders, deputies in place of those on leave."""
    return Roster.whole().street_leaders()


class Roster:
    """People by role and unit; one query, however many tickets are asked about."""

    def __init__(self, serving: Iterable[Any]) -> None:
        """`serving`: users with the columns of the post that each holds or stands in for."""
        self._people: dict[tuple[str, int | None], list[User]] = defaultdict(list)
        self._sections: dict[str, list[User]] = defaultdict(list)
        self._deputies: dict[tuple[int, Unit], User] = {}
        for person in serving:
            if person.pk != person.holder_id:
                self._deputies[person.holder_id, (person.grid_id, person.community_id)] = person
            self._people[person.role, person.grid_id or person.community_id].append(person)
            for section in person.answers_for if person.role == Role.SECTION_STAFF else ():
                self._sections[section].append(person)

    @classmethod
    def whole(cls) -> "Roster":
        """Everybody in a post that holds tickets."""
        return _standing.get() or cls._load(everywhere=True)

    @classmethod
    def names(cls) -> "Roster":
        """The same for a page that names people and reaches nobody: their phones are not decrypted."""
        return _standing.get() or cls._load(_NAMES, everywhere=True)

    @classmethod
    def around(cls, *, grid_id: int | None, community_id: int | None) -> "Roster":
        """Those of one grid, its community and the street."""
        return _standing.get() or cls._load(grid=grid_id, community=community_id)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let this whole roster answer inside the block, in which nobody's post changes."""
        token = _standing.set(self)
        try:
            yield
        finally:
            _standing.reset(token)

    @classmethod
    def _load(
        cls,
        serving: str = _WITH_PHONES,
        *,
        grid: int | None = None,
        community: int | None = None,
        everywhere: bool = False,
    ) -> "Roster":
        units = {"grid": grid, "community": community, "everywhere": everywhere}
        return cls(User.objects.raw(serving, {"day": today(), **units}))

    def leaders(self, ticket: Ticket) -> list[User]:
        """The grid's leader, the community's people, or the street's leaders, by the ticket's level."""
        match ticket.level:
            case Level.GRID:
                return self._of([Role.GRID_LEADER], ticket.grid_id)
            case Level.COMMUNITY:
                return self._of(_COMMUNITY, ticket.community_id)
        return self.street_leaders(ticket)

    def in_charge(self, ticket: Ticket) -> list[User]:
        """The person in charge, or who stands in for them today; the holding unit when there is none."""
        if ticket.assignee is None:
            return self.team(ticket)
        units: list[Unit] = [(ticket.grid_id, None), (None, ticket.community_id), (None, None)]
        deputies = (self._deputies.get((ticket.assignee.pk, unit)) for unit in units)
        return [next(_unnamed(ticket, (deputy for deputy in deputies if deputy)), ticket.assignee)]

    def team(self, ticket: Ticket, level: str | None = None) -> list[User]:
        """Everybody of the unit that holds the ticket (or would, at `level`); the first is on duty.

        A unit without people hands the duty to the unit above it, so the answer is empty
        only when the whole street has nobody.
        """
        rank = Level(level or ticket.level).rank
        return next((people for rung in LADDER[rank:] if (people := self._unit(ticket, rung))), [])

    def duty(self, ticket: Ticket, level: str | None = None) -> User:
        """The one person a unit answers with.

        Raises:
            Refused: nobody is in a post, neither there nor above.
        """
        if people := self.team(ticket, level):
            return people[0]
        raise Refused(_("Nobody is in post there. Ask the street to fill the post first."))

    def above(self, ticket: Ticket) -> list[User]:
        """The unit above the holder; the street leaders for a ticket of the street."""
        if ticket.level == Level.STREET:
            return self.street_leaders(ticket)
        return self.team(ticket, LADDER[Level(ticket.level).rank + 1])

    def street_leaders(self, ticket: Ticket | None = None) -> list[User]:
        """All of them; for a complaint about staff without those it names."""
        leaders = self._of([Role.STREET_LEADER], None)
        return list(_unnamed(ticket, leaders)) if ticket else leaders

    def _unit(self, ticket: Ticket, level: Level) -> list[User]:
        match level:
            case Level.GRID:
                return self._of(_GRID, ticket.grid_id) if ticket.grid_id else []
            case Level.COMMUNITY:
                return self._of(_COMMUNITY, ticket.community_id) if ticket.community_id else []
        desk = [*self._sections.get(ticket.section, ()), *self._of([Role.DISPATCHER], None)]
        return _once(_unnamed(ticket, desk)) or self.street_leaders(ticket)

    def _of(self, roles: Iterable[Role], unit: int | None) -> list[User]:
        return _once(person for role in roles for person in self._people.get((role, unit), []))


def _unnamed(ticket: Ticket, people: Iterable[User]) -> Iterator[User]:
    """Without those whom a complaint names: it is hidden from them."""
    return (person for person in people if person.pk not in ticket.named_staff)


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
