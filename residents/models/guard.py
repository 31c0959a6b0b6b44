"""What guards the register: its rules, the log of unmasking, residents' rights, and retention."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from residents import triggers
from residents.models.checks import known
from residents.models.home import Resident
from residents.models.venue import Venue
from residents.queries import RightsRequestQuerySet
from residents.terms import RightsKind, RightsState, Secret
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class Policy(models.Model):
    """The street's own rules for the register; one row, `Policy.current()`."""

    tracks = models.BooleanField(
        _("patrols may keep a track"),
        default=False,
        help_text=_("Off: no phone is ever asked where it is while on patrol."),
    )
    unmaskings_per_hour = models.PositiveSmallIntegerField(
        _("unmaskings per hour"), default=20, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    export_hours = models.PositiveSmallIntegerField(
        _("hours an export can be fetched"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
    )
    visit_years = models.PositiveSmallIntegerField(
        _("years visits stay personal"), default=3, validators=[MinValueValidator(1)]
    )
    moved_years = models.PositiveSmallIntegerField(
        _("years those who moved away stay on record"), default=2, validators=[MinValueValidator(1)]
    )
    rights_days = models.PositiveSmallIntegerField(
        _("working days to answer a resident's request"), default=15, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("rules of the register")
        verbose_name_plural = _("rules of the register")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="policy_one_row")]

    def __str__(self) -> str:
        return str(_("Rules of the register"))

    @classmethod
    def current(cls) -> "Policy":
        """The row, or what it says before anybody changed it."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Unmasking(models.Model):
    """Somebody looked at one field in the open: who, whose, which, why, when. Nobody can change it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    by_title = models.CharField(_("as"), max_length=120, blank=True)
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="unmaskings", verbose_name=_("resident")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, related_name="unmaskings", verbose_name=_("venue")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("grid"))
    field = models.CharField(_("field"), max_length=10, choices=Secret)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("unmasking")
        verbose_name_plural = _("log of unmasking")
        ordering = ["-id"]
        constraints = [
            known("unmasking", "field", Secret),
            models.CheckConstraint(
                condition=Q(resident__isnull=False, venue__isnull=True)
                | Q(resident__isnull=True, venue__isnull=False),
                name="unmasking_of_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="unmasking_has_reason"),
        ]
        indexes = [models.Index(fields=["by", "-at"], name="unmasking_by")]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.by_id} {self.field} {self.at:%Y-%m-%d %H:%M}"


class RightsRequest(models.Model):
    """A resident asks to see, correct or delete what is kept of them; answered by a day (PIPL art. 50)."""

    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="rights_requests", verbose_name=_("resident")
    )
    kind = models.CharField(_("asks to"), max_length=8, choices=RightsKind)
    words = EncryptedTextField(_("in their words"), blank=True, default="")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    due_on = models.DateField(_("answer by"))
    state = models.CharField(_("state"), max_length=8, choices=RightsState, default=RightsState.OPEN)
    answer = EncryptedTextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about one's own data")
        verbose_name_plural = _("requests about one's own data")
        ordering = ["due_on", "id"]
        constraints = [
            known("rightsrequest", "kind", RightsKind),
            known("rightsrequest", "state", RightsState),
            models.CheckConstraint(
                condition=Q(state=RightsState.OPEN, answered_at__isnull=True)
                | (~Q(state=RightsState.OPEN) & Q(answered_at__isnull=False)),
                name="rightsrequest_answered_at",
            ),
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=Q(state=RightsState.OPEN),
                name="rightsrequest_one_open",
                violation_error_message=_("Such a request of this resident is open already."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="rightsrequest_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"

    def is_overdue(self, on: date) -> bool:
        return self.state == RightsState.OPEN and self.due_on < on


class RetentionRun(models.Model):
    """What one run of the retention task made anonymous; figures, nobody's name."""

    at = models.DateTimeField(_("at"), default=clock.now)
    visits = models.PositiveIntegerField(_("visits"), default=0)
    residents = models.PositiveIntegerField(_("residents"), default=0)
    households = models.PositiveIntegerField(_("households"), default=0)
    photos = models.PositiveIntegerField(_("photos"), default=0)
    errands = models.PositiveIntegerField(_("errands"), default=0)
    exports = models.PositiveIntegerField(_("exports"), default=0)
    visits_before = models.DateField(_("visits before"), null=True, blank=True)
    moved_before = models.DateField(_("moved away before"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of retention")
        verbose_name_plural = _("runs of retention")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
