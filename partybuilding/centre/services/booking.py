"""A room is asked for, once or week by week; whatever stands against it is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import User, today
from partybuilding import access as keepers
from partybuilding.access import By
from partybuilding.centre import access, hours, messages
from partybuilding.centre.models import Booking, Closure, Room
from partybuilding.centre.queries import Span, ranged
from partybuilding.centre.terms import AHEAD_DAYS, AHEAD_EACH, MOST_HOURS
from partybuilding.centre.workflow import State
from partybuilding.checkins.models import Unit
from wangguan import clock
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Whom:
    """Who will have the room: a member of the staff, or a name and a phone, perhaps for a unit."""

    user: User | None = None
    name: str = ""
    phone: str = ""
    unit: Unit | None = None


@dataclass(frozen=True)
class Wish:
    """What is wanted. `weeks` spans follow each other weekly; `leave_out`: book those that are free."""

    first: Span
    purpose: str
    people: int
    weeks: int = 1
    leave_out: bool = False

    @property
    def spans(self) -> list[Span]:
        start, end = self.first
        return [(start + timedelta(weeks=n), end + timedelta(weeks=n)) for n in range(self.weeks)]


class Clashes(Refused):
    """Some weeks cannot be had; `free` says whether others can."""

    def __init__(self, found: Sequence[str], *, free: bool) -> None:
        super().__init__(" ".join(found), field="day")
        self.found, self.free = found, free


@transaction.atomic
def book(room: Room, wish: Wish, *, whom: Whom, by: By, form_id: UUID) -> list[Booking]:
    """Ask for a room; whoever keeps it, and rooms that nobody answers for, get it at once.

    The same form again gives the same bookings.

    Raises:
        Refused: not open to them, or a wish that no room could fulfil.
        Clashes: closed or taken then; nothing was booked.
    """
    room = locked(room)
    if first := list(Booking.objects.filter(form_id=form_id).order_by("week")):
        return first
    _check_who(room, whom, by)
    _check_wish(room, wish)
    against = standing_against(room, wish.spans)
    if any(against) and not (wish.leave_out and not all(against)):
        raise Clashes([said for said in against if said], free=not all(against))
    at_once = access.keeps(by.user, room) or not room.needs_approval
    rows = _write(
        room,
        [(week, span) for week, (span, said) in enumerate(zip(wish.spans, against, strict=True)) if not said],
        Booking(
            purpose=wish.purpose,
            people=wish.people,
            user=whom.user,
            name=whom.name,
            phone=whom.phone,
            unit=whom.unit,
            state=State.APPROVED if at_once else State.REQUESTED,
            form_id=form_id,
            made_by=by.user,
        ),
    )
    if not at_once:
        outbox.add(messages.of_asked(rows[0], keepers.keepers_of(room.centre.community_id)))
    return rows


def locked(room: Room) -> Room:
    """The room as it stands, and nobody else books or closes it until this transaction ends."""
    return Room.objects.with_hours().select_for_update(of=("self",), no_key=True).get(pk=room.pk)


def standing_against(room: Room, spans: Iterable[Span], *, besides: Booking | None = None) -> list[str]:
    """For each span why the room cannot be had then, or nothing; two statements.

    Args:
        room: as `locked` gives it.
        besides: a booking that is to move, and does not stand in its own way.
    """
    spans = list(spans)
    start, end = spans[0][0], spans[-1][1]
    closures = list(Closure.objects.of_room(room).between(start, end))
    others = room.bookings.blocking().between(start, end).exclude(pk=besides.pk if besides else 0)
    taken = [(row.lower, row.upper) for row in others.values_list("span", flat=True)]
    return [_against(room, span, closures, taken) for span in spans]


def _against(room: Room, span: Span, closures: list[Closure], taken: list[Span]) -> str:
    day = hours.day_of(span[0])
    said = {"day": Booking(span=ranged(span)).when}
    row = hours.opening(room, day)
    if row is None:
        return _("%(day)s: the room is closed on this day of the week.") % said
    if not hours.at(day, row.opens) <= span[0] < span[1] <= hours.at(day, row.closes):
        said |= {"opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}"}
        return _("%(day)s: the room is open from %(opens)s to %(closes)s.") % said
    for closure in hours.closing(room, closures, span):
        return _("%(day)s: closed, %(why)s.") % {**said, "why": closure.why}
    if any(hours.overlap(span, each) for each in taken):
        return _("%(day)s: somebody else has the room.") % said
    return ""


def _check_who(room: Room, whom: Whom, by: By) -> None:
    if not room.in_use or not access.may_book(by, room):
        raise Refused(_("This room is not open to you. Please call the centre."))
    if by.user is None and keyed_hash(whom.phone) != by.phone_hash:
        raise Refused(_("Please give the phone you entered with."), field="phone")
    if by.user is None and Booking.objects.of_phone(by.phone_hash).blocking().ahead().count() >= AHEAD_EACH:
        raise Refused(
            _("You have many rooms booked already. Please give one back first, or call the centre.")
        )


def _check_wish(room: Room, wish: Wish) -> None:
    check_span(wish.first)
    if wish.people > room.capacity:
        raise Refused(_("The room has %(seats)d seats.") % {"seats": room.capacity}, field="people")
    if hours.day_of(wish.spans[-1][0]) > _last_day():
        raise Refused(_too_far(), field="weeks")


def check_span(span: Span) -> None:
    """Whatever room it is: in order, ahead, not too far, not too long.

    Raises:
        Refused: `field` says which of day, first, last.
    """
    start, end = span
    if end <= start:
        raise Refused(_("It ends before it begins."), field="last")
    if start <= clock.now():
        raise Refused(_("This hour is over. Please choose a later one."), field="first")
    if end - start > timedelta(hours=MOST_HOURS):
        raise Refused(_("A room is booked for %(most)d hours at most.") % {"most": MOST_HOURS}, field="last")
    if hours.day_of(start) > _last_day():
        raise Refused(_too_far(), field="day")


def _last_day() -> date:
    return today() + timedelta(days=AHEAD_DAYS)


def _too_far() -> str:
    return _("Rooms are booked up to %(days)d days ahead.") % {"days": AHEAD_DAYS}


def _write(room: Room, weeks: list[tuple[int, Span]], like: Booking) -> list[Booking]:
    """One row a week. The database has the last word: whoever came past the lock took the hour."""
    shared = {
        name: getattr(like, name)
        for name in ("purpose", "people", "user", "name", "phone", "unit", "state", "form_id", "made_by")
    }
    try:
        with transaction.atomic():
            return [
                Booking.objects.create(room=room, span=ranged(span), week=week, **shared)
                for week, span in weeks
            ]
    except IntegrityError as error:
        if "centre_booking_no_overlap" not in str(error):
            raise
        raise Refused(_("Somebody else was faster; please choose another hour."), field="day") from None
