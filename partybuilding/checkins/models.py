"""Units and members who checked in to a community, what is needed of them, and what they did."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid
from partybuilding.checkins.queries import CheckInQuerySet, NeedQuerySet, ServiceQuerySet
from partybuilding.checkins.terms import MOST_HOURS, NAME_MAX, WORDS_MAX, Grade, Skill, Slot, UnitKind
from partybuilding.checkins.workflow import CHECK_IN, SERVICE, State, Turn, arrows
from partybuilding.columns import known, staff, within
from wangguan import clock
from wangguan.privacy import EncryptedTextField, Masked, keyed_hash, mask_name, mask_phone


class Unit(models.Model):
    """An organ, institution, firm or society whose party organisation checks in to communities."""

    name = models.CharField(_("name"), max_length=NAME_MAX, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    address = models.CharField(_("address"), max_length=100, blank=True)
    contact_name = EncryptedTextField(_("contact"))
    contact_phone = EncryptedTextField(_("phone of the contact"))
    contact_hash = models.CharField(max_length=64, editable=False, db_index=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name"]
        constraints = [known("kind", UnitKind, "party_unit")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        self.contact_hash = keyed_hash(self.contact_phone)
        super().save(*args, **options)

    @property
    def masked_contact(self) -> str:
        return f"{mask_name(self.contact_name)} {mask_phone(self.contact_phone)}"


class CheckIn(models.Model):
    """What both check-ins share. `state` changes only through `services.steps.take`."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    """Made with the form: the same form sent twice is one check-in."""
    submitted_at = models.DateTimeField(_("submitted"), default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by = staff(verbose_name=_("confirmed by"), editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    reason = models.CharField(_("why withdrawn"), max_length=WORDS_MAX, blank=True, editable=False)

    class Meta:
        abstract = True


class UnitCheckIn(CheckIn):
    """A unit in a community."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="check_ins", verbose_name=_("unit"))
    people = models.PositiveIntegerField(_("party members in the unit"), default=0)
    offers = models.TextField(_("what the unit can give"), max_length=WORDS_MAX, blank=True)

    objects = CheckInQuerySet["UnitCheckIn"].as_manager()

    class Meta:
        verbose_name = _("unit's check-in")
        verbose_name_plural = _("units' check-ins")
        ordering = ["-id"]
        constraints = [
            known("state", State, "party_unit_check_in"),
            models.UniqueConstraint(
                fields=["unit", "community"],
                condition=~Q(state=State.WITHDRAWN),
                name="party_unit_checks_in_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-id"], name="party_unit_check_in_list")]
        triggers = [pgtrigger.FSM(name="unit_arrows", field="state", transitions=arrows(CHECK_IN))]

    def __str__(self) -> str:
        return f"{self.unit} · {self.community}"


