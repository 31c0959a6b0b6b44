"""Where the centres show themselves: the office's side, the desk, the door."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding import access
from partybuilding.centre.models import Booking
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill

PLACE = 78
"""Among the narrow queues of the desk."""


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Service centres and rooms"), "centres", place=80))
    queues.register(Queue("centre_rooms", _("Rooms to give"), "centre/queue.html", PLACE, to_answer))
    hats.register(of_phone)


def to_answer(user: User, limit: int) -> Waiting | None:
    """Rooms that somebody asks for, the oldest first, for whoever keeps the centre."""
    if not access.may_write(user):
        return None
    found = Booking.objects.to_answer().order_by("pk")
    if not access.keeps_street(user):
        found = found.filter(room__centre__community__in=access.own_communities(user))
    return fill(found, lambda rows: list(rows.for_list()), limit=limit, more=reverse("centres"))  # type: ignore[attr-defined]


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """The next room that somebody has booked."""
    ahead = Booking.objects.of_phone(phone_hash).blocking().ahead().select_related("room")
    if first := ahead.order_by("span").first():
        yield Hat(_("Booked a room"), str(first), reverse("centre_mine"))
