"""Who keeps the records of party building: the street's section and leaders, each community its own."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from grids import access as doors
from grids.models import Community, Line, Post, Role, User
from grids.queries import people_of, serving
from grids.roles import COMMUNITY_ROLES

WRITING = frozenset({Role.STREET_LEADER, Role.SECTION_STAFF, *COMMUNITY_ROLES})
"""Roles that may write at all; `keeps` says what."""


@dataclass(frozen=True)
class By:
    """Who acts: a member of the staff, or somebody who entered with a phone (`keyed_hash`)."""

    user: User | None = None
    phone_hash: str = ""


def register(*labels: str) -> None:
    """Let the admin show these models to offices and auditors, and let those who keep them write."""
    for label in labels:
        doors.register(label, view=doors.ADMIN_ROLES, edit=WRITING, delete=WRITING)


def keeps_street(user: User) -> bool:
    """Whether this person keeps what belongs to the whole street, and every community's records."""
    if user.is_superuser:
        return True
    return any(
        post.role == Role.STREET_LEADER or (post.role == Role.SECTION_STAFF and _is_of_section(post, user))
        for post in user.current_posts
    )


def _is_of_section(post: Post, user: User) -> bool:
    """Whoever stands in for somebody answers for that person's sections."""
    return Line.PARTY in (user if post.user_id == user.pk else post.user).sections


def own_communities(user: User) -> frozenset[int]:
    """Communities (keys) whose records this person keeps by a post there."""
    posts = (post for post in user.current_posts if post.role in COMMUNITY_ROLES)
    return frozenset(post.community_id for post in posts if post.community_id)


def kept_communities(user: User) -> QuerySet[Community]:
    """Communities whose records this person keeps, by their codes, without their shapes."""
    rows = Community.objects.defer("boundary").order_by("code")
    return rows if keeps_street(user) else rows.filter(pk__in=own_communities(user))


def keeps(user: User, community_id: int | None) -> bool:
    """Whether this person writes what belongs to this community; None: to the whole street."""
    return keeps_street(user) or (community_id is not None and community_id in own_communities(user))


def may_write(user: User) -> bool:
    """Whether this person keeps anything of party building."""
    return keeps_street(user) or bool(own_communities(user))


def keepers_of(community_id: int | None) -> list[User]:
    """Who is told of what belongs to this community, or to the street (None): its office, else the
    section for party building, else the street's leaders.
    """
    if community_id is not None:
        office = serving(Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF, community=community_id)
        if office:
            return list({person.pk: person for _post, person in office}.values())
    held = serving(Role.SECTION_STAFF)
    section = {person.pk: person for post, person in held if Line.PARTY in post.user.sections}
    return list(section.values()) or people_of(Role.STREET_LEADER)


def seen_in(user: User, path: str = "community", *, street_too: bool = False) -> Q:
    """Rows of communities this person's office overlooks: the street and auditors all, a community its own.

    Args:
        path: how a row names its community.
        street_too: a community also reads what belongs to the whole street (no community).
    """
    if not doors.may_open_admin(user):
        return Q(pk__in=())
    scope = doors.admin_scope(user)
    if scope.everywhere:
        return Q()
    own = Q(**{f"{path}__in": scope.communities})
    return own | Q(**{f"{path}__isnull": True}) if street_too else own