class MemberCheckIn(Masked, CheckIn):
    """A party member where they live."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("unit")
    )
    unit_named = models.CharField(_("unit, as written"), max_length=NAME_MAX, blank=True)
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lives in the grid")
    )
    name = EncryptedTextField(_("full name"))
    phone = EncryptedTextField(_("phone"))
    phone_hash = models.CharField(max_length=64, editable=False)
    duty = models.CharField(_("post taken on"), max_length=NAME_MAX, blank=True)
    skills = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("can do"))
    slots = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("has time"))

    objects = CheckInQuerySet["MemberCheckIn"].as_manager()

    class Meta:
        verbose_name = _("member's check-in")
        verbose_name_plural = _("members' check-ins")
        ordering = ["-id"]
        constraints = [
            known("state", State, "party_member_check_in"),
            within("skills", Skill, "party_member_check_in"),
            within("slots", Slot, "party_member_check_in"),
            models.UniqueConstraint(
                fields=["phone_hash"], condition=~Q(state=State.WITHDRAWN), name="party_member_checks_in_once"
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-id"], name="party_member_check_in_list")]
        triggers = [pgtrigger.FSM(name="member_arrows", field="state", transitions=arrows(CHECK_IN))]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **options: Any) -> None:
        self.phone_hash = keyed_hash(self.phone)
        super().save(*args, **options)

    @property
    def of_unit(self) -> str:
        return str(self.unit) if self.unit else self.unit_named

    @property
    def skill_labels(self) -> list[str]:
        return [str(Skill(skill).label) for skill in self.skills]

    @property
    def slot_labels(self) -> list[str]:
        return [str(Slot(slot).label) for slot in self.slots]


class Need(models.Model):
    """What a community needs somebody for, at a place and time."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    title = models.CharField(_("what is needed"), max_length=NAME_MAX)
    words = models.TextField(_("what to know"), max_length=WORDS_MAX, blank=True)
    place = models.CharField(_("place"), max_length=100)
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    skills = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("skills"))
    wanted = models.PositiveSmallIntegerField(
        _("how many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    form_id = models.UUIDField(unique=True, editable=False)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now)

    objects = NeedQuerySet.as_manager()
    # What `with_counts` adds.
    coming: int
    asked: int

    class Meta:
        verbose_name = _("need of helping hands")
        verbose_name_plural = _("needs of helping hands")
        ordering = ["-starts_at", "-id"]
        constraints = [
            within("skills", Skill, "party_need"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="party_need_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="party_need_wants_somebody"),
        ]
        indexes = [models.Index(fields=["community", "-starts_at"], name="party_need_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def skill_labels(self) -> list[str]:
        return [str(Skill(skill).label) for skill in self.skills]


class Service(models.Model):
    """One member at one need, or on a day of their own: asked, came, hours."""

    member = models.ForeignKey(
        MemberCheckIn, models.PROTECT, related_name="services", verbose_name=_("member")
    )
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="services", verbose_name=_("need")
    )
    turn = models.CharField(_("state"), max_length=12, choices=Turn)
    version = models.PositiveIntegerField(default=1, editable=False)
    day = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, null=True, blank=True)
    words = models.CharField(_("what has been done"), max_length=WORDS_MAX, blank=True)
    note = models.CharField(_("why not confirmed"), max_length=WORDS_MAX, blank=True)
    confirmed_by = staff(verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    form_id = models.UUIDField(unique=True, null=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["-day", "-id"]
        constraints = [
            known("turn", Turn, "party_service"),
            models.UniqueConstraint(fields=["need", "member"], name="party_service_once_per_need"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0, hours__lte=MOST_HOURS),
                name="party_service_hours",
            ),
            models.CheckConstraint(
                condition=~Q(turn__in=[Turn.REPORTED, Turn.CONFIRMED]) | Q(hours__isnull=False),
                name="party_service_reported_has_hours",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-day"], name="party_service_mine"),
            models.Index(fields=["id"], condition=Q(turn=Turn.REPORTED), name="party_service_to_confirm"),
        ]
        triggers = [pgtrigger.FSM(name="service_arrows", field="turn", transitions=arrows(SERVICE))]

    def __str__(self) -> str:
        return f"{self.day}: {self.need or self.words}"


class Appraisal(models.Model):
    """How a community judges one year of a unit; the letter is made from it."""

    check_in = models.ForeignKey(
        UnitCheckIn, models.PROTECT, related_name="appraisals", verbose_name=_("unit's check-in")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.CharField(_("grade"), max_length=12, choices=Grade)
    words = models.CharField(_("in words"), max_length=WORDS_MAX, blank=True)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now)

    class Meta:
        verbose_name = _("yearly appraisal")
        verbose_name_plural = _("yearly appraisals")
        ordering = ["-year", "-id"]
        constraints = [
            known("grade", Grade, "party_appraisal"),
            models.UniqueConstraint(fields=["check_in", "year"], name="party_appraisal_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.check_in} {self.year}"
