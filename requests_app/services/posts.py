"""When a post ends, what it held passes to whoever serves there now."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from grids.models import Leave, Post, today
from requests_app import messages
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from requests_app.services.actor import SYSTEM
from requests_app.services.change import Change


def reassign_orphans() -> int:
    """Give every open ticket whose person has no post any more to the unit's duty person; how many."""
    orphans = list(orphaned().values_list("pk", flat=True))
    roster = Roster.whole() if orphans else None
    for pk in orphans:
        with transaction.atomic():
            rows = Ticket.objects.select_related("grid", "community", "category")
            ticket = rows.select_for_update(of=("self",)).get(pk=pk)
            if roster and ticket.is_open and ticket.assignee_id:
                _pass_on(ticket, roster)
    return len(orphans)


def orphaned() -> TicketQuerySet:
    """Open tickets in the charge of somebody without any post today."""
    day = today()
    held = Post.objects.current(day).filter(user=OuterRef("assignee"))
    deputised = Leave.objects.on(day).filter(deputy=OuterRef("assignee"))
    return Ticket.objects.open().filter(~Exists(held) & ~Exists(deputised), Q(assignee__isnull=False))


def _pass_on(ticket: Ticket, roster: Roster) -> None:
    passing = Change(ticket, "reassign", SYSTEM)
    passing.detail["from"] = ticket.assignee_id
    ticket.assignee = roster.duty(ticket)
    passing.detail["assignee"] = ticket.assignee.pk
    passing.tell(messages.to_staff("assigned", ticket, [ticket.assignee]))
    passing.write()
