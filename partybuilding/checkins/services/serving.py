"""Helping hands: a need is entered, members are asked, come, report hours; the community confirms them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins import messages
from partybuilding.checkins.access import seats
from partybuilding.checkins.models import MemberCheckIn, Need, Service
from partybuilding.checkins.queries import HERE
from partybuilding.checkins.services.steps import check, take
from partybuilding.checkins.terms import WORDS_MAX
from partybuilding.checkins.workflow import SERVICE_STEPS, State, Turn
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable

COMING = (Turn.COMING, Turn.REPORTED, Turn.CONFIRMED)
"""Turns that take a place."""


@transaction.atomic
def ask(need: Need, members: Iterable[MemberCheckIn], *, by: By) -> int:
    """Ask members whether they come, by text message; how many were asked who had not been before.

    Raises:
        Refused: not this community's office, or the need is over.
    """
    if by.user is None or not access.keeps(by.user, need.community_id):
        raise Refused(_("Only the community's office asks members."))
    if need.is_over:
        raise Refused(_("It is over; enter a new need."))
    own = [member for member in members if member.community_id == need.community_id and member.state in HERE]
    known = set(need.services.values_list("member", flat=True))
    fresh = [member for member in own if member.pk not in known]
    rows = [Service(need=need, member=member, turn=Turn.ASKED, day=_day(need)) for member in fresh]
    Service.objects.bulk_create(rows, ignore_conflicts=True)
    outbox.add(messages.of_asked(need, fresh))
    journal.note(by.user, [need], journal.CHANGE, f"{Turn.ASKED.label}: {len(fresh)}")
    return len(fresh)


@transaction.atomic
def come(need: Need, member: MemberCheckIn, *, by: By) -> Service:
    """A member will come, asked or of their own accord; of two who want the last place, one gets it.

    Raises:
        Refused: not this member, of another community, over, or every place is taken.
    """
    row = Need.objects.select_for_update().get(pk=need.pk)
    _may_come(row, member, by)
    service = row.services.filter(member=member).first()
    if service and service.turn in COMING:
        return service
    if row.services.filter(turn__in=COMING).count() >= row.wanted:
        raise Refused(_("Thank you! Enough neighbours come already."))
    if service is None:
        return Service.objects.create(need=row, member=member, turn=Turn.COMING, day=_day(row))
    swap(service, turn=Turn.COMING)
    return service


def _may_come(need: Need, member: MemberCheckIn, by: By) -> None:
    if not SERVICE_STEPS["come"].who & seats(by, member):
        raise Refused(_("This is not yours to do."))
    if member.community_id != need.community_id or member.state not in HERE:
        raise Refused(_("Your check-in is not confirmed in this community."))
    if need.is_over:
        raise Refused(_("It is over."))


def decline(service: Service, *, by: By) -> None:
    """A member cannot come; the place is free again.

    Raises:
        Refused: not this member, or hours were reported already.
    """
    if service.turn == Turn.DECLINED:
        return
    check(SERVICE_STEPS["decline"], service.turn, seats(by, service.member), "")
    swap(service, turn=Turn.DECLINED)


@transaction.atomic
def report(service: Service, *, by: By, hours: Decimal, words: str) -> None:
    """How long it took, told by the member or the office.

    Raises:
        Refused: not theirs, not begun yet, or confirmed already.
    """
    check(SERVICE_STEPS["report"], service.turn, seats(by, service.member), "")
    if service.day > timezone.localdate(clock.now()):
        raise Refused(_("This day has not come yet."), field="hours")
    swap(service, turn=Turn.REPORTED, hours=hours, words=words, note="")


@transaction.atomic
def report_own(
    member: MemberCheckIn, *, by: By, day: date, hours: Decimal, words: str, form_id: UUID
) -> Service:
    """Something a member did without being asked; the same form again is the same report.

    Raises:
        Refused: not this member, not confirmed, or a day that has not come.
    """
    if first := Service.objects.filter(form_id=form_id).first():
        return first
    if not seats(by, member) or member.state not in HERE:
        raise Refused(_("Your check-in is not confirmed in this community."))
    if day > timezone.localdate(clock.now()):
        raise Refused(_("This day has not come yet."), field="day")
    return Service.objects.create(
        member=member, turn=Turn.REPORTED, day=day, hours=hours, words=words, form_id=form_id
    )


@transaction.atomic
def judge(service: Service, name: str, *, by: By, note: str = "") -> None:
    """The office confirms hours, or says why not; the first confirmed hours make a check-in active.

    Raises:
        Refused: not this community's office, nothing to judge, or words are missing.
    """
    step, note = SERVICE_STEPS[name], storable(note)[:WORDS_MAX]
    if service.turn == step.to:
        return
    check(step, service.turn, seats(by, service.member), note)
    swap(service, turn=step.to, note=note, confirmed_by=by.user, confirmed_at=clock.now())
    if by.user:
        said = f"{Turn(step.to).label}: {service.day.isoformat()}"
        journal.note(by.user, [service.member], journal.CHANGE, said)
    if step.to == Turn.CONFIRMED and service.member.state == State.CONFIRMED:
        take(service.member, "begin", by=by)


def _day(need: Need) -> date:
    return timezone.localdate(need.starts_at)
