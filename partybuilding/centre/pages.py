"""Where the centres show themselves: the office's side, the desk, the door."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding import access
from partybuilding.centre.access import checked_in
from partybuilding.centre.models import Booking
from partybuilding.centre.services import activities
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.gatherings import following, people
from partybuilding.gatherings.kinds import register_kind
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.people import Whom
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
    people.register(as_checked_in)
    register_kind(
        _("The centre's week"),
        week_of,
        own_url_of=centre_of,
        related="centre_activity__booking__room",
    )
    following.register(activities.follow)


def to_answer(user: User, limit: int) -> Waiting | None:
    """Rooms that somebody asks for, the oldest first, for whoever keeps the centre."""
    if not access.may_write(user):
        return None
    found = Booking.objects.to_answer().order_by("pk")
    if not access.keeps_street(user):
        found = found.filter(room__centre__community__in=access.own_communities(user))
    return fill(found, lambda rows: list(rows.for_list()), limit=limit, more=reverse("centres"))  # type: ignore[attr-defined]


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """The next room that somebody has booked; the contact of a unit may book one."""
    ahead = Booking.objects.of_phone(phone_hash).blocking().ahead().select_related("room")
    if first := ahead.order_by("span").first():
        yield Hat(_("Booked a room"), str(first), reverse("centre_mine"))
    elif units := checked_in(phone_hash).units:
        yield Hat(_("May book rooms of the service centres"), str(units[0]), reverse("centre_public_list"))


def as_checked_in(phone_hash: str) -> Whom | None:
    """Contacts of units and members who checked in sign up for what goes on without typing their name."""
    known = checked_in(phone_hash)
    return Whom(name=known.name, phone=known.phone) if known.name else None


def week_of(gathering: Gathering) -> str:
    """The office's page of an activity: the week in which it takes its room."""
    if (activity := getattr(gathering, "centre_activity", None)) is None:
        return ""
    day = timezone.localdate(gathering.starts_at)
    return f"{reverse('centre', args=[activity.booking.room.centre_id])}?week={day.isoformat()}"


def centre_of(gathering: Gathering) -> str:
    """Everybody's page of the centre where it takes place."""
    return reverse("centre_public", args=[gathering.centre_activity.booking.room.centre_id])
