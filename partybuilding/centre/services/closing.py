"""A room or a whole centre is closed for a time; who had a room then is told."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding import access
from partybuilding.access import By
from partybuilding.centre.models import Booking, Centre, Closure, Room
from partybuilding.centre.queries import Span, ranged
from partybuilding.centre.services import steps
from partybuilding.centre.workflow import State
from wangguan import clock, journal
from wangguan.refusals import Refused

LONGEST = timedelta(days=366)


class StillBooked(Refused):
    """There are bookings in that time, which may be taken back with it."""

    def __init__(self, bookings: Sequence[Booking]) -> None:
        said = _("Booked in that time: %(bookings)s. Tick below to take these rooms back.")
        super().__init__(said % {"bookings": "; ".join(map(str, bookings))}, field="take_back")


@transaction.atomic
def close(
    centre: Centre, *, room: Room | None, span: Span, why: str, take_back: bool, by: By
) -> tuple[Closure, int]:
    """Close a room, or every room of the centre; how many bookings were taken back for it.

    Raises:
        Refused: not the keeper, over already, another centre's room, or an activity is in the way.
        StillBooked: there are bookings, and `take_back` does not say that they may go.
    """
    _check(centre, span, by)
    if room and room.centre_id != centre.pk:
        raise Refused(_("This room is in another centre."), field="room")
    rooms = list(centre.rooms.filter(pk=room.pk) if room else centre.rooms.all())
    list(
        Room.objects.select_for_update(no_key=True).filter(pk__in=[each.pk for each in rooms]).order_by("pk")
    )
    hit = _hit(rooms, span)
    if any(booking.is_of_activity for booking in hit):
        raise Refused(_("An activity is planned in that time; call it off first."))
    if hit and not take_back:
        raise StillBooked(hit)
    row = Closure.objects.create(centre=centre, room=room, span=ranged(span), why=why, made_by=by.user)
    for booking in hit:
        name = "refuse" if booking.state == State.REQUESTED else "take_back"
        steps.take(booking, name, by=by, note=why, alone=True)
    journal.note(by.user, [row], journal.ADDITION, str(room or centre))
    return row, len(hit)


def lift(closure: Closure, *, by: By) -> None:
    """The closure was a mistake, or ends early: it goes.

    Raises:
        Refused: not the keeper, or it is over and stays on record.
    """
    if by.user is None or not access.keeps(by.user, closure.centre.community_id):
        raise Refused(_("This is not yours to do."))
    if closure.span.upper <= clock.now():
        raise Refused(_("It is over; it stays on record."))
    with transaction.atomic():
        journal.note(by.user, [closure], journal.DELETION, closure.why)
        closure.delete()


def _check(centre: Centre, span: Span, by: By) -> None:
    if by.user is None or not access.keeps(by.user, centre.community_id):
        raise Refused(_("This is not yours to do."))
    if span[1] <= span[0]:
        raise Refused(_("It ends before it begins."), field="until")
    if span[1] <= clock.now():
        raise Refused(_("This time is over."), field="until")
    if span[1] - span[0] > LONGEST:
        raise Refused(_("A closure lasts a year at most; take the room out of use instead."), field="until")


def _lock(rooms: Sequence[Room]) -> None:
    """Nobody books these rooms until the closure stands; always in one order, so that two never embrace."""
    keys = [room.pk for room in rooms]
    list(Room.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _hit(rooms: Sequence[Room], span: Span) -> list[Booking]:
    """Bookings that have not begun and fall into the span, in the order of time."""
    rows = Booking.objects.blocking().between(*span).filter(room__in=rooms, span__startswith__gt=clock.now())
    locked = rows.for_list().select_for_update(of=("self",)).order_by("span", "pk")
    return list(locked)
