"""Where supervision shows itself: in the office's side, on the desk, on a ticket."""

from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app import beside
from requests_app.beside import Panel
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill
from requests_app.models import Ticket
from requests_app.supervision import access
from requests_app.supervision.models import Case
from requests_app.supervision.views.rows import rows

NEWEST = 10
"""Cases shown on one ticket."""


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.DISPATCH, _("Supervision"), "supervision", place=40))
    template = "supervision/queue.html"
    queues.register(Queue("supervision", _("Waits for your judgement"), template, 35, waiting))
    beside.register(for_staff=panel)


def waiting(user: User, limit: int) -> Waiting | None:
    """Answers that this person's level has to judge, what is due first on top."""
    found = Case.objects.judged_by(user).order_by("due_at", "pk")
    return fill(found.for_list(), rows, limit=limit, more="/admin/supervision/?what=mine")


def panel(ticket: Ticket, user: User) -> Panel | None:
    """The ticket's cases, the newest first; in one query."""
    found = Case.objects.filter(ticket=ticket).select_related("grid", "community").order_by("-pk")
    cases = list(found.defer("grid__boundary", "community__boundary")[:NEWEST])
    for case in cases:
        case.ticket = ticket
    may_open = access.may_open(user, ticket)
    if not (cases or may_open):
        return None
    shown = [
        (row, access.may_answer(user, row.case), access.may_judge(user, row.case)) for row in rows(cases)
    ]
    in_office = access.may_open(user, ticket)
    context = {"cases": shown, "ticket": ticket, "may_open": may_open, "in_office": in_office}
    return Panel("supervision/panel.html", context)
