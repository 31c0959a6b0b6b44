"""The register's memory: what changed and by whom, and who agreed to what."""

import json
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from residents import triggers
from residents.models.checks import known
from residents.models.home import Household, Resident
from residents.terms import ConsentHow, ConsentPurpose, EntryKind
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class RegisterEntry(models.Model):
    """One change: who, when, of whom, which fields from what to what.

    `changes` is JSON, {field: [before, after]}, encrypted, since it holds what the fields hold. It may be
    emptied when a person is made anonymous; nothing else of an entry ever changes.
    """

    at = models.DateTimeField(_("at"), default=clock.now)
    on = models.DateField(_("happened on"), null=True, blank=True)
    kind = models.CharField(_("what"), max_length=12, choices=EntryKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="entries", verbose_name=_("household")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="entries", verbose_name=_("resident")
    )
    changes = EncryptedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        ordering = ["-id"]
        constraints: ClassVar = [
            known("registerentry", "kind", EntryKind),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | Q(resident__isnull=False),
                name="registerentry_of_somebody",
            ),
        ]
        triggers = triggers.only_erased("changes")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()}"

    @property
    def changed(self) -> dict[str, list[Any]]:
        """Field → [before, after]; empty when nothing but the kind is told, or after erasure."""
        return json.loads(self.changes) if self.changes else {}


class Consent(models.Model):
    """Who agreed to what, when, how, and who wrote it down (PIPL art. 14); withdrawn, it stays on record."""

    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="consents", verbose_name=_("resident")
    )
    purpose = models.CharField(_("for what"), max_length=10, choices=ConsentPurpose)
    how = models.CharField(_("how"), max_length=8, choices=ConsentHow)
    given_on = models.DateField(_("given on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on", "-id"]
        constraints: ClassVar = [
            known("consent", "purpose", ConsentPurpose),
            known("consent", "how", ConsentHow),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_withdrawn_after",
            ),
            models.UniqueConstraint(
                fields=["resident", "purpose"],
                condition=Q(withdrawn_on__isnull=True),
                name="consent_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.given_on}"

    def is_in_force(self, on: date) -> bool:
        return self.given_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)
