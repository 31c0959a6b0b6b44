"""An activity is planned with its room in one go; the room follows when it is changed or called off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.centre import access
from partybuilding.centre.models import Activity, Booking, Room
from partybuilding.centre.queries import Span, ranged
from partybuilding.centre.services.booking import Clashes, check_span, locked, standing_against
from partybuilding.centre.workflow import State
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.services import making
from wangguan.refusals import Refused
from wangguan.swap import swap


@transaction.atomic
def plan(
    room: Room,
    title: str,
    *,
    span: Span,
    theme: str,
    organiser: str,
    form_id: UUID,
    by: By,
    words: str = "",
    places: int | None = None,
    closes_at: datetime | None = None,
) -> Activity:
    """Announce a gathering in this room and book the room for it; the same form again is the same activity.

    Args:
        places: as many as the room has seats unless told.

    Raises:
        Refused: not the keeper, more places than seats, or a span that no room could have.
        Clashes: the room is closed or taken then.
    """
    room = locked(room)
    if first := Activity.objects.filter(gathering__form_id=form_id).first():
        return first
    if not room.in_use or not access.keeps(by.user, room):
        raise Refused(_("Only whoever keeps the centre plans activities there."))
    places = places or room.capacity
    check_span(span)
    _check_room(room, span, places)
    gathering = making.make(
        title,
        community=room.centre.community,
        place=f"{room.centre} {room}",
        starts_at=span[0],
        ends_at=span[1],
        form_id=form_id,
        by=by,
        words=words,
        places=places,
        closes_at=closes_at,
    )
    booking = Booking.objects.create(
        room=room,
        span=ranged(span),
        purpose=gathering.title,
        people=places,
        user=by.user,
        state=State.APPROVED,
        form_id=form_id,
        made_by=by.user,
    )
    return Activity.objects.create(gathering=gathering, booking=booking, theme=theme, organiser=organiser)


def follow(gathering: Gathering, by: By) -> None:
    """The gathering was changed or called off: its room moves with it, or is free for others.

    Raises:
        Refused: the room cannot be had then, or has fewer seats; the change is taken back.
    """
    found = Activity.objects.filter(gathering=gathering).select_related("booking__room")
    if (activity := found.first()) is None:
        return
    booking = activity.booking
    if gathering.is_off:
        swap(booking, state=State.CANCELLED, note=gathering.why_off)
        return
    room, span = locked(booking.room), (gathering.starts_at, gathering.ends_at)
    if span[0] != booking.starts_at:
        check_span(span)
    places = gathering.places or 0
    _check_room(room, span, places, besides=booking)
    swap(booking, span=ranged(span), people=places, purpose=gathering.title)


def _check_room(room: Room, span: Span, places: int, *, besides: Booking | None = None) -> None:
    """Without a limit more would come than may sit there."""
    if not 1 <= places <= room.capacity:
        raise Refused(_("The room has %(seats)d seats.") % {"seats": room.capacity}, field="places")
    if against := "".join(standing_against(room, [span], besides=besides)):
        raise Clashes([against], free=False)
