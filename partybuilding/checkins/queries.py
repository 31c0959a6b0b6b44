"""Questions about check-ins. `visible_to` is the office's only door, `of_phone` that of the person."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from partybuilding.access import seen_in
from partybuilding.checkins.workflow import State, Turn

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.checkins.models import Need, Service  # noqa: F401

M = TypeVar("M", bound=models.Model)
HERE = (State.CONFIRMED, State.ACTIVE)
"""States in which somebody is counted on."""


class CheckInQuerySet(models.QuerySet[M]):
    def visible_to(self, user: "User") -> "CheckInQuerySet[M]":
        """The street and auditors see all, a community its own."""
        return self.filter(seen_in(user))

    def here(self) -> "CheckInQuerySet[M]":
        """Confirmed and not withdrawn."""
        return self.filter(state__in=HERE)

    def standing(self) -> "CheckInQuerySet[M]":
        """Not withdrawn."""
        return self.exclude(state=State.WITHDRAWN)


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: "User") -> "NeedQuerySet":
        return self.filter(seen_in(user))

    def with_counts(self) -> "NeedQuerySet":
        """With how many come, and how many were asked and have not said."""
        coming = Q(services__turn__in=(Turn.COMING, Turn.REPORTED, Turn.CONFIRMED))
        return self.annotate(
            coming=Count("services", filter=coming),
            asked=Count("services", filter=Q(services__turn=Turn.ASKED)),
        )


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: "User") -> "ServiceQuerySet":
        return self.filter(seen_in(user, "member__community"))

    def confirmed(self) -> "ServiceQuerySet":
        return self.filter(turn=Turn.CONFIRMED)

    def hours(self) -> Decimal:
        """All hours of these rows."""
        total: dict[str, Any] = self.aggregate(hours=Coalesce(Sum("hours"), Value(Decimal(0))))
        return Decimal(total["hours"])
