"""As what somebody meets a booking, and who may book which room."""

from dataclasses import dataclass

from grids.models import User
from partybuilding import access
from partybuilding.access import By
from partybuilding.centre.models import Booking, Room
from partybuilding.centre.terms import OpenTo
from partybuilding.centre.workflow import TABLE, Seat, Step
from partybuilding.checkins.models import MemberCheckIn, Unit, UnitCheckIn
from partybuilding.door import hats
from partybuilding.gatherings import people


@dataclass(frozen=True)
class Known:
    """What is known of a phone: whose it is, and of which units.

    Attributes:
        name: as it was given; empty when nothing is known but the phone.
        phone: the number itself, with the name.
        units: those whose contact this is.
    """

    name: str
    phone: str
    units: tuple[Unit, ...]


NOBODY = Known("", "", ())


def known_as(phone_hash: str) -> Known:
    """Whose phone this is: as a check-in has it, else as any other room does."""
    found = checked_in(phone_hash)
    if found is NOBODY and (whom := people.of_phone(phone_hash)):
        return Known(whom.name, whom.phone, ())
    return found


def checked_in(phone_hash: str) -> Known:
    """The contact of a unit, or a member who checked in."""
    if not phone_hash:
        return NOBODY
    rows = UnitCheckIn.objects.here().filter(unit__contact_hash=phone_hash).select_related("unit")
    units = {row.unit_id: row.unit for row in rows.order_by("pk")}
    for unit in units.values():
        return Known(unit.contact_name, unit.contact_phone, tuple(units.values()))
    member = MemberCheckIn.objects.standing().filter(phone_hash=phone_hash).first()
    return Known(member.name, member.phone, ()) if member else NOBODY


def keeps(user: User | None, room: Room) -> bool:
    """Whether this person keeps the centre of the room; `room.centre` is read with it."""
    return user is not None and access.keeps(user, room.centre.community_id)


def may_book(by: By, room: Room) -> bool:
    """Whether `by` may ask for this room at all.

    Offices book the rooms of their own centre and of the street's; others as the room says.
    """
    if by.user is not None:
        street = room.centre.community_id is None
        return keeps(by.user, room) or (street and access.may_write(by.user))
    if room.open_to == OpenTo.UNITS:
        return bool(known_as(by.phone_hash).units)
    return room.open_to == OpenTo.KNOWN and bool(hats.of(by.phone_hash))


def seats(by: By, booking: Booking) -> frozenset[Seat]:
    """As what `by` meets this booking; empty for a stranger."""
    found = set()
    if keeps(by.user, booking.room):
        found.add(Seat.KEEPER)
    if by.user and booking.user_id == by.user.pk:
        found.add(Seat.BOOKER)
    if by.phone_hash and booking.phone_hash == by.phone_hash:
        found.add(Seat.BOOKER)
    return frozenset(found)


def allowed(by: By, booking: Booking) -> list[Step]:
    """Steps to offer: none once the time has begun, none of a booking that belongs to an activity."""
    if booking.has_begun or booking.is_of_activity:
        return []
    held = seats(by, booking)
    return _one_way_back([step for step in TABLE if step.who & held and booking.state in step.starts])


def _one_way_back(steps: list[Step]) -> list[Step]:
    """Whoever both keeps the room and has it gives it back without explaining it to themselves."""
    names = {step.name for step in steps}
    return [step for step in steps if step.name != "take_back" or "give_back" not in names]
