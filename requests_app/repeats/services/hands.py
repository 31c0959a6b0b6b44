"""What people change in a group: out, in, set aside. Rules never undo it."""

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import Ticket
from requests_app.repeats import access
from requests_app.repeats.models import Group, Hand, Trace
from requests_app.repeats.services.grouping import hand_on, link, settle, stand_in_line, tie
from requests_app.repeats.terms import WORDS_MAX
from wangguan.refusals import Refused
from wangguan.words import storable


def take_out(group: Group, ticket: Ticket, *, by: User, reason: str) -> None:
    """The ticket belongs here no longer, and no rule brings it back; twice is once.

    Raises:
        Refused: this person may not, or says no reason.
    """
    reason = _checked(group, by, reason)
    with transaction.atomic():
        stand_in_line()
        trace = Trace.objects.filter(pk=ticket.pk, group=group).first()
        if trace is None:
            return
        rest = list(group.traces.exclude(pk=ticket.pk).values_list("pk", flat=True))
        hand_on(ticket.pk, [ticket.pk])
        Trace.objects.filter(pk=ticket.pk).update(is_out=True, group=None)
        Hand.objects.create(ticket=ticket, group=group, put_in=False, reason=reason, by=by)
        link(rest)
        settle(rest)


def put_in(group: Group, ticket: Ticket, *, by: User, reason: str) -> None:
    """The ticket belongs here, whatever the rules say; twice is once.

    Raises:
        Refused: this person may not, says no reason, or the ticket is another group's or nobody's.
    """
    reason = _checked(group, by, reason)
    with transaction.atomic():
        stand_in_line()
        trace = Trace.objects.filter(pk=ticket.pk).first()
        if trace is None or ticket.about_staff:
            raise Refused(_("This request cannot be put together with others."), field="number")
        if trace.group_id == group.pk:
            return
        if trace.group_id:
            raise Refused(_("It belongs to another group. Take it out there first."), field="number")
        first = group.traces.order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            raise Refused(_("This group has no members any more."))
        Trace.objects.filter(pk=ticket.pk).update(is_out=True)
        tie(first, ticket.pk)
        Hand.objects.create(ticket=ticket, group=group, put_in=True, reason=reason, by=by)
        settle([first, ticket.pk])


def set_aside(group: Group, *, by: User, reason: str) -> None:
    """Not on the desk again until it has grown.

    Raises:
        Refused: this person may not, or says no reason.
    """
    reason = _checked(group, by, reason)
    Group.objects.filter(pk=group.pk).update(seen_size=group.size, seen_by=by, seen_reason=reason)


def _checked(group: Group, by: User, reason: str) -> str:
    if not access.may_edit(by, group):
        raise Refused(_("Groups are changed by the street and by the community they lie in."))
    if not (reason := storable(reason).strip()[:WORDS_MAX]):
        raise Refused(_("Please write why."), field="reason")
    return reason
