"""Where a file's rows lie: the buildings and grids it may write to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grids import access as doors
from grids.access import Scope
from grids.models import Building, Grid, GridAlias, User
from grids.roles import COMMUNITY_ROLES
from wangguan.refusals import Refused


def writes(user: User) -> Scope:
    """Whose registers somebody brings in and takes out: the street's editors all, communities their own."""
    roles = doors.roles_of(user)
    if user.is_superuser or roles & doors.EDITORS:
        return Scope(everywhere=True)
    own = (post.community_id for post in user.current_posts if post.role in COMMUNITY_ROLES)
    return Scope(everywhere=False, communities=frozenset(pk for pk in own if pk))


def may_exchange(user: User) -> bool:
    """Whether somebody brings in or takes out any register at all."""
    scope = writes(user)
    return user.is_active and (scope.everywhere or bool(scope.communities))


def covers(scope: Scope, community_id: int) -> bool:
    return scope.everywhere or community_id in scope.communities


@dataclass(frozen=True, slots=True)
class Place:
    """A building or a grid, as far as an import needs it."""

    pk: int
    grid_id: int
    community_id: int


class Buildings:
    """Every building of the street by its address as people write it; some hundreds."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._by_address: defaultdict[str, list[Place]] = defaultdict(list)
        rows = Building.objects.order_by().values_list("pk", "address", "grid_id", "grid__community_id")
        for pk, address, grid, community in rows:
            self._by_address["".join(address.split())].append(Place(pk, grid, community))

    def find(self, address: str) -> Place:
        """
        Raises:
            Refused: there is none, it is another unit's, or several bear the address.
        """
        found = self._by_address.get("".join(address.split()), [])
        return _the_one(found, self.scope)


class Grids:
    """Every grid of the street by its code, those it had before included."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        rows = Grid.objects.in_force().order_by().values_list("pk", "code", "community_id")
        self._by_code = {code: Place(pk, pk, community) for pk, code, community in rows}
        named = {place.grid_id: place for place in self._by_code.values()}
        former = GridAlias.objects.values_list("code", "grid")
        self._by_code = {code: named[grid] for code, grid in former if grid in named} | self._by_code

    def find(self, code: str) -> Place:
        """
        Raises:
            Refused: there is none, or it is another unit's.
        """
        found = self._by_code.get(code)
        if found is None:
            raise Refused(_("No grid has this code."))
        return _the_one([found], self.scope)


def _the_one(found: Iterable[Place], scope: Scope) -> Place:
    found = list(found)
    if not found:
        raise Refused(_("No building of the portal has this address. Enter the building first."))
    own = [place for place in found if covers(scope, place.community_id)]
    if not own:
        raise Refused(_("This place lies in another community."))
    if len(own) > 1:
        raise Refused(_("Several buildings have this address; tell them apart in the portal first."))
    return own[0]
