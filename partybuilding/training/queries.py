"""Questions about plans, sessions and those who came. `visible_to` is the office's only door."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from partybuilding.access import seen_in
from wangguan import clock

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.training.models import Plan, Session  # noqa: F401


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: "User") -> "PlanQuerySet":
        """The street and auditors all; a community its own and, to read, the street's."""
        return self.filter(seen_in(user, street_too=True))

    def with_counts(self) -> "PlanQuerySet":
        """With how many sessions are announced (`announced`) and were held (`held`)."""
        on = Q(sessions__gathering__called_off_at__isnull=True)
        over = on & Q(sessions__gathering__ends_at__lte=clock.now())
        return self.annotate(announced=Count("sessions", filter=on), held=Count("sessions", filter=over))


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: "User") -> "SessionQuerySet":
        """As plans are."""
        return self.filter(seen_in(user, "plan__community", street_too=True))

    def held(self) -> "SessionQuerySet":
        """Over, and not called off."""
        return self.filter(gathering__ends_at__lte=clock.now(), gathering__called_off_at__isnull=True)

    def ahead(self) -> "SessionQuerySet":
        return self.filter(gathering__ends_at__gt=clock.now(), gathering__called_off_at__isnull=True)
