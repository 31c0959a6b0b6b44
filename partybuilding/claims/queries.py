"""Questions about the three lists. `listed` is everybody's door, `visible_to` the office's."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from partybuilding.access import seen_in
from partybuilding.claims.terms import Sort
from partybuilding.claims.workflow import LISTED, OPEN, RUNNING, ClaimState, State

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.claims.models import Claim, Item, Milestone  # noqa: F401


class ItemQuerySet(models.QuerySet["Item"]):
    def listed(self) -> "ItemQuerySet":
        """What everybody may read."""
        return self.filter(state__in=sorted(LISTED))

    def visible_to(self, user: "User") -> "ItemQuerySet":
        """The street and auditors see all, a community its own and what concerns the whole street."""
        return self.filter(seen_in(user, street_too=True))

    def running(self) -> "ItemQuerySet":
        return self.filter(state__in=sorted(RUNNING))

    def unclaimed_since(self, moment: datetime) -> "ItemQuerySet":
        """Published, and left alone from this moment or longer."""
        return self.filter(state=State.PUBLISHED, open_since__lte=moment)

    def shown(self) -> "ItemQuerySet":
        """With what a row of a list names."""
        return self.select_related("community", "unit").defer(
            "community__boundary",
            "contact_name",
            "contact_phone",
            "unit__contact_name",
            "unit__contact_phone",
        )

    def search(self, words: str) -> "ItemQuerySet":
        """Every word occurs in the title, the words or the place."""
        rows = self
        for word in words.split()[:5]:
            rows = rows.filter(Q(title__icontains=word) | Q(words__icontains=word) | Q(place__icontains=word))
        return rows


class ClaimQuerySet(models.QuerySet["Claim"]):
    def touching(self, item: "Item") -> "ClaimQuerySet":
        """Claims on an item, and those it is paired by."""
        return self.filter(Q(item=item) | Q(counterpart=item))

    def open(self) -> "ClaimQuerySet":
        return self.filter(state__in=sorted(OPEN))

    def for_page(self) -> "ClaimQuerySet":
        """With everything that the page of an item names."""
        return (
            self.select_related(
                "unit",
                "community",
                "item__community",
                "item__unit",
                "counterpart__community",
                "counterpart__unit",
            )
            .defer("community__boundary", "item__community__boundary", "counterpart__community__boundary")
            .prefetch_related("milestones__pictures")
            .order_by("pk")
        )

    def for_keepers(self, user: "User") -> "ClaimQuerySet":
        """Offered, and the office is the one to agree: not a unit's resource, which the unit gives itself."""
        by_unit = Q(item__sort=Sort.RESOURCE, item__unit__isnull=False)
        return self.filter(seen_in(user, "item__community"), ~by_unit, state=ClaimState.OFFERED)


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def ahead(self) -> "MilestoneQuerySet":
        """Not reached yet, of a claim that stands."""
        return self.filter(reached_on__isnull=True, claim__state=ClaimState.AGREED)

    def due_between(self, first: date, last: date) -> "MilestoneQuerySet":
        return self.ahead().filter(due_on__gte=first, due_on__lte=last)

    def late(self, on: date) -> "MilestoneQuerySet":
        return self.ahead().filter(due_on__lt=on)
