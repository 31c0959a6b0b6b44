"""Where the three lists show themselves: the office's side, the desk, the door."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import User
from partybuilding import access
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.workflow import State
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill
from residents.models import Resident


def register() -> None:
    """Called once at start-up."""
    nav.register(
        Link(Group.PARTY, _("Three lists"), "party_claims", place=45),
        Link(
            Group.PARTY,
            _("Not claimed for 14 days"),
            "party_claims",
            query="?show=unclaimed",
            place=46,
            key="party_claims_unclaimed",
        ),
    )
    queues.register(Queue("party_claims", _("Claims to agree to"), "claims/queue.html", 76, to_agree))
    hats.register(of_phone)


def to_agree(user: User, limit: int) -> Waiting | None:
    """Claims that wait for the office's word, the oldest first."""
    if not access.may_write(user):
        return None
    found = Claim.objects.for_keepers(user).order_by("pk")
    shown = found.select_related("unit", "community", "item").defer("community__boundary")
    return fill(shown, list, limit=limit, more=f"{reverse('party_claims')}?show=to_agree")


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """The contact of a unit that takes part, who told a need, and a resident who may tell one."""
    units = UnitCheckIn.objects.here().filter(unit__contact_hash=phone_hash).select_related("unit")
    for name in sorted({row.unit.name for row in units}):
        yield Hat(_("Claims and offers of a unit"), name, reverse("together_claims"))
    told = Item.objects.filter(contact_hash=phone_hash).exclude(state=State.WITHDRAWN).order_by("-pk")
    for title in told.values_list("title", flat=True)[:1]:
        yield Hat(_("What you told"), title, reverse("together_told"))
    if Resident.objects.filter(phone_hash=phone_hash, left_on__isnull=True).exists():
        yield Hat(
            _("Resident of the street"), str(_("You can tell what is needed.")), reverse("together_tell")
        )
