"""Who reads, edits and issues reports."""

from typing import TYPE_CHECKING

from grids import access
from grids.models import Role
from grids.roles import COMMUNITY_ROLES

if TYPE_CHECKING:
    from grids.models import User


def register() -> None:
    """What the admin and the pages open to whom; called once at start-up."""
    readers = {*access.OVERSEERS, *COMMUNITY_ROLES}
    access.register("reports.report", view=readers, edit=access.EDITORS)
    access.register("reports.recipient", view=access.EDITORS | {Role.AUDITOR}, edit=access.EDITORS)


def may_edit(user: "User") -> bool:
    """The dispatch centre and the street leader make, edit, issue and send reports."""
    return access.has_perm(user, "reports.change_report")


def reads_drafts(user: "User") -> bool:
    """The street and the auditor read drafts too; communities what was issued and is theirs to know."""
    return user.is_active and (user.is_superuser or bool(access.roles_of(user) & access.OVERSEERS))
