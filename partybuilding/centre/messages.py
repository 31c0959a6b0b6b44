"""Who is told what of rooms: a link and a day, never a name or a phone."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding.centre.models import Booking
from partybuilding.centre.workflow import State
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

ASKED, GIVEN, DENIED = "centre_asked", "centre_given", "centre_denied"
TAKEN, TOMORROW = "centre_taken_back", "centre_tomorrow"
_KINDS = {
    ASKED: (_("A room to give"), _("Somebody asks for a room on %(day)s; please answer: %(link)s")),
    GIVEN: (_("The room is yours"), _("The room you asked for on %(day)s is yours: %(link)s")),
    DENIED: (_("The room is not free"), _("The room you asked for on %(day)s cannot be given: %(link)s")),
    TAKEN: (_("The room was taken back"), _("The room you booked on %(day)s cannot be used: %(link)s")),
    TOMORROW: (_("Your room tomorrow"), _("You have booked a room on %(day)s: %(link)s")),
}
_OF_STATE = {State.APPROVED: GIVEN, State.REFUSED: DENIED, State.CANCELLED: TAKEN}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        kinds.register(
            kinds.Kind(name, title, text, "%(at)s", sms_template=name.upper(), sms_params=("day", "link"))
        )


def of_asked(booking: Booking, people: Iterable[User]) -> list[Draft]:
    """To whoever keeps the centre, in the portal."""
    address = booking.get_absolute_url()
    return [_in_app(ASKED, booking, person, address) for person in people]


def of_answer(bookings: Iterable[Booking]) -> list[Draft]:
    """To the booker: what the office said; of a series once, for its first week."""
    first = min(bookings, key=lambda row: row.week)
    return [_to_booker(_OF_STATE[State(first.state)], first)]


def of_tomorrow(booking: Booking) -> list[Draft]:
    """To the booker, the day before."""
    return [_to_booker(TOMORROW, booking)]


def _to_booker(kind: str, booking: Booking) -> Draft:
    if booking.user:
        return _in_app(kind, booking, booking.user, booking.get_absolute_url())
    return Draft(
        key=f"{kind}:{booking.pk}:sms",
        kind=kind,
        channel="sms",
        to=booking.phone,
        context=_context(booking, reverse("centre_mine")),
        # Nobody is woken for it.
        not_before=hours.window(clock.now()),
    )


def _in_app(kind: str, booking: Booking, person: User, address: str) -> Draft:
    return Draft(
        key=f"{kind}:{booking.pk}:in_app:{person.pk}",
        kind=kind,
        channel="in_app",
        user=person,
        topic=f"CENTRE-{booking.pk}",
        context=_context(booking, address),
    )


def _context(booking: Booking, address: str) -> dict[str, Any]:
    return {"day": timezone.localdate(booking.starts_at).isoformat(), "at": address}
