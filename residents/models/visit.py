"""Visits, patrols and safety checks: who went where, what was found, what became of it."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from residents.models.checks import known
from residents.models.home import Household, Resident
from residents.models.venue import CheckItem, Venue
from residents.queries import FindingQuerySet, PatrolQuerySet, VisitQuerySet
from residents.terms import Checked, Met, Need, Purpose
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class Patrol(models.Model):
    """A round through a grid, from a start until an end.

    `track` (JSON, [[moment, latitude, longitude], …], WGS-84, encrypted) stays empty unless the street
    switched tracks on (`Policy.tracks`) and the worker let the phone say where it is.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("grid"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    submission_id = models.UUIDField(unique=True, editable=False)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    note = EncryptedTextField(_("note"), blank=True, default="")
    track = EncryptedTextField(blank=True, default="", editable=False)

    objects = PatrolQuerySet.as_manager()

    class Meta:
        verbose_name = _("patrol")
        verbose_name_plural = _("patrols")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="patrol_ends_after",
            ),
            models.UniqueConstraint(
                fields=["by"], condition=Q(ended_at__isnull=True), name="patrol_one_open_each"
            ),
        ]
        indexes = [models.Index(fields=["grid", "-started_at"], name="patrol_of_grid")]

    def __str__(self) -> str:
        return f"{self.grid} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def points(self) -> list[list[Any]]:
        return json.loads(self.track) if self.track else []


class Visit(models.Model):
    """One visit to a household (perhaps to one of its people), to a venue, or a stop on a patrol.

    `submission_id` is made with the form, so that a visit sent twice by an offline phone is kept once.
    A point is stored only when the phone gave one and its owner let it. Words are ciphertext.
    """

    submission_id = models.UUIDField(unique=True, editable=False)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("grid"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("household")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("resident")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("venue")
    )
    patrol = models.ForeignKey(
        Patrol, models.PROTECT, null=True, blank=True, related_name="stops", verbose_name=_("patrol")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    visited_at = models.DateTimeField(_("when"), default=clock.now)
    recorded_at = models.DateTimeField(_("written down"), default=clock.now, editable=False)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.CARE)
    met = models.CharField(_("met"), max_length=8, choices=Met, default=Met.MET)
    note = EncryptedTextField(_("what was found"), blank=True, default="")
    follow_up_on = models.DateField(_("look in again on"), null=True, blank=True)
    latitude = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    longitude = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_at", "-id"]
        constraints = [
            known("visit", "purpose", Purpose),
            known("visit", "met", Met),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=False)
                | Q(household__isnull=False, venue__isnull=True, patrol__isnull=True)
                | Q(household__isnull=True, resident__isnull=True, venue__isnull=False, patrol__isnull=True)
                | Q(household__isnull=True, resident__isnull=True, venue__isnull=True, patrol__isnull=False),
                name="visit_one_aim",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(household__isnull=True, resident__isnull=True, note="", latitude__isnull=True),
                name="visit_anonymous_empty",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="visit_point_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["grid", "-visited_at"], name="visit_of_grid"),
            models.Index(fields=["by", "-visited_at"], name="visit_by"),
            models.Index(
                fields=["visited_at"], condition=Q(anonymised_at__isnull=True), name="visit_to_anonymise"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visited_at:%Y-%m-%d} {self.get_purpose_display()}"

    def get_absolute_url(self) -> str:
        return reverse("worker_visit", args=[self.pk])

    @property
    def place(self) -> str:
        """Where it went, for a heading; the grid alone once the home is no longer on record."""
        return str(self.household or self.venue or self.grid)


class Finding(models.Model):
    """Something a visit found that somebody has to settle; a ticket may hold its key.

    `words` are ciphertext until a person turns them into a request and reads them over.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings", verbose_name=_("visit"))
    need = models.CharField(_("need"), max_length=12, choices=Need, blank=True, default="")
    category = models.CharField(_("kind of request"), max_length=8, blank=True, default="")
    words = EncryptedTextField(_("in words"), blank=True, default="")
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        constraints = [known("finding", "need", Need, blank=True)]
        indexes = [
            models.Index(fields=["visit"], condition=Q(settled_at__isnull=True), name="finding_open"),
        ]

    def __str__(self) -> str:
        return str(self.get_need_display() or self.pk)


class CheckResult(models.Model):
    """What a safety check found for one item; it advises and reports, it enforces nothing."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="results", verbose_name=_("visit"))
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    outcome = models.CharField(_("found"), max_length=8, choices=Checked)
    finding = models.OneToOneField(
        Finding, models.PROTECT, null=True, blank=True, related_name="result", verbose_name=_("finding")
    )

    class Meta:
        verbose_name = _("result of a check")
        verbose_name_plural = _("results of checks")
        ordering = ["id"]
        constraints = [
            known("checkresult", "outcome", Checked),
            models.UniqueConstraint(fields=["visit", "item"], name="checkresult_once"),
            models.CheckConstraint(
                condition=Q(outcome=Checked.FAILED, finding__isnull=False)
                | (~Q(outcome=Checked.FAILED) & Q(finding__isnull=True)),
                name="checkresult_failed_has_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.outcome}"


class VisitPhoto(models.Model):
    """A picture and its thumbnail, re-encoded by `wangguan.photos` and served behind a permission."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    image = models.FileField(upload_to="visits/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="visits/%Y/%m/%d")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.pk}"
