"""Who serves each unit today, deputies in place of those on leave."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from grids.models import Leave, Post, Role, User, today
from requests_app.models import Ticket
from requests_app.refusals import Refused
from requests_app.workflow import LADDER, Level

_GRID = (Role.GRID_LEADER, Role.FULL_TIME_WORKER)
_COMMUNITY = (Role.COMMUNITY_STAFF, Role.COMMUNITY_LEADER)
_STREET = (Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER)
_BESIDE = (Role.PART_TIME_WORKER, Role.SERVICE_SPECIALIST, Role.GRID_INSTRUCTOR)
"""Not the unit's own people, but a ticket may be put in their charge."""
Unit = tuple[int | None, int | None]
"""Primary keys of grid and community; both None for the street."""


class Roster:
    """People by role and unit; two queries, however many tickets are asked about."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self._people: dict[tuple[str, int | None], list[User]] = defaultdict(list)
        self._sections: dict[str, list[User]] = defaultdict(list)
        self._deputies: dict[tuple[int, Unit], User] = {}
        for post in posts:
            deputy = next((leave.deputy for leave in post.leaves_today), None)  # type: ignore[attr-defined]
            person = deputy or post.user
            if deputy:
                self._deputies[post.user_id, (post.grid_id, post.community_id)] = deputy
            self._people[post.role, post.grid_id or post.community_id].append(person)
            for section in post.user.sections if post.role == Role.SECTION_STAFF else ():
                self._sections[section].append(person)

    @classmethod
    def whole(cls) -> "Roster":
        """Everybody in a post that holds tickets."""
        return cls._load(Q(role__in=[*_GRID, *_BESIDE, *_COMMUNITY, *_STREET]))

    @classmethod
    def around(cls, *, grid_id: int | None, community_id: int | None) -> "Roster":
        """Those of one grid, its community and the street."""
        own = Q(role__in=_STREET)
        if grid_id:
            own |= Q(role__in=[*_GRID, *_BESIDE], grid=grid_id)
        if community_id:
            own |= Q(role__in=_COMMUNITY, community=community_id)
        return cls._load(own)

    @classmethod
    def _load(cls, wanted: Q) -> "Roster":
        day = today()
        leaves = Prefetch("leaves", Leave.objects.on(day).select_related("deputy"), to_attr="leaves_today")
        posts = Post.objects.current(day).filter(wanted).select_related("user").prefetch_related(leaves)
        return cls(posts.order_by("starts_on", "id"))

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
