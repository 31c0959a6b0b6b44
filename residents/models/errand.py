"""Errands that staff run for residents (民生代办)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from residents.models.checks import known
from residents.models.home import Household, Resident
from residents.queries import ErrandQuerySet
from residents.terms import ErrandKind, ErrandState
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class Errand(models.Model):
    """Asked for, taken, done, handed over with a signature.

    `words` and `signature` (JSON, `residents.signature.Receipt`) are ciphertext.
    """

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="errands", verbose_name=_("household")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="errands", verbose_name=_("resident")
    )
    submission_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ErrandKind)
    words = EncryptedTextField(_("what is to be done"), blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=ErrandState, default=ErrandState.ASKED)
    due_on = models.DateField(_("wanted by"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    signature = EncryptedTextField(blank=True, default="", editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_why = EncryptedTextField(_("why cancelled"), blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        ordering = ["-id"]
        constraints = [
            known("errand", "kind", ErrandKind),
            known("errand", "state", ErrandState),
            models.CheckConstraint(
                condition=~Q(state__in=[ErrandState.TAKEN, ErrandState.DONE, ErrandState.HANDED_OVER])
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="errand_taken_by",
            ),
            models.CheckConstraint(
                condition=~Q(state=ErrandState.HANDED_OVER)
                | Q(done_at__isnull=False, handed_at__isnull=False),
                name="errand_handed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["household"], condition=Q(state__in=["asked", "taken", "done"]), name="errand_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"
