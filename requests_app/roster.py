"""Who serves each unit today, deputies in place of those on leave."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from grids.models import Leave, Post, Role, User, today
from requests_app.models import Ticket
from requests_app.refusals import Refused
from requests_app.workflow import LADDER, Level

_GRID = (Role.GRID_LEADER, Role.FULL_TIME_WORKER)
_COMMUNITY = (Role.COMMUNITY_STAFF, Role.COMMUNITY_LEADER)
_STREET = (Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER)


class Roster:
    """People by role and unit; two queries, however many tickets are asked about."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self._people: dict[tuple[str, int | None], list[User]] = defaultdict(list)
        for post in posts:
            deputy = next((leave.deputy for leave in post.leaves_today), None)  # type: ignore[attr-defined]
            unit = post.grid_id or post.community_id
            self._people[post.role, unit].append(deputy or post.user)

    @classmethod
    def whole(cls) -> "Roster":
        """Everybody in a post that holds tickets."""
        return cls._load(Q(role__in=[*_GRID, *_COMMUNITY, *_STREET]))

    @classmethod
    def around(cls, *, grid_id: int | None, community_id: int | None) -> "Roster":
        """Those of one grid, its community and the street."""
        own = Q(role__in=_STREET)
        if grid_id:
            own |= Q(role__in=_GRID, grid=grid_id)
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
        return self._of([Role.STREET_LEADER], None)

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
            return self.street_leaders()
        return self.team(ticket, LADDER[Level(ticket.level).rank + 1])

    def street_leaders(self) -> list[User]:
        return self._of([Role.STREET_LEADER], None)

    def _unit(self, ticket: Ticket, level: Level) -> list[User]:
        match level:
            case Level.GRID:
                return self._of(_GRID, ticket.grid_id) if ticket.grid_id else []
            case Level.COMMUNITY:
                return self._of(_COMMUNITY, ticket.community_id) if ticket.community_id else []
        return self._street(ticket.section)

    def _street(self, section: str) -> list[User]:
        sections = [u for u in self._of([Role.SECTION_STAFF], None) if section and section in u.sections]
        desk = self._of([Role.DISPATCHER], None)
        return _once([*sections, *desk]) or self.street_leaders()

    def _of(self, roles: Iterable[Role], unit: int | None) -> list[User]:
        return _once(person for role in roles for person in self._people.get((role, unit), []))


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
