"""Where councils show themselves: the office's side, agendas, and who chairs next."""

from django.utils.translation import gettext_lazy as _

from grids.models import User, today
from partybuilding.claims.unclaimed import unclaimed
from partybuilding.council.queries import next_chair
from partybuilding.meetings import chairs, offers
from partybuilding.meetings.models import Body
from partybuilding.meetings.offers import Offer
from partybuilding.meetings.terms import NAME_MAX, BodyKind, Source
from requests_app.desk import nav
from requests_app.desk.nav import Group, Link

OFFERED = 20


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Joint council"), "party_councils", place=56))
    chairs.register(BodyKind.COUNCIL, next_chair)
    offers.register(BodyKind.COUNCIL, nobody_claimed)


def nobody_claimed(body: Body, user: User) -> list[Offer]:
    """What has stood on the lists for fourteen days and nobody took on; it carries no contact."""
    return [
        Offer(f"claim:{item.pk}", item.title[:NAME_MAX], Source.CLAIM, words=item.words)
        for item in unclaimed(body.community, today())[:OFFERED]
    ]
