"""Who announces where: the dispatch centre everywhere, a community's office in its own grids."""

from django.db.models import QuerySet

from grids import access as doors
from grids.models import Grid, Role, User
from grids.roles import COMMUNITY_ROLES

WRITERS = doors.EDITORS | frozenset(COMMUNITY_ROLES)
READERS = WRITERS | {Role.SECTION_STAFF, Role.AUDITOR}


def may_look(user: User) -> bool:
    """Whether this person sees the office's page of announcements."""
    return user.is_superuser or bool(doors.roles_of(user) & READERS)


def may_write(user: User) -> bool:
    return user.is_superuser or bool(doors.roles_of(user) & WRITERS)


def grids_open_to(user: User) -> QuerySet[Grid]:
    """Grids whose announcements this person overlooks, and may write when `may_write`."""
    if not may_look(user):
        return Grid.objects.none()
    return doors.admin_scope(user).limit(Grid.objects.all(), "community")
