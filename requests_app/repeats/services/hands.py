"""What people change in a group: out, in, set aside. Rules never undo it."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import Ticket
from requests_app.repeats import access
from requests_app.repeats.models import Group, Hand, Link, Trace
from requests_app.repeats.services.grouping import link, settle, stand_in_line
from requests_app.repeats.terms import WORDS_MAX, LinkKind
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
        _hand_on(ticket.pk, rest)
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
        _tie(first, ticket.pk)
        Hand.objects.create(ticket=ticket, group=group, put_in=True, reason=reason, by=by)
        settle([first, ticket.pk])


def set_aside(group: Group, *, by: User, reason: str) -> None:
    """Not on the desk again until it has grown.

    Raises:
        Refused: this person may not, or says no reason.
    """
    reason = _checked(group, by, reason)
    Group.objects.filter(pk=group.pk).update(seen_size=group.size, seen_by=by, seen_reason=reason)


def _hand_on(ticket: int, rest: list[int]) -> None:
    """Whoever was put to the leaving ticket by hand is put to another one instead."""
    own = Link.objects.filter(Q(a=ticket) | Q(b=ticket), kind=LinkKind.HAND)
    tied = [b if a == ticket else a for a, b in own.values_list("a", "b")]
    own.delete()
    out = set(Trace.objects.filter(pk__in=tied, is_out=True).values_list("pk", flat=True))
    anchor = next((pk for pk in sorted(rest) if pk not in out), None)
    for pk in out if anchor else ():
        _tie(anchor, pk)


def _tie(one: int | None, two: int) -> None:
    if one is not None:
        Link.objects.get_or_create(a_id=min(one, two), b_id=max(one, two), kind=LinkKind.HAND)


def _checked(group: Group, by: User, reason: str) -> str:
    if not access.may_edit(by, group):
        raise Refused(_("Groups are changed by the street and by the community they lie in."))
    if not (reason := storable(reason).strip()[:WORDS_MAX]):
        raise Refused(_("Please write why."), field="reason")
    return reason
