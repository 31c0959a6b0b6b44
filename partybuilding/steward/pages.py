"""Where stewards show themselves: the office's side, the worker's own page, the door, beside tickets."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import bar
from grids.bar import Tab
from grids.doors import may_enter_homes
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.meetings import beside as actions
from partybuilding.meetings import offers
from partybuilding.meetings.terms import BodyKind
from partybuilding.steward import agenda, panels
from partybuilding.steward.models import Steward
from partybuilding.steward.services import topics
from requests_app import beside, tables
from requests_app.desk import nav
from requests_app.desk.nav import Group, Link
from requests_app.tables import Tables


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Red Stewards"), "stewards", place=50))
    bar.lay_aside(
        Tab("steward", _("Voices for the Red Steward"), "users", "worker_stewards", 22, may=may_enter_homes)
    )
    hats.register(of_phone)
    tables.register(Tables(open_to=topics.table_open_to, bring=topics.bring))
    offers.register(BodyKind.STEWARD, agenda.offered)
    actions.register(panels.of_actions)
    beside.register(for_staff=panels.for_staff, for_resident=panels.for_resident)


def of_phone(phone_hash: str) -> Iterable[Hat]:
    """A resident of an estate that has a table, and the contact of its property company."""
    for row in Steward.objects.of_phone(phone_hash).with_place():
        yield Hat(_("Resident of an estate"), str(row), reverse("steward_public", args=[row.pk]))
    for row in Steward.objects.kept_by_firm(phone_hash).with_place():
        said = f"{row.firm} · {row}"
        yield Hat(_("Contact of a property company"), said, reverse("steward_company", args=[row.pk]))
