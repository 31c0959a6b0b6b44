"""Questions about announcements; `visible_to` is the office's only door, `told_to` the workers'."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from requests_app.announcements.access import grids_open_to

if TYPE_CHECKING:
    from grids.models import User
    from requests_app.announcements.models import Announcement  # noqa: F401  (named in a string)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, user: "User") -> "AnnouncementQuerySet":
        """For the office: those that go to a grid whose announcements this person overlooks."""
        from requests_app.announcements.models import Place

        own = Place.objects.filter(announcement=OuterRef("pk"), grid__in=grids_open_to(user))
        return self.filter(Q(written_by=user) | Exists(own))

    def told_to(self, user: "User") -> "AnnouncementQuerySet":
        """Those that were told to this person and not withdrawn."""
        return self.filter(readers__user=user, published_at__isnull=False, withdrawn_at__isnull=True)

    def due(self, at: datetime) -> "AnnouncementQuerySet":
        """Not out yet, and their moment has come."""
        return self.filter(publish_at__lte=at, published_at__isnull=True, withdrawn_at__isnull=True)

    def with_counts(self) -> "AnnouncementQuerySet":
        """With how many were told, and how many of them have read it."""
        counts: dict[str, Any] = {
            "told": Count("readers", distinct=True),
            "seen": Count("readers", filter=Q(readers__read_at__isnull=False), distinct=True),
        }
        return self.annotate(**counts)
