"""Where gatherings show themselves: the door. What they are, higher rooms say with `register_kind`."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import bar
from grids.bar import Tab
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.gatherings import people
from partybuilding.gatherings.kinds import register_kind
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.organisations.models import Member

__all__ = ["register", "register_kind"]

MOST_HATS = 5


def register() -> None:
    """Called once at start-up."""
    bar.lay_aside(Tab("gatherings", _("Taking part"), "calendar-days", "worker_gatherings", 30))
    hats.register(signed_up)
    people.register(as_member)


def signed_up(phone_hash: str) -> Iterable[Hat]:
    """What this person means to come to, the nearest first."""
    rows = SignUp.objects.of_phone(phone_hash).at_the_door().select_related("gathering")
    for row in rows.order_by("gathering__starts_at", "pk")[:MOST_HATS]:
        said = gettext("%(what)s, %(state)s") % {"what": row.gathering, "state": row.get_state_display()}
        yield Hat(_("Signed up"), said, reverse("gathering", args=[row.gathering_id]))


def as_member(phone_hash: str) -> Whom | None:
    """A member of a branch."""
    member = Member.objects.current().filter(phone_hash=phone_hash).first()
    return Whom(name=member.name, phone=member.phone) if member else None
