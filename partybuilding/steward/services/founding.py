"""A table is set up for an estate, its company is changed, it ends."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Estate, User, today
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings.models import Body
from partybuilding.meetings.services import tables
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import BodyKind, Side
from partybuilding.organisations.models import Organisation
from partybuilding.steward.models import CrossAppointment, Steward
from wangguan import journal
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Firm:
    """The property company, and whom to reach there; all empty where an estate has none."""

    name: str = ""
    contact: str = ""
    phone: str = ""


@transaction.atomic
def set_up(
    estate: Estate, *, by: User, firm: Firm, households: int, branch: Organisation | None = None
) -> Steward:
    """A table for the estate; set up twice it is the first one.

    Raises:
        Refused: not this community's office.
    """
    _keeps(by, estate.community_id)
    if first := Steward.objects.standing().filter(estate=estate).first():
        return first
    try:
        with transaction.atomic():
            return _founded(Steward(estate=estate, branch=branch, households=households), by, firm)
    except (IntegrityError, Refused):
        if first := Steward.objects.standing().filter(estate=estate).first():
            return first  # somebody else was faster
        raise


def _founded(row: Steward, by: User, firm: Firm) -> Steward:
    """The table, and the property company's contact at it."""
    place = row.estate
    row.body = tables.found(
        kind=BodyKind.STEWARD, name=place.name, community=place.community, by=By(by), organisation=row.branch
    )
    _hire(row, firm)
    row.save()
    if firm.phone:
        sitting = Sitting(Side.PROPERTY, firm.name, name=firm.contact, phone=firm.phone)
        tables.seat(row.body, sitting, by=By(by))
    journal.note(by, [row], journal.ADDITION, place.name)
    return row


@transaction.atomic
def change(
    steward: Steward, *, by: User, firm: Firm, households: int, branch: Organisation | None = None
) -> None:
    """Another company, another contact, another branch.

    Raises:
        Refused: not this community's office, or the table ended.
    """
    _keeps(by, steward.community_id)
    if steward.ended_on:
        raise Refused(_("This table has ended."))
    _hire(steward, firm)
    steward.households, steward.branch = households, branch
    steward.save()
    Body.objects.filter(pk=steward.body_id).update(organisation=branch)
    journal.note(by, [steward], journal.CHANGE, str(_("Property company or branch")))


def _hire(steward: Steward, firm: Firm) -> None:
    steward.firm = firm.name
    steward.contact_name, steward.contact_phone = (firm.contact, firm.phone) if firm.name else ("", "")


@transaction.atomic
def end(steward: Steward, *, by: User) -> None:
    """The table is no more; what it did stays.

    Raises:
        Refused: not this community's office, or a meeting is still to come.
    """
    _keeps(by, steward.community_id)
    if steward.ended_on:
        return
    tables.end(steward.body, on=today(), by=By(by))
    Steward.objects.filter(pk=steward.pk).update(ended_on=today())
    steward.ended_on = today()
    journal.note(by, [steward], journal.CHANGE, str(_("Table ended")))


@transaction.atomic
def appoint(steward: Steward, crossing: CrossAppointment, *, by: User) -> CrossAppointment:
    """Somebody of one body also sits in another.

    Raises:
        Refused: not this community's office.
    """
    _keeps(by, steward.community_id)
    crossing.steward = steward
    crossing.save()
    journal.note(by, [steward], journal.CHANGE, str(crossing))
    return crossing


@transaction.atomic
def discharge(crossing: CrossAppointment, *, by: User) -> None:
    """It ends today.

    Raises:
        Refused: not this community's office.
    """
    _keeps(by, crossing.steward.community_id)
    if crossing.is_standing():
        CrossAppointment.objects.filter(pk=crossing.pk).update(ends_on=today())
        journal.note(by, [crossing.steward], journal.CHANGE, f"{crossing}: {today().isoformat()}")


def _keeps(user: User, community_id: int) -> None:
    if not access.keeps(user, community_id):
        raise Refused(_("Only the community's office keeps this table."))
