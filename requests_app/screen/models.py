"""Displays that may show the wall screen."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock

GOOD_FOR = timedelta(days=365)
"""How long a display's token opens the screen."""


def expiry() -> datetime:
    return clock.now() + GOOD_FOR


class DisplayQuerySet(models.QuerySet["Display"]):
    def in_force(self) -> "DisplayQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=clock.now())


class Display(models.Model):
    """A television that shows the street; what opens it is a token, kept here as a hash only."""

    name = models.CharField(_("name"), max_length=40, help_text=_("For example: duty hall, left."))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), editable=False
    )
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=expiry)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = DisplayQuerySet.as_manager()

    class Meta:
        verbose_name = _("display")
        verbose_name_plural = _("displays")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="display_revoked_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now()
