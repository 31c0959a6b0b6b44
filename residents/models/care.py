"""Care plans: sensitive personal data, encrypted, on a duty by law or on consent (handbook §5)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from residents.models.checks import known
from residents.models.home import Household, Resident
from residents.models.record import Consent
from residents.queries import CarePlanQuerySet
from residents.terms import CareBasis, CareEventKind, CareGroup, VisitLevel
from wangguan import clock
from wangguan.privacy import EncryptedTextField, keyed_hash


class CarePlan(models.Model):
    """Why somebody is cared for, how often they are visited, and who decided so.

    `group`, `reason` and `ended_why` are ciphertext. `group_hash` is salted with the resident, so that
    it finds a second plan of the same group for one person and tells nothing across people.
    """

    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="care_plans", verbose_name=_("resident")
    )
    group = EncryptedTextField(_("care group"), choices=CareGroup.choices)
    group_hash = models.CharField(max_length=64, editable=False)
    level = models.CharField(_("visits"), max_length=12, choices=VisitLevel, default=VisitLevel.MONTHLY)
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    basis = models.CharField(_("basis"), max_length=8, choices=CareBasis, default=CareBasis.DUTY)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    since = models.DateField(_("since"))
    review_on = models.DateField(_("to be reviewed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(default=clock.now, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_why = EncryptedTextField(_("why it ended"), blank=True, default="")

    objects = CarePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        ordering = ["-since", "-id"]
        constraints = [
            known("careplan", "level", VisitLevel),
            known("careplan", "basis", CareBasis),
            models.CheckConstraint(
                condition=~Q(basis=CareBasis.CONSENT) | Q(consent__isnull=False) | Q(ended_on__isnull=False),
                name="careplan_consent_named",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since")), name="careplan_ends_after"
            ),
            models.UniqueConstraint(
                fields=["resident", "group_hash"],
                condition=Q(ended_on__isnull=True),
                name="careplan_group_once",
                violation_error_message=_("This person has a plan for this group already."),
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], condition=Q(ended_on__isnull=True), name="careplan_review"),
        ]

    def __str__(self) -> str:
        """Never the group: titles travel further than pages."""
        return f"{self.get_level_display()} {self.since}"

    def save(self, *args: object, **options: object) -> None:
        self.seal()
        super().save(*args, **options)  # type: ignore[arg-type]

    def seal(self) -> None:
        """Bring the hash in line with the group; bulk writers call it themselves."""
        self.group_hash = keyed_hash(f"care:{self.resident_id}:{self.group}")

    @property
    def group_label(self) -> str:
        """Empty once the plan was made anonymous."""
        return str(CareGroup(self.group).label) if self.group else ""

    def is_open(self, on: date) -> bool:
        return self.since <= on and (self.ended_on is None or on < self.ended_on)


class CareEvent(models.Model):
    """Something happened in a household, and somebody looks in by `look_by`; a visit settles it."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="care_events", verbose_name=_("household")
    )
    kind = EncryptedTextField(_("what happened"), choices=CareEventKind.choices)
    on = models.DateField(_("happened on"))
    look_by = models.DateField(_("look in by"))
    note = EncryptedTextField(_("note"), blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(default=clock.now, editable=False)
    settled_on = models.DateField(_("visited on"), null=True, blank=True)

    class Meta:
        verbose_name = _("care event")
        verbose_name_plural = _("care events")
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["household"], condition=Q(settled_on__isnull=True), name="careevent_open"),
        ]

    def __str__(self) -> str:
        return f"{self.on}"

    @property
    def kind_label(self) -> str:
        return str(CareEventKind(self.kind).label)
