"""Questions about stewards. `visible_to` is the office's only door; households have their own."""

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from grids.models import Building, today
from partybuilding.access import seen_in
from partybuilding.meetings.workflow import AHEAD, UNSETTLED
from partybuilding.steward.workflow import Asking
from residents.models import Household, Resident

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.steward.models import Steward  # noqa: F401
    from requests_app.models import Ticket

M = TypeVar("M", bound=models.Model)


class StewardQuerySet(models.QuerySet["Steward"]):
    def visible_to(self, user: "User") -> "StewardQuerySet":
        """The street and auditors see all, a community its own."""
        return self.filter(seen_in(user, "estate__community"))

    def standing(self) -> "StewardQuerySet":
        return self.filter(ended_on__isnull=True)

    def with_place(self) -> "StewardQuerySet":
        """With estate, community, table and branch; one query."""
        rows = self.select_related("estate__community", "body", "branch")
        return rows.defer("estate__community__boundary")

    def with_figures(self, on: date | None = None) -> "StewardQuerySet":
        """With which sides are seated, the next meeting, and how many actions are open and late."""
        from partybuilding.meetings.models import Action, Meeting, Seat

        actions = Action.objects.open().order_by().filter(topic__body=OuterRef("body"))
        seats = Seat.objects.standing(on).order_by().filter(body=OuterRef("body")).values("body")
        ahead = Meeting.objects.filter(body=OuterRef("body"), state__in=AHEAD).order_by("starts_at")
        return self.annotate(
            sides=Subquery(seats.annotate(found=ArrayAgg("side", distinct=True)).values("found")),
            next_at=Subquery(ahead.values("starts_at")[:1]),
            open_actions=_count(actions),
            late_actions=_count(actions.filter(due_on__lt=on or today())),
        )

    def of_ticket(self, ticket: "Ticket") -> "StewardQuerySet":
        """Where the matter lies: of its building's estate, else of the one estate its grid lies in."""
        if ticket.building_id:
            return self.filter(estate__in=Building.objects.filter(pk=ticket.building_id).values("estate"))
        if not ticket.grid_id:
            return self.none()
        homes = Building.objects.filter(grid=ticket.grid_id, estate__isnull=False)
        own, others = homes.filter(estate=OuterRef("estate")), homes.exclude(estate=OuterRef("estate"))
        return self.filter(Exists(own)).exclude(Exists(others))

    def without_topic(self, ticket: "Ticket") -> "StewardQuerySet":
        """Those that do not have the matter on their table, or waiting for it."""
        from partybuilding.meetings.models import Topic

        lies = Topic.objects.filter(body=OuterRef("body"), ticket=ticket.pk, state__in=UNSETTLED)
        return self.exclude(Exists(lies))

    def of_phone(self, phone_hash: str) -> "StewardQuerySet":
        """Of estates where somebody with this phone lives, as the register knows."""
        homes = Resident.objects.filter(phone_hash=phone_hash, left_on__isnull=True).exclude(phone_hash="")
        return self.standing().filter(estate__in=homes.values("household__dwelling__building__estate"))

    def kept_by_firm(self, phone_hash: str) -> "StewardQuerySet":
        """Whose property company is reached at this phone."""
        return self.standing().filter(contact_hash=phone_hash).exclude(contact_hash="")


def _count(rows: Any) -> Coalesce:
    counted = rows.values("topic__body").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


class AskedQuerySet(models.QuerySet[M]):
    def taking(self, on: date | None = None) -> "AskedQuerySet[M]":
        """What takes voices on a day."""
        day = on or today()
        return self.filter(state=Asking.OPEN, opens_on__lte=day, closes_on__gte=day)

    def over(self, on: date | None = None) -> "AskedQuerySet[M]":
        """What is past its last day and still to be closed."""
        return self.filter(state=Asking.OPEN, closes_on__lt=on or today())


def households_in(estate_id: int) -> "models.QuerySet[Household]":
    """Households that live in the estate, as the register knows."""
    return Household.objects.here().filter(dwelling__building__estate=estate_id)


def household_of(phone_hash: str, estate_id: int) -> Household | None:
    """The household of this phone in the estate; whoever keeps two flats there speaks for the first."""
    people = Resident.objects.filter(phone_hash=phone_hash, left_on__isnull=True).exclude(phone_hash="")
    return households_in(estate_id).filter(Q(pk__in=people.values("household"))).order_by("pk").first()
