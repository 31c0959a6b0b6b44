"""What the agenda of an estate's table is offered: open requests of the estate, and what visits found."""

from functools import reduce
from operator import or_

from django.db.models import Q

from grids.models import Building, User
from partybuilding.meetings.models import Body
from partybuilding.meetings.offers import Offer
from partybuilding.meetings.terms import NAME_MAX, Source
from partybuilding.meetings.workflow import UNSETTLED
from partybuilding.steward.services.topics import title_of
from requests_app.models import Category, Ticket
from requests_app.workflow import Status
from residents.access import reach
from residents.models import Finding

GROUPS = ("06", "07", "09", "10")
"""Categories an estate's table can do something about: public facilities, greenery, property, hazards."""
MOST = 10


def offered(body: Body, user: User) -> list[Offer]:
    """By category and building; never in the words of whoever told or visited."""
    steward = getattr(body, "steward", None)
    if steward is None:
        return []
    return [*_requests(steward.estate_id, body, user), *_findings(steward.estate_id, body, user)]


def _of_groups(path: str) -> Q:
    return reduce(or_, (Q(**{f"{path}__startswith": group}) for group in GROUPS))


def _requests(estate_id: int, body: Body, user: User) -> list[Offer]:
    """Those the reader may see anyway, that somebody works on."""
    laid = body.topics.filter(state__in=UNSETTLED, ticket__isnull=False)
    running = Ticket.objects.visible_to(user).filter(
        _of_groups("category__code"),
        building__in=Building.objects.filter(estate=estate_id),
        about_staff=False,
        status__in=(Status.ACCEPTED, Status.ON_HOLD),
    )
    rows = running.exclude(pk__in=laid.values("ticket")).select_related("category", "building")
    return [
        Offer(f"ticket:{row.pk}", title_of(row), Source.TICKET, ticket=row)
        for row in rows.order_by("due_at", "id")[:MOST]
    ]


def _findings(estate_id: int, body: Body, user: User) -> list[Offer]:
    """Of homes whose people the reader knows; the home itself is not named."""
    laid = body.topics.filter(state__in=UNSETTLED, finding__isnull=False)
    rows = Finding.objects.filter(
        reach(user).of_grid("visit__household__dwelling__building__grid"),
        _of_groups("category"),
        settled_at__isnull=True,
        visit__household__dwelling__building__estate=estate_id,
    )
    found = list(
        rows.exclude(pk__in=laid.values("finding"))
        .select_related("visit__household__dwelling__building")
        .order_by("-pk")[:MOST]
    )
    names = dict(
        Category.objects.filter(code__in={row.category for row in found}).values_list("code", "name")
    )
    return [
        Offer(f"finding:{row.pk}", _title(row, names.get(row.category, "")), Source.VISIT, finding=row)
        for row in found
    ]


def _title(row: Finding, category: str) -> str:
    home = row.visit.household
    place = str(home.dwelling.building) if home else ""
    return " · ".join(filter(None, (category, place)))[:NAME_MAX]
