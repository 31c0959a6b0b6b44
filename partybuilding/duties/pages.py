"""Where the duty list shows itself: down the office's side, and on the desk."""

from django.utils.translation import gettext_lazy as _

from grids.models import User, today
from partybuilding.duties import access
from partybuilding.duties.models import Turn
from partybuilding.duties.shown import rows
from partybuilding.duties.terms import REMIND_BEFORE
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Duty list"), "party_duties", place=30))
    queues.register(
        Queue("duties_to_check", _("Duties to check"), "duties/queue.html", 42, to_check),
        Queue("duties_due", _("Your duties that are due"), "duties/queue.html", 44, due),
    )


def to_check(user: User, limit: int) -> Waiting | None:
    """Reported done, in the order of their days."""
    found = Turn.objects.to_check_by(user).order_by("due_on", "pk")
    return fill(found.for_list(), rows, limit=limit, more="/admin/party/duties/?state=done")


def due(user: User, limit: int) -> Waiting | None:
    """What the reader owns and is late with, or has to do within the week."""
    if not access.may_own(user):
        return None
    found = Turn.objects.mine(user).open().filter(due_on__lte=today() + REMIND_BEFORE)
    return fill(found.order_by("due_on", "pk").for_list(), rows, limit=limit, more="/worker/duties/")
