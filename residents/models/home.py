"""Dwelling → household → resident, below the buildings of `grids` (handbook §5)."""

from datetime import date

from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid, today
from residents.identity import check_id_number
from residents.models.checks import known
from residents.queries import DwellingQuerySet, HouseholdQuerySet, ResidentQuerySet
from residents.terms import DwellingUse, HouseholdKind, LeftHow, Relation, Sex, VisitLevel
from wangguan.privacy import EncryptedTextField, keyed_hash, mask_id_number, mask_name, mask_phone


class Dwelling(models.Model):
    """A flat, or what else has a door of its own in a building."""

    building = models.ForeignKey(
        Building, models.PROTECT, related_name="dwellings", verbose_name=_("building")
    )
    entrance = models.PositiveSmallIntegerField(_("entrance"), default=1)
    floor = models.SmallIntegerField(_("floor"), default=1)
    door = models.CharField(_("door"), max_length=20)
    use = models.CharField(_("use"), max_length=10, choices=DwellingUse, default=DwellingUse.OWN)

    objects = DwellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        ordering = ["building", "entrance", "floor", "door"]
        constraints = [
            known("dwelling", "use", DwellingUse),
            models.UniqueConstraint(
                fields=["building", "entrance", "door"],
                name="dwelling_door_once",
                violation_error_message=_("This door is in the register already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building}{self.label}"

    @property
    def label(self) -> str:
        """Below the building: “2单元501”."""
        return gettext("Entrance %(entrance)d, %(door)s") % {"entrance": self.entrance, "door": self.door}

    @property
    def grid(self) -> Grid:
        return self.building.grid


class Household(models.Model):
    """Those who live behind one door together; when it moves, it keeps its history.

    `visit_level` is the tightest of its people's care plans, `next_visit_on` what
    `residents.services.care.reckon` made of it; both are never set elsewhere.
    """

    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="households", verbose_name=_("dwelling")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=HouseholdKind, default=HouseholdKind.REGISTERED)
    since = models.DateField(_("since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    visit_level = models.CharField(
        _("visits"), max_length=12, choices=VisitLevel, default=VisitLevel.HALF_YEARLY, editable=False
    )
    last_visit_on = models.DateField(_("last visit"), null=True, blank=True, editable=False)
    next_visit_on = models.DateField(_("next visit by"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["dwelling", "id"]
        constraints = [
            known("household", "kind", HouseholdKind),
            known("household", "visit_level", VisitLevel),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(next_visit_on__isnull=True),
                name="household_gone_not_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_visit_on"], condition=Q(next_visit_on__isnull=False), name="household_due"
            ),
        ]

    def __str__(self) -> str:
        return str(self.dwelling)

    @property
    def address(self) -> str:
        return str(self.dwelling)

    @property
    def is_here(self) -> bool:
        return self.left_on is None


class Resident(models.Model):
    """Somebody of a household. Phone and ID number are ciphertext, found again by keyed hashes."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="people", verbose_name=_("household")
    )
    name = models.CharField(_("full name"), max_length=50, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation, default=Relation.OTHER)
    phone = EncryptedTextField(
        _("phone"),
        blank=True,
        default="",
        validators=[RegexValidator(r"^1[3-9]\d{9}$", _("Enter a mobile number of 11 digits."))],
    )
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    phone_tail_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    id_number = EncryptedTextField(_("ID number"), blank=True, default="", validators=[check_id_number])
    id_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    came_on = models.DateField(_("here since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_how = models.CharField(_("left how"), max_length=8, choices=LeftHow, blank=True, default="")
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        ordering = ["id"]
        constraints = [
            known("resident", "sex", Sex),
            known("resident", "relation", Relation),
            known("resident", "left_how", LeftHow, blank=True),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_how="") | (Q(left_on__isnull=False) & ~Q(left_how="")),
                name="resident_left_how",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(name="", phone="", id_number="", left_on__isnull=False),
                name="resident_anonymous_empty",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relation=Relation.HEAD, left_on__isnull=True),
                name="resident_one_head",
                violation_error_message=_("This household has a head already."),
            ),
            models.UniqueConstraint(
                fields=["household", "id_hash"],
                condition=~Q(id_hash="") & Q(left_on__isnull=True),
                name="resident_once_per_household",
                violation_error_message=_("This person is in the household already."),
            ),
        ]
        indexes = [
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="resident_phone"),
            models.Index(fields=["phone_tail_hash"], condition=~Q(phone_hash=""), name="resident_phone_tail"),
            # For who is looked up by how a name begins or ends.
            models.Index(
                OpClass("name", name="varchar_pattern_ops"),
                condition=Q(left_on__isnull=True),
                name="resident_name",
            ),
            models.Index(
                OpClass(Reverse("name"), name="text_pattern_ops"),
                condition=Q(left_on__isnull=True),
                name="resident_name_backwards",
            ),
            models.Index(fields=["id_hash"], condition=~Q(id_hash=""), name="resident_id"),
            models.Index(
                fields=["left_on"],
                condition=Q(left_on__isnull=False, anonymised_at__isnull=True),
                name="resident_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: object, **options: object) -> None:
        self.seal()
        super().save(*args, **options)  # type: ignore[arg-type]

    def seal(self) -> None:
        """Bring the hashes in line with phone and ID number; bulk writers call it themselves."""
        self.phone_hash = keyed_hash(self.phone)
        self.phone_tail_hash = keyed_hash(self.phone[-4:])
        self.id_hash = keyed_hash(self.id_number)

    @property
    def is_here(self) -> bool:
        return self.left_on is None

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_id_number(self) -> str:
        return mask_id_number(self.id_number)

    def age(self, on: date | None = None) -> int | None:
        """Full years; None when the birth date is not known."""
        if self.born_on is None:
            return None
        day = on or today()
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))
