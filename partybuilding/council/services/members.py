"""A council is set up; a unit that checked in takes a seat there, or sends somebody else."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Community, today
from partybuilding.access import By
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.checkins.queries import HERE
from partybuilding.council.models import Membership
from partybuilding.meetings.access import meet
from partybuilding.meetings.models import Body, Seat
from partybuilding.meetings.services import tables
from partybuilding.meetings.services.checks import keeper
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import BodyKind, Side
from wangguan.refusals import Refused


def found(*, name: str, community: Community | None, by: By) -> Body:
    """Set up a council of a community, or of the street; its topics are handed in 15 days ahead.

    Raises:
        Refused: not this person's to set up, or one of this name stands already.
    """
    return tables.found(kind=BodyKind.COUNCIL, name=name, community=community, by=by)


@transaction.atomic
def join(body: Body, check_in: UnitCheckIn, *, by: By) -> Membership:
    """Give a unit its seat, held by its contact; with another contact now, the seat passes to them.

    What the unit took on stays the unit's. Twice by the same tap is once.

    Raises:
        Refused: not this person's council, it meets no more, or the unit is not checked in there.
    """
    keeper(meet(by, body))
    row = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    _may_join(row, check_in)
    # By unit: one that checked in to two communities sits once at the street's council.
    found = Membership.objects.select_related("seat", "check_in__unit")
    sitting = found.filter(body=row, check_in__unit=check_in.unit_id).order_by("pk")
    membership = next((each for each in sitting if each.seat.is_standing()), None)
    if membership:
        if not membership.has_another_contact:
            return membership
        _vacate(membership.seat, by)
    seat = tables.seat(row, _sitting(check_in), by=by)
    return Membership.objects.update_or_create(body=row, check_in=check_in, defaults={"seat": seat})[0]


def _may_join(body: Body, check_in: UnitCheckIn) -> None:
    if body.ended_on or body.kind != BodyKind.COUNCIL:
        raise Refused(_("This table meets no more."))
    elsewhere = body.community_id is not None and body.community_id != check_in.community_id
    if elsewhere or check_in.state not in HERE:
        raise Refused(_("Only units that are checked in here sit at this council."))


def _vacate(seat: Seat, by: By) -> None:
    """Yesterday was its last day; a seat that was given today is as long as that day."""
    tables.vacate(seat, on=max(seat.starts_on, today() - timedelta(days=1)), by=by)


def _sitting(check_in: UnitCheckIn) -> Sitting:
    unit = check_in.unit
    return Sitting(
        Side.UNIT, unit=unit.name, name=unit.contact_name, phone=unit.contact_phone, may_chair=True
    )
