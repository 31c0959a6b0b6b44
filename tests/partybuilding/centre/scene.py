"""A centre with a hall and a small room, a unit's contact who may book, for tests."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from grids.models import User, today
from partybuilding.access import By
from partybuilding.centre import hours
from partybuilding.centre.models import Booking, Centre, Opening, Room
from partybuilding.centre.queries import Span, ranged
from partybuilding.centre.services import booking
from partybuilding.centre.services.booking import Whom, Wish
from partybuilding.centre.terms import OpenTo
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.checkins.services.entering import Whom as Contact
from tests.cast import Cast
from tests.partybuilding import clients
from tests.partybuilding.checkins import scene as checkins
from tests.partybuilding.clients import as_ as as_
from wangguan.privacy import keyed_hash

NAME, PHONE, OTHER_PHONE = "孙丽华", "19953780001", "19953780002"


def knowing(phone: str = PHONE) -> Client:
    return clients.knowing(phone)


def of_phone(phone: str = PHONE) -> By:
    return By(phone_hash=keyed_hash(phone))


def contact(cast: Cast, phone: str = PHONE, name: str = "市中区交通局") -> UnitCheckIn:
    """A unit whose contact holds this phone."""
    return checkins.unit_in(cast, name=name, contact=Contact(NAME, phone))


def make_centre(cast: Cast, *, street: bool = False, **fields: Any) -> Centre:
    given = {"name": "街道党群服务中心" if street else "九区党群服务中心", "address": "九区12号楼"}
    community = None if street else fields.pop("community", cast.community_unit)
    return Centre.objects.create(community=community, **{**given, **fields})


def make_room(centre: Centre, *, days: Any = range(7), **fields: Any) -> Room:
    """Open from nine to eight in the evening, every day unless told."""
    given = {"name": "二楼会议室", "capacity": 30, "open_to": OpenTo.UNITS, "needs_approval": True}
    room = Room.objects.create(centre=centre, **{**given, **fields})
    Opening.objects.bulk_create(
        Opening(room=room, weekday=day, opens=time(9), closes=time(20)) for day in days
    )
    return room


def next_day(ahead: int = 3) -> date:
    return today() + timedelta(days=ahead)


def span(ahead: int = 3, first: str = "10:00", last: str = "12:00") -> Span:
    day = next_day(ahead)
    return hours.at(day, time.fromisoformat(first)), hours.at(day, time.fromisoformat(last))


def ask(room: Room, *, by: By | None = None, phone: str = PHONE, **fields: Any) -> list[Booking]:
    """The contact asks for the room, unless somebody else is named."""
    by, form_id = by or of_phone(phone), fields.pop("form_id", uuid4())
    whom = fields.pop("whom", Whom(user=by.user) if by.user else Whom(name=NAME, phone=phone))
    wish = Wish(**{"first": span(), "purpose": "支部会", "people": 12, **fields})
    return booking.book(room, wish, whom=whom, by=by, form_id=form_id)


def put(
    room: Room, user: User, *, when: Span | None = None, state: str = "approved", **fields: Any
) -> Booking:
    """A booking in some state, past every rule but the database's."""
    given = {"purpose": "例会", "people": 5, "user": user, "form_id": uuid4()}
    return Booking.objects.create(room=room, span=ranged(when or span()), state=state, **{**given, **fields})


def moment(text: str) -> datetime:
    """ "2026-03-01 10:00" where the portal stands."""
    day, hour = text.split()
    return hours.at(date.fromisoformat(day), time.fromisoformat(hour))
