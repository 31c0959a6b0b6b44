"""Questions about reports. `visible_to` is the only door to them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from grids import access as posts
from requests_app.reports import access
from requests_app.reports.terms import SILENT, Kind, Sending, State

if TYPE_CHECKING:
    from grids.models import User
    from requests_app.reports.models import Delivery, Recipient, Report  # noqa: F401  (named in strings)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Every report for the street and the auditor; for communities issued ones, else none.

        Of the whole street they read the monthly ones alone: papers whose days overlap give away, less one
        another, what a small number of another community hides (decision 0027).
        """
        if access.reads_drafts(user):
            return self
        if posts.has_perm(user, "reports.view_report"):
            own = posts.admin_scope(user).communities
            readable = Q(community__in=own) | Q(community=None, kind=Kind.MONTHLY)
            return self.filter(readable, state=State.ISSUED)
        return self.none()

    def for_list(self) -> "ReportQuerySet":
        """Newest first, without the long columns, and whether a later version stands."""
        later = self.model.objects.filter(corrects=OuterRef("pk"), state=State.ISSUED)
        rows = self.select_related("community").defer("data", "remark", "plan", "community__boundary")
        return rows.annotate(is_corrected=Exists(later)).order_by("-last", "-pk")

    def drafts(self) -> "ReportQuerySet":
        return self.filter(state=State.DRAFT)


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def for_kind(self, kind: str) -> "RecipientQuerySet":
        """Those in use who want reports of this kind."""
        return self.filter(is_active=True, kinds__contains=[kind]).order_by("name", "pk")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def ready(self, at: datetime) -> "DeliveryQuerySet":
        return self.filter(state=Sending.QUEUED, next_try_at__lte=at)

    def interrupted(self, at: datetime) -> "DeliveryQuerySet":
        """Begun, and never heard of again: perhaps sent."""
        return self.filter(Q(claimed_at__lt=at - SILENT), state=Sending.SENDING)
