"""When a post ends, what it held passes to whoever serves there now."""

import logging

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from grids.models import Leave, Post, today
from requests_app import messages
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from requests_app.services.actor import SYSTEM
from requests_app.services.change import Change
from wangguan.refusals import Refused

logger = logging.getLogger(__name__)


def reassign_orphans() -> int:
    """Give every open ticket whose person does not serve it any more to the unit's duty person; how many."""
    orphans = list(orphaned().values_list("pk", flat=True))
    roster = Roster.whole() if orphans else None
    passed_on = 0
    for pk in orphans:
        try:
            with transaction.atomic():
                rows = Ticket.objects.with_units()
                ticket = rows.select_for_update(of=("self",)).get(pk=pk)
                if roster and ticket.is_open and ticket.assignee_id:
                    _pass_on(ticket, roster)
                    passed_on += 1
        except Refused:  # nobody is in any post of the street: the audit names the ticket
            logger.error("nobody to pass a ticket on to", extra={"ticket": pk})
    return passed_on


def orphaned() -> TicketQuerySet:
    """Open tickets in the charge of somebody who has no post today in their grid, community or street."""
    day = today()
    own = Q(grid=OuterRef("grid_id")) | Q(community=OuterRef("community_id")) | Q(street__isnull=False)
    held = Post.objects.current(day).filter(own, user=OuterRef("assignee_id"))
    stands_in = Leave.objects.on(day).filter(
        Q(post__grid=OuterRef("grid_id"))
        | Q(post__community=OuterRef("community_id"))
        | Q(post__street__isnull=False),
        deputy=OuterRef("assignee_id"),
        post__in=Post.objects.current(day),
    )
    return Ticket.objects.open().filter(~Exists(held) & ~Exists(stands_in), Q(assignee__isnull=False))


def _pass_on(ticket: Ticket, roster: Roster) -> None:
    passing = Change(ticket, "reassign", SYSTEM)
    passing.detail["from"] = ticket.assignee_id
    ticket.assignee = roster.duty(ticket)
    passing.detail["assignee"] = ticket.assignee.pk
    passing.tell(messages.to_staff("assigned", ticket, [ticket.assignee]))
    passing.write()
