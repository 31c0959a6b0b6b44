"""Leave: who stands in, what goes over to them, and that they hear of it.

The roster and the doors read leave by themselves: while it lasts, what would go to the holder
goes to the deputy. What is in the holder's charge already stays in the holder's name, and the
deputy may work on it; whoever wants it in the deputy's charge says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import Leave, Post, Role, User, today
from grids.queries import people_of
from grids.roles import COMMUNITY_ROLES
from requests_app import messages
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.services.actor import staff
from requests_app.services.steps import take
from requests_app.workflow import Level, Status
from wangguan import journal
from wangguan.notify import outbox
from wangguan.refusals import Refused

SHOWN = 30
"""Matters of each sort that a preview lists; more are counted."""


@dataclass(frozen=True)
class Goes:
    """My open matters, how many fall due meanwhile, decisions asked of me, posts whose new ones go over."""

    mine: list[Ticket]
    due: int
    decisions: list[Ticket]
    units: list[str]


def what_goes(user: User, posts: Iterable[Post], *, ends_on: date) -> Goes:
    """What goes over to a deputy for these posts until that day; two statements."""
    posts = list(posts)
    mine = list(of_posts(user, posts).for_list().order_by("due_at", "id")[:SHOWN])
    decisions = list(asked_of(user, posts).for_list().order_by("due_at", "id")[:SHOWN]) if posts else []
    due = sum(1 for ticket in mine if ticket.due_at and ticket.due_at.date() <= ends_on)
    return Goes(mine, due, decisions, [post.title for post in posts])


def of_posts(user: User, posts: list[Post]) -> TicketQuerySet:
    """Open matters in this person's charge where these posts serve."""
    where = Q(pk__in=())
    for post in posts:
        if post.grid_id:
            where |= Q(grid=post.grid_id)
        elif post.community_id:
            where |= Q(community=post.community_id)
        elif post.street_id:
            where |= Q(level=Level.STREET)
    return Ticket.objects.visible_to(user).open().filter(where, assignee=user)


def asked_of(user: User, posts: list[Post]) -> TicketQuerySet:
    """Matters in which the unit below asks one of these posts for more time or a hold."""
    where = Q(pk__in=())
    for post in posts:
        match post.role:
            case Role.COMMUNITY_LEADER | Role.COMMUNITY_STAFF:
                where |= Q(level=Level.GRID, community=post.community_id)
            case Role.DISPATCHER | Role.SECTION_STAFF:
                where |= Q(level=Level.COMMUNITY)
            case Role.STREET_LEADER:
                where |= Q(level__in=[Level.COMMUNITY, Level.STREET])
    return Ticket.objects.visible_to(user).open().filter(where).exclude(open_request="")


# --- taking and ending it ----------------------------------------------------------------
def mark(posts: Iterable[Post], *, by: User, deputy: User, starts_on: date, ends_on: date) -> list[Leave]:
    """Write the leave and tell the deputy and the leader.

    Raises:
        Refused: a post has a deputy in that time already (somebody was faster).
    """
    try:
        with transaction.atomic():
            made = [
                Leave.objects.create(post=post, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
                for post in posts
            ]
            journal.note(by, made, journal.ADDITION, _("Marked on the phone"))
            for leave in made:
                outbox.add(messages.about_leave("leave_deputy", leave, [deputy]))
                outbox.add(messages.about_leave("leave_leader", leave, leaders_of(leave.post, deputy)))
            return made
    except IntegrityError:
        raise Refused(_("This post has a deputy in that time already. Look at your leave below.")) from None


def end(leave: Leave, *, by: User) -> None:
    """The holder is back today: a leave that has not run a day is taken away, any other ended yesterday."""
    told = messages.about_leave("leave_over", leave, [leave.deputy, *leaders_of(leave.post, leave.deputy)])
    with transaction.atomic():
        if leave.starts_on >= today():
            journal.note(by, [leave], journal.DELETION, _("Ended on the phone before it began"))
            leave.delete()
        else:
            journal.note(by, [leave], journal.CHANGE, _("Ended on the phone"))
            leave.ends_on = today() - timedelta(days=1)
            leave.save(update_fields=["ends_on"])
        outbox.add(told)


def leaders_of(post: Post, deputy: User) -> list[User]:
    """Who leads the unit of a post, or the one above where the holder leads it; not the deputy again."""
    if post.grid and post.role != Role.GRID_LEADER:
        people = people_of(Role.GRID_LEADER, grid=post.grid)
    elif post.grid:
        people = people_of(*COMMUNITY_ROLES, community=post.grid.community)
    elif post.community and post.role != Role.COMMUNITY_LEADER:
        people = people_of(Role.COMMUNITY_LEADER, community=post.community)
    else:
        people = people_of(Role.STREET_LEADER)
    return [person for person in people if person.pk not in (post.user_id, deputy.pk)]


@dataclass
class Handed:
    """What was put in the deputy's charge, and why some was not."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def assign_all(user: User, posts: list[Post], deputy: User) -> Handed:
    """Put the open matters of these posts in the deputy's charge, one step each, as far as that may be."""
    handed, still = Handed(), (Status.SUBMITTED, Status.ACCEPTED)
    for ticket in of_posts(user, posts).filter(status__in=still).with_units().order_by("due_at")[:SHOWN]:
        try:
            take(ticket, "assign", by=staff(user), assignee=deputy, note=_("On leave"))
            handed.done += 1
        except Refused as refused:
            handed.refused.append((ticket.number, refused.sentence))
    return handed
