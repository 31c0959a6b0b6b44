"""Questions about many groups. `visible_to` is the only door to them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from grids import access
from grids.models import User
from requests_app.repeats.terms import RUNNING, WITHIN

if TYPE_CHECKING:
    from requests_app.repeats.models import Group  # noqa: F401  (named in strings ruff does not read)


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user: User) -> "GroupQuerySet":
        """The street sees all groups, a community those of its grids; complaints about staff are in none."""
        if not access.may_open_admin(user):
            return self.none()
        scope = access.admin_scope(user)
        own = Q() if scope.everywhere else Q(community__in=scope.communities)
        return self.filter(own, size__gte=2)

    def growing(self, at: datetime) -> "GroupQuerySet":
        """Three or more in thirty days, more than when somebody set it aside, and no project's yet."""
        from requests_app.repeats.models import Project

        running = Project.objects.filter(group=OuterRef("pk"), state__in=RUNNING)
        recent = self.filter(third_at__isnull=False, third_at__gte=at - WITHIN, size__gt=F("seen_size"))
        return recent.filter(~Exists(running))

    def before(self, last_at: datetime, key: int) -> "GroupQuerySet":
        """Those that follow, the last told first."""
        return self.filter(Q(last_at__lt=last_at) | Q(last_at=last_at, pk__lt=key))

    def for_list(self) -> "GroupQuerySet":
        shown = self.select_related("community", "grid", "category")
        return shown.defer("community__boundary", "grid__boundary", "grid__wecom_robot_key")
