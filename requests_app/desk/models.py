"""What the desk keeps of its own: habits, named filters, exports, hand-over notes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from requests_app import triggers
from wangguan import clock


class Habit(models.Model):
    """How one person works at the desk."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    keys = models.BooleanField(_("keyboard shortcuts"), default=True)

    def __str__(self) -> str:
        return str(self.user_id)


class SavedFilter(models.Model):
    """A filter of one list that somebody named; `query` holds only what that list knows."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=20)
    query = models.CharField(max_length=500)
    is_default = models.BooleanField(_("opens with it"), default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("named filter")
        verbose_name_plural = _("named filters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="filter_named_once"),
            models.UniqueConstraint(
                fields=["user", "page"], condition=models.Q(is_default=True), name="filter_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListExport(models.Model):
    """Somebody took a list out as a file; never changed. `filters` leaves out what was searched for."""

    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    page = models.CharField(_("list"), max_length=100)
    filters = models.CharField(_("filters"), max_length=500, blank=True)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")
        ordering = ["-id"]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d}"


class HandOver(models.Model):
    """What one shift leaves to the next: words, and the numbers of what burned at that moment."""

    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from"))
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to"))
    at = models.DateTimeField(_("written at"), default=clock.now)
    words = models.TextField(_("what to know"), blank=True)
    numbers = ArrayField(models.CharField(max_length=32), default=list)

    class Meta:
        verbose_name = _("hand-over note")
        verbose_name_plural = _("hand-over notes")
        ordering = ["-id"]
        triggers = triggers.append_only()
        indexes = [models.Index(fields=["to", "-id"], name="handover_to")]

    def __str__(self) -> str:
        return f"{self.by} → {self.to}"


class HandOverRead(models.Model):
    """The next person has read the note."""

    note = models.OneToOneField(HandOver, models.PROTECT, related_name="read")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return str(self.note_id)
