"""Where the dual check-in shows itself: the office's side, the desk, the door."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding import access
from partybuilding.access import seen_in
from partybuilding.checkins.models import MemberCheckIn, Service, UnitCheckIn
from partybuilding.checkins.workflow import State, Turn
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.gatherings import people
from partybuilding.gatherings.people import Whom
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill


def register() -> None:
    """Called once at start-up."""
    nav.register(
        Link(Group.PARTY, _("Members who checked in"), "party_members_in", place=40),
        Link(Group.PARTY, _("Units that checked in"), "party_units_in", place=41),
        Link(Group.PARTY, _("Helping hands and hours"), "party_needs", place=42),
    )
    queues.register(
        Queue(
            "party_members_in", _("Members to confirm"), "checkins/queue.html", 73, _waiting(MemberCheckIn)
        ),
        Queue("party_units_in", _("Units to confirm"), "checkins/queue.html", 74, _waiting(UnitCheckIn)),
        Queue("party_hours", _("Hours to confirm"), "checkins/queue_hours.html", 75, reported),
    )
    hats.register(of_phone)
    people.register(as_person)


def _waiting(model: type[MemberCheckIn] | type[UnitCheckIn]) -> Callable[[User, int], Waiting | None]:
    """What of one sort waits to be confirmed, the oldest first, for those who keep it."""

    def look(user: User, limit: int) -> Waiting | None:
        if not access.may_write(user):
            return None
        found = model.objects.filter(seen_in(user), state=State.SUBMITTED)
        address = reverse("party_members_in" if model is MemberCheckIn else "party_units_in")
        rows = found.select_related("community", "unit").defer("community__boundary").order_by("pk")
        return fill(rows, list, limit=limit, more=f"{address}?state={State.SUBMITTED}")

    return look


def reported(user: User, limit: int) -> Waiting | None:
    """Hours that wait to be confirmed."""
    if not access.may_write(user):
        return None
    found = Service.objects.visible_to(user).filter(turn=Turn.REPORTED).select_related("member", "need")
    return fill(found.order_by("pk"), list, limit=limit, more=reverse("party_needs"))


def as_person(phone_hash: str) -> Whom | None:
    """A member who checked in, for what they sign up for."""
    member = MemberCheckIn.objects.standing().filter(phone_hash=phone_hash).first()
    return Whom(name=member.name, phone=member.phone) if member else None


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """A member who checked in, and the contact of a unit."""
    members = MemberCheckIn.objects.standing().filter(phone_hash=phone_hash).select_related("community")
    for member in members:
        said = gettext("%(community)s, %(state)s") % {
            "community": member.community,
            "state": member.get_state_display(),
        }
        yield Hat(_("Checked in as a member"), said, reverse("party_service"))
    units = UnitCheckIn.objects.here().filter(unit__contact_hash=phone_hash)
    for row in units.select_related("unit", "community"):
        yield Hat(_("Contact of a unit"), str(row), reverse("party_own_unit", args=[row.pk]))
