"""Firms and sites of emerging sectors, their surveys and visits. No worker has a name here."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import distance
from grids.models import Building, Community, Grid, today
from partybuilding.columns import MOBILE
from partybuilding.organisations.models import Organisation
from partybuilding.sectors.queries import FirmQuerySet
from partybuilding.sectors.terms import (
    ADDRESS_MAX,
    NAME_MAX,
    OWN_BRANCH_MEMBERS,
    PEOPLE_MAX,
    WORDS_MAX,
    Kind,
    Trade,
    Why,
)
from partybuilding.sectors.workflow import ADVISED, IN_BRANCH, WHAT, Stage, stage_arrows
from requests_app import triggers
from residents.models.venue import check_credit_code
from wangguan import clock
from wangguan.privacy import EncryptedTextField, keyed_hash, mask_name, mask_phone

_MOST = [MaxValueValidator(PEOPLE_MAX)]
_ADVISED, _IN_BRANCH = Q(stage__in=sorted(ADVISED)), Q(stage__in=sorted(IN_BRANCH))


def _known(column: str, choices: type[models.TextChoices], *, blank: bool = False) -> models.CheckConstraint:
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=Q(**{f"{column}__in": values}), name=f"firm_{column}_known")


def _both_or_none(condition: Q, *columns: str) -> Q:
    """In these stages all the columns are filled, in the others none."""
    filled = {f"{column}__isnull": False for column in columns}
    empty = {f"{column}__isnull": True for column in columns}
    return condition & Q(**filled) | ~condition & Q(**empty)


class Firm(models.Model):
    """A firm, a social organisation, or a site where new-form workers gather.

    `version` is compared and swapped with every step. People and members are those of the newest survey;
    numbers only. `surveyed_on` is the day of that survey, also while nobody has confirmed it.
    """

    name = models.CharField(_("name"), max_length=NAME_MAX)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, default="", validators=[check_credit_code]
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.FIRM)
    trade = models.CharField(_("sector of trade"), max_length=12, choices=Trade, default=Trade.OTHER)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="+", verbose_name=_("community"), editable=False
    )
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="firms", verbose_name=_("grid"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    address = models.CharField(_("address"), max_length=ADDRESS_MAX)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))
    people = models.PositiveIntegerField(_("people working there"), null=True, blank=True, validators=_MOST)
    party_members = models.PositiveIntegerField(_("party members"), default=0, validators=_MOST)
    floating_members = models.PositiveIntegerField(
        _("floating members"), default=0, validators=_MOST, help_text=_("Counted among the party members.")
    )
    contact_name = EncryptedTextField(_("contact"), blank=True, default="")
    contact_phone = EncryptedTextField(_("phone of the contact"), blank=True, default="", validators=[MOBILE])
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False, db_index=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.FOUND, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("adviser"),
    )
    next_visit_due = models.DateField(_("next visit by"), null=True, editable=False)
    reminded_on = models.DateField(null=True, editable=False)
    surveyed_on = models.DateField(_("surveyed on"), null=True, editable=False)
    surveyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("surveyed by"),
    )
    branch = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="firms",
        verbose_name=_("branch"),
    )
    gone_why = models.CharField(_("why it is gone"), max_length=12, choices=Why, blank=True, editable=False)
    reported_at = models.DateTimeField(_("reported at"), default=clock.now, editable=False)
    action_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = FirmQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm or site")
        verbose_name_plural = _("firms and sites")
        ordering = ["-id"]
        constraints = [
            _known("kind", Kind),
            _known("trade", Trade),
            _known("stage", Stage),
            _known("gone_why", Why, blank=True),
            models.UniqueConstraint(
                fields=["grid", "name"],
                condition=~Q(stage=Stage.GONE),
                name="firm_once_per_grid",
                violation_error_message=_("This grid has a firm or site of this name already."),
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(stage=Stage.GONE) & ~Q(credit_code=""),
                name="firm_once_per_code",
                violation_error_message=_("This credit code is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(stage=Stage.ESTABLISHED),
                name="firm_own_branch_once",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="firm_point_whole",
                violation_error_message=_("Give both latitude and longitude in degrees, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(floating_members__lte=F("party_members"))
                & (Q(people__isnull=True) | Q(people__gte=F("party_members"))),
                name="firm_members_among_people",
                violation_error_message=_(
                    "Floating members are counted among the members, and members among the people."
                ),
            ),
            models.CheckConstraint(
                condition=_both_or_none(_ADVISED, "adviser", "next_visit_due"), name="firm_advised"
            ),
            models.CheckConstraint(condition=_both_or_none(_IN_BRANCH, "branch"), name="firm_in_branch"),
            models.CheckConstraint(
                condition=Q(stage=Stage.GONE) & ~Q(gone_why="") | ~Q(stage=Stage.GONE) & Q(gone_why=""),
                name="firm_gone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=_both_or_none(Q(surveyed_on__isnull=False), "surveyed_by"), name="firm_surveyed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_visit_due"],
                condition=Q(next_visit_due__isnull=False, reminded_on__isnull=True),
                name="firm_to_visit",
            ),
            models.Index(
                fields=["community", "stage"], condition=~Q(stage=Stage.GONE), name="firm_by_community"
            ),
            models.Index(
                fields=["community"],
                condition=Q(stage=Stage.FOUND, surveyed_on__isnull=False),
                name="firm_to_confirm",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="stage_arrows", field="stage", transitions=stage_arrows()),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        self.phone_hash = keyed_hash(self.contact_phone)
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        """The office's page of it."""
        return reverse("sector_firm", args=[self.pk])

    def clean(self) -> None:
        if self.building and self.building.grid_id != self.grid_id:
            raise ValidationError({"building": gettext("The building lies in another grid.")})

    @property
    def masked_contact(self) -> str:
        return mask_name(self.contact_name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.contact_phone)

    @property
    def point(self) -> distance.Point | None:
        """Its own, else that of the building it is in."""
        own = distance.point(self.latitude, self.longitude)
        if own is None and self.building:
            return distance.point(self.building.latitude, self.building.longitude)
        return own

    @property
    def is_visit_due(self) -> bool:
        return self.next_visit_due is not None and self.next_visit_due <= today()

    @property
    def waits_for_confirmation(self) -> bool:
        return self.stage == Stage.FOUND and self.surveyed_on is not None

    @property
    def is_without_branch(self) -> bool:
        """Three members and no standing branch: the mark in lists, as `queries.SELECTIONS` counts it."""
        if self.party_members < OWN_BRANCH_MEMBERS:
            return False
        if self.stage in IN_BRANCH:
            return self.branch is not None and not self.branch.is_standing
        return self.stage in (Stage.SURVEYED, Stage.GUIDED)


