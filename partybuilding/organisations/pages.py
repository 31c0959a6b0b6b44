"""Where organisations show themselves: the office's side, the desk, a grid's page."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids import network
from grids.models import Grid, User, today
from grids.network import Fact, Strand
from grids.roles import Line
from partybuilding import access
from partybuilding.door import hats
from partybuilding.door.hats import Hat
from partybuilding.organisations import coverage
from partybuilding.organisations.models import Member, Organisation, Term
from partybuilding.organisations.terms import Seat
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import Queue, Waiting, fill

PLACE = 72
"""Among the narrow queues of the desk."""


def register() -> None:
    """Called once at start-up."""
    nav.register(
        Link(Group.PARTY, _("Organisations and coverage"), "party", place=10),
        Link(Group.PARTY, _("Key projects"), "party_projects", place=20),
        Link(
            Group.PARTY,
            _("Party members"),
            "admin:organisations_member_changelist",
            place=30,
            may=access.may_write,
        ),
    )
    for ground in (coverage.GRIDS, coverage.ESTATES, coverage.PROJECTS):
        coverage.register(ground)
    queues.register(Queue("party_terms", _("Terms that end soon"), "organisations/queue.html", PLACE, ending))
    network.register(of_grid)
    hats.register(membership)


def ending(user: User, limit: int) -> Waiting | None:
    """Seats that end within three months and nobody follows, for those who keep the organisation."""
    if not access.may_write(user):
        return None
    found = Term.objects.ending(today()).select_related("organisation").order_by("ends_on", "pk")
    if not access.keeps_street(user):
        found = found.filter(organisation__community__in=access.own_communities(user))
    return fill(found, list, limit=limit, more=reverse("party"))


def membership(phone_hash: str) -> Iterable[Hat]:
    """A member's branch and who leads it."""
    found = Member.objects.current().filter(phone_hash=phone_hash, organisation__dissolved_on=None)
    for member in found.select_related("organisation"):
        leading = member.organisation.terms.on(today()).filter(seat=Seat.SECRETARY).first()
        said = _("%(organisation)s, secretary %(name)s") if leading else "%(organisation)s"
        text = str(said) % {"organisation": member.organisation, "name": leading.name if leading else ""}
        yield Hat(member.get_standing_display(), text)


def of_grid(grid: Grid, user: User) -> Iterable[Strand]:
    """The branches that stand on a grid; one statement."""
    here = Organisation.objects.giving_a_branch().filter(grids=grid).order_by("kind", "name")
    may_open = doors.may_open_admin(user)
    rows = [
        (
            row.name,
            str(row.get_kind_display()),
            reverse("party_organisation", args=[row.pk]) if may_open else "",
        )
        for row in here
    ]
    yield Strand(_("Party organisations"), [Fact(_("Branches on this grid"), len(rows))], Line.PARTY, rows)
