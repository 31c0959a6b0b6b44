"""The chain itself, what was found when it was inspected, and where its head was closed."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.auditlog.kinds import Kind

KEPT_AT_LEAST = 183
"""Days that no row can be deleted in, whoever asks: six months (网络安全法, article 21)."""

_NEVER_CHANGED = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)
_DELETED_BEHIND_A_CHECKPOINT = pgtrigger.Trigger(
    name="deleted_behind_a_checkpoint",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func=f"""
        IF OLD.at > now() - interval '{KEPT_AT_LEAST} days'
            OR NOT EXISTS (SELECT FROM auditlog_checkpoint WHERE number >= OLD.number) THEN
            RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """,
)


class Entry(models.Model):
    """One row of the chain. `hash` is keyed and covers the row and the hash before it."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    """From 1 on without a gap; not a sequence, which skips a number when a transaction is rolled back."""
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("what happened"), max_length=30, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("by"),
    )
    address = models.GenericIPAddressField(_("from address"), null=True)
    subject = models.CharField(_("about"), max_length=120, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("row of the audit log")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["-number"]
        indexes = [
            models.Index(fields=["actor", "-number"], name="auditlog_by_actor"),
            models.Index(fields=["kind", "-number"], name="auditlog_by_kind"),
            models.Index(fields=["subject", "-number"], name="auditlog_by_subject"),
            models.Index(fields=["at"], name="auditlog_by_time"),
        ]
        constraints = [
            models.CheckConstraint(name="auditlog_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="auditlog_counts_from_one", condition=Q(number__gte=1)),
        ]
        triggers = [_NEVER_CHANGED, _DELETED_BEHIND_A_CHECKPOINT]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


class Inspection(models.Model):
    """One look over the whole chain, sealed: a later one also proves that no row seen here is gone."""

    at = models.DateTimeField(_("at"), default=clock.now)
    rows = models.PositiveBigIntegerField(_("rows"))
    last_number = models.BigIntegerField(_("last number"))
    last_hash = models.CharField(max_length=64)
    findings = models.JSONField(_("findings"), default=list)
    """Of each: what is wrong (`wangguan.auditlog.inspection.Wrong`), the first number, the last one."""
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("inspection of the audit log")
        verbose_name_plural = _("inspections of the audit log")
        ordering: ClassVar = ["-id"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} 1–{self.last_number}"

    @property
    def is_whole(self) -> bool:
        """Nothing was removed, changed or put in."""
        return not self.findings


class Checkpoint(models.Model):
    """Where the head of the chain was closed: rows up to `number` were kept long enough and are gone."""

    at = models.DateTimeField(_("at"), default=clock.now)
    number = models.BigIntegerField(_("last number"))
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-number"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.number)
