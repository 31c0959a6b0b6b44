"""Who may look at the wall screen without a display's token."""

from grids import access as doors
from grids.models import User


def may_watch(user: User) -> bool:
    """Street posts and auditors: they see the whole street anyway."""
    return user.is_active and (user.is_superuser or bool(doors.roles_of(user) & doors.OVERSEERS))
