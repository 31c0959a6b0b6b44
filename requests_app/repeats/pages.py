"""Where repeats show themselves: in the office's side, on the desk, on a ticket."""

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from grids import access as posts
from grids.models import User
from requests_app import beside
from requests_app.beside import Panel
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group as Heading
from requests_app.desk.nav import Link
from requests_app.desk.queues import Queue, Waiting, fill
from requests_app.models import Ticket
from requests_app.repeats.models import Group, Trace
from requests_app.repeats.terms import WITHIN
from requests_app.repeats.views.groups import told
from wangguan import clock

LINKED = 6
"""Others that a ticket's page names."""


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Heading.DISPATCH, _("Repeats and hot spots"), "repeats", place=60))
    queues.register(Queue("repeats", _("Told again and again"), "repeats/queue.html", 60, waiting))
    beside.register(for_staff=panel)


def waiting(user: User, limit: int) -> Waiting | None:
    """Groups that grow and that nobody has set aside; the newest first."""
    found = Group.objects.visible_to(user).growing(clock.now()).order_by("-third_at", "-pk")
    return fill(found.for_list(), lambda shown: told(list(shown), user), limit=limit, more="/admin/repeats/")


def panel(ticket: Ticket, user: User) -> Panel | None:
    """How often it was told within thirty days, with ways to those the reader may see; in one query."""
    if ticket.about_staff:
        return None
    own = Trace.objects.filter(pk=ticket.pk, group__isnull=False)
    seen = Ticket.objects.visible_to(user).filter(pk=OuterRef("pk"), about_staff=False)
    recent = Trace.objects.filter(group=Subquery(own.values("group")[:1])).select_related("ticket")
    found = list(
        recent.annotate(is_seen=Exists(seen)).only("ticket__number", "arrived_at", "group").order_by("-pk")
    )
    if len(found) < 2:
        return None
    since = ticket.arrived_at - WITHIN, ticket.arrived_at + WITHIN
    near = [trace for trace in found if since[0] <= trace.arrived_at <= since[1]]
    others = [trace for trace in found if trace.is_seen and trace.pk != ticket.pk]
    context = {
        "count": len(near),
        "all": len(found),
        "others": others[:LINKED],
        "group": found[0].group_id,
        "in_office": posts.may_open_admin(user),
    }
    return Panel("repeats/panel.html", context)
