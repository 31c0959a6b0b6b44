"""Who answers for duties today: owners or their deputies, and those who check."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from grids.models import Line, Post, Role, User
from grids.queries import serving
from grids.roles import COMMUNITY_ROLES, STREET_ROLES
from partybuilding.duties.models import Turn
from partybuilding.duties.terms import OWNING

Served = tuple[Post, User]
"""A post, and who answers for it today: its holder, or the deputy during leave."""


@dataclass(frozen=True)
class People:
    """Everybody in a post that owns or keeps duties, read in two queries."""

    served: list[Served]

    @classmethod
    def today(cls) -> "People":
        return cls(serving(*OWNING))

    def owning(self, turn: Turn) -> list[User]:
        """Who is told what the owner is told; nobody when the owner holds no post any more."""
        return _once(person for post, person in self.served if post.user_id == turn.duty.owner_id)

    def keeping(self, turn: Turn) -> list[User]:
        """Who checks it, but for those whose own it is."""
        own = {turn.duty.owner_id, *(person.pk for person in self.owning(turn))}
        found = (person for post, person in self.served if _keeps(post, turn.duty.check_unit))
        return [person for person in _once(found) if person.pk not in own]

    def of_unit(self, community: int | None) -> list[Post]:
        """Posts whose holders may own a duty of that unit: the community's, then the street's."""
        held = [post for post, _person in self.served if _belongs(post, community)]
        return sorted(held, key=lambda post: post.community_id is None)

    def holds_post(self, user: int, community: int | None) -> bool:
        return any(post.user_id == user for post in self.of_unit(community))


def by_person(pairs: Iterable[tuple[User, Turn]]) -> dict[User, list[Turn]]:
    found: dict[User, list[Turn]] = defaultdict(list)
    for person, turn in pairs:
        found[person].append(turn)
    return found


def _keeps(post: Post, community: int | None) -> bool:
    """The same question as `partybuilding.access.keeps`, asked of a post."""
    if post.role == Role.STREET_LEADER:
        return True
    if post.role == Role.SECTION_STAFF:
        return Line.PARTY in post.user.sections
    return community is not None and post.role in COMMUNITY_ROLES and post.community_id == community


def _belongs(post: Post, community: int | None) -> bool:
    return post.role in STREET_ROLES or (community is not None and post.community_id == community)


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
