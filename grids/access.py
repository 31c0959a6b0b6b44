"""Who may open the admin and what each may do there, from the posts in force."""

from typing import TYPE_CHECKING

from grids.models import Role

if TYPE_CHECKING:
    from grids.models import User

ADMIN_ROLES = frozenset(
    {
        Role.COMMUNITY_LEADER,
        Role.COMMUNITY_STAFF,
        Role.DISPATCHER,
        Role.SECTION_STAFF,
        Role.STREET_LEADER,
        Role.AUDITOR,
    }
)


def may_open_admin(user: "User") -> bool:
    """Street, community and auditor posts in force, and superusers."""
    return user.is_active and (
        user.is_superuser or any(post.role in ADMIN_ROLES for post in user.current_posts)
    )


def has_perm(user: "User", perm: str) -> bool:
    return user.is_active and user.is_superuser


def has_module_perms(user: "User", app_label: str) -> bool:
    return may_open_admin(user)
