"""One file on its way in: what every kind of import keeps of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    IMPORTED = "imported", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


AT_WORK = (ImportState.CHECKING, ImportState.IMPORTING)
AT_WORK_Q = Q(state__in=[ImportState.CHECKING, ImportState.IMPORTING])


class FileRun(models.Model):
    """One file on its way: uploaded, checked without writing, then imported whole or not.

    `report` is JSON written by the check (`wangguan.exchange.outcome`): which rows would be created,
    changed and refused, and why; it names rows and columns, never what stands in them. The file is
    ciphertext on the disk and goes when the run is over. `beat_at` moves while a task works on it.
    """

    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows looked at"), default=0)
    created = models.PositiveIntegerField(_("new rows"), default=0)
    changed = models.PositiveIntegerField(_("changed rows"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    refused = models.PositiveIntegerField(_("refused rows"), default=0)
    report = models.JSONField(default=dict, blank=True, editable=False)
    error = models.CharField(_("error"), max_length=200, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.file_name}"
