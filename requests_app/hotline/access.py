"""Who works with the hotline's files: the dispatch centre and street leaders; the auditor reads."""

from grids import access
from grids.models import Role, User

READ, WORK = "hotline.view_hotlinerun", "hotline.change_hotlinerun"


def register() -> None:
    """Say so to the admin's door; called once at start-up."""
    readers = access.EDITORS | {Role.AUDITOR}
    access.register("hotline.hotlinerun", view=readers, edit=access.EDITORS)
    for model in ("layout", "replyexport"):
        access.register(f"hotline.{model}", view=readers)


def may_work(user: User) -> bool:
    """Whether this person brings files in and takes replies out."""
    return access.has_perm(user, WORK)