class Survey(models.Model):
    """What one survey counted and heard; never changed or deleted."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="surveys", verbose_name=_("firm or site"))
    on = models.DateField(_("day"), default=today)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("surveyed by")
    )
    people = models.PositiveIntegerField(_("people working there"))
    party_members = models.PositiveIntegerField(_("party members"))
    floating_members = models.PositiveIntegerField(_("floating members"))
    needs = models.TextField(_("what they need"), max_length=WORDS_MAX, blank=True)
    offers = models.TextField(_("what they can give"), max_length=WORDS_MAX, blank=True)

    class Meta:
        verbose_name = _("survey of a firm")
        verbose_name_plural = _("surveys of firms")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(floating_members__lte=F("party_members"), people__gte=F("party_members")),
                name="firm_survey_members_among_people",
            )
        ]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.on}"


class AdviserVisit(models.Model):
    """A visit of the adviser, in words; never changed or deleted."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="visits", verbose_name=_("firm or site"))
    on = models.DateField(_("day"), default=today)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("visited by")
    )
    words = models.TextField(_("words"), max_length=WORDS_MAX)

    class Meta:
        verbose_name = _("visit of an adviser")
        verbose_name_plural = _("visits of advisers")
        ordering = ["-on", "-id"]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.on}"


class Entry(models.Model):
    """What happened to a firm; never changed or deleted. `about` is the adviser or the branch it named."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="entries")
    what = models.CharField(_("what happened"), max_length=12)
    from_stage = models.CharField(max_length=12, choices=Stage, blank=True)
    to_stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_title = models.CharField(_("as"), max_length=120, blank=True)
    about = models.CharField(max_length=NAME_MAX, blank=True)
    words = models.TextField(_("words"), blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    action_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry of a firm")
        verbose_name_plural = _("entries of firms")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=sorted(WHAT)), name="firm_entry_what_known"),
            models.UniqueConstraint(
                fields=["firm", "action_id"], condition=Q(action_id__isnull=False), name="firm_entry_once"
            ),
        ]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.what}"

    @property
    def label(self) -> str:
        return str(WHAT.get(self.what, self.what))
