"""Who keeps subscribers: street leaders; auditors read."""

from grids import access
from grids.models import Role, User

READ, WORK = "webhooks.view_subscriber", "webhooks.change_subscriber"


def register() -> None:
    """Say so to the admin's door; called once at start-up."""
    readers = {Role.STREET_LEADER, Role.AUDITOR}
    access.register("webhooks.subscriber", view=readers, edit={Role.STREET_LEADER})
    access.register("webhooks.delivery", view=readers)


def may_work(user: User) -> bool:
    """Whether this person makes, changes and pauses subscribers and sends events again."""
    return access.has_perm(user, WORK)
