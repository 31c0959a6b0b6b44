"""Who may do what with groups: together with `Group.objects.visible_to`, the only door."""

from django.db.models import Q

from grids.models import Post, Role, User
from grids.roles import COMMUNITY_ROLES
from requests_app.models import Ticket
from requests_app.repeats.models import Group
from requests_app.roster import Roster

STREET = frozenset({Role.DISPATCHER, Role.STREET_LEADER})


def may_edit(user: User, group: Group) -> bool:
    """The dispatch centre, the street's leaders, and the community in which the matters lie."""
    return any(_edits(post, group) for post in user.current_posts)


def _edits(post: Post, group: Group) -> bool:
    return post.role in STREET or (post.role in COMMUNITY_ROLES and post.community_id == group.community_id)


def owners(group: Group) -> list[User]:
    """Who may own a project: those in post at the street or in the group's community, who can open it."""
    held = Post.objects.current().filter(role__in=[*COMMUNITY_ROLES, *STREET, Role.SECTION_STAFF])
    near = held.filter(Q(community=None) | Q(community=group.community_id))
    found = User.objects.filter(is_active=True, posts__in=near).distinct()
    return list(found.order_by("username"))


def holders(group: Group) -> list[User]:
    """The people of the grids in which the matters lie, and of their community."""
    roster = Roster.whole()
    grids = group.traces.order_by("grid").values_list("grid", flat=True).distinct()
    own = [Ticket(grid_id=grid, community_id=group.community_id, level="grid") for grid in grids]
    near = [person for ticket in own for person in roster.team(ticket, "grid")]
    return [*near, *roster.team(Ticket(community_id=group.community_id), "community")]
