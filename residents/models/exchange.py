"""Registers that come and go as xlsx: imports that are checked first, exports that a second person allows."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid
from residents import triggers
from residents.models.checks import known
from residents.terms import ExportState, RegisterKind
from wangguan import clock
from wangguan.exchange.run import AT_WORK_Q, FileRun, ImportState


class ImportRun(FileRun):
    """One file on its way into the register: residents, dwellings or venues."""

    kind = models.CharField(_("holds"), max_length=10, choices=RegisterKind)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            known("importrun", "kind", RegisterKind),
            known("importrun", "state", ImportState),
            models.UniqueConstraint(fields=["kind"], condition=AT_WORK_Q, name="importrun_one_at_a_time"),
        ]


class PersonalExport(models.Model):
    """Personal data on its way out: asked for with a reason, allowed by another, marked, gone in time."""

    kind = models.CharField(_("holds"), max_length=10, choices=RegisterKind, default=RegisterKind.RESIDENTS)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    in_the_open = models.BooleanField(
        _("phone and ID number unmasked"), default=False, help_text=_("Otherwise they are masked.")
    )
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision = models.CharField(_("why refused"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.ASKED)
    file = models.FileField(upload_to="exports/%Y/%m", blank=True, editable=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    made_at = models.DateTimeField(_("written"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("export of personal data")
        verbose_name_plural = _("exports of personal data")
        ordering = ["-id"]
        constraints = [
            known("personalexport", "kind", RegisterKind),
            known("personalexport", "state", ExportState),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="personalexport_two_people",
                violation_error_message=_("Somebody else has to decide."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ExportState.APPROVED, ExportState.READY])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="personalexport_decided",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="personalexport_has_reason"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="personalexport_ready"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"


class Download(models.Model):
    """Somebody fetched an export. Nobody can change it."""

    export = models.ForeignKey(PersonalExport, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-id"]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.export_id} {self.at:%Y-%m-%d %H:%M}"
