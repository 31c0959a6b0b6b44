"""Party organisations, their seats, their members, and the key projects on which some of them stand."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Estate, Grid, today
from partybuilding import pictures
from partybuilding.columns import MOBILE, community_or_street, known
from partybuilding.organisations.queries import (
    MemberQuerySet,
    OrganisationQuerySet,
    ProjectQuerySet,
    TermQuerySet,
)
from partybuilding.organisations.terms import (
    BRANCH_TERM_YEARS,
    NAME_MAX,
    TERM_YEARS,
    WORDS_MAX,
    Kind,
    Seat,
    Setting,
    Standing,
)
from wangguan.privacy import EncryptedTextField, Masked, keyed_hash


class Project(models.Model):
    """A key project of the street; its branch stands on it while it lasts (支部建在项目上)."""

    name = models.CharField(_("name"), max_length=NAME_MAX)
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty for a project of the whole street."),
    )
    place = models.CharField(_("place"), max_length=100, blank=True)
    aim = models.TextField(_("what it is for"), max_length=WORDS_MAX, blank=True)
    starts_on = models.DateField(_("from"), default=today)
    due_on = models.DateField(_("to be finished by"))
    finished_on = models.DateField(_("finished on"), null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("key project")
        verbose_name_plural = _("key projects")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="party_project_name_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="party_project_due_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("starts_on")),
                name="party_project_finished_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(finished_on__isnull=True), name="party_project_runs")
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """One organisation of the tree; those below it name it as their parent."""

    name = models.CharField(_("name"), max_length=NAME_MAX)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    setting = models.CharField(_("stands in"), max_length=12, choices=Setting, default=Setting.COMMUNITY)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="below", verbose_name=_("belongs to")
    )
    community = community_or_street()
    grids = models.ManyToManyField(
        Grid,
        blank=True,
        related_name="party_organisations",
        verbose_name=_("stands on the grids"),
        help_text=_("One or more; the grid's own page shows its branch."),
    )
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("key project")
    )
    phone = models.CharField(_("office phone"), max_length=50, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(
        _("dissolved on"),
        null=True,
        blank=True,
        help_text=_("It leaves the tree; what it did stays. Move its members and lower organisations first."),
    )

    objects = OrganisationQuerySet.as_manager()
    # What `for_tree` adds.
    member_count: int
    leaders: "list[Term]"

    class Meta:
        verbose_name = _("party organisation")
        verbose_name_plural = _("party organisations")
        ordering = ["community__code", "kind", "name", "id"]
        constraints = [
            known("kind", Kind, "party_organisation"),
            known("setting", Setting, "party_organisation"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=Kind.WORKING_COMMITTEE, dissolved_on__isnull=True),
                name="party_organisation_one_head",
                violation_error_message=_("The street has its working committee already."),
            ),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(dissolved_on__isnull=True),
                nulls_distinct=False,
                name="party_organisation_name_once",
                violation_error_message=_("There is an organisation of this name."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.WORKING_COMMITTEE, parent__isnull=True)
                | (~Q(kind=Kind.WORKING_COMMITTEE) & Q(parent__isnull=False)),
                name="party_organisation_has_parent",
                violation_error_message=_(
                    "Every organisation but the working committee belongs to one above it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(setting=Setting.ESTATE) | Q(estate__isnull=True),
                name="party_organisation_estate_fits",
                violation_error_message=_("Only an organisation of an estate names one."),
            ),
            models.CheckConstraint(
                condition=Q(setting=Setting.PROJECT) | Q(project__isnull=True),
                name="party_organisation_project_fits",
                violation_error_message=_("Only an organisation of a key project names one."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "kind"],
                condition=Q(dissolved_on__isnull=True),
                name="party_organisation_standing",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.dissolved_on is None

    @property
    def term_years(self) -> int:
        """How long a committee serves here; `terms.TERM_YEARS` says why."""
        long = self.kind in (Kind.WORKING_COMMITTEE, Kind.COMMITTEE) or self.setting == Setting.COMMUNITY
        return TERM_YEARS if long else BRANCH_TERM_YEARS

    def clean(self) -> None:
        """What the database cannot say of two rows: the tree descends, and nothing hangs in the air."""
        if self.parent and Kind(self.parent.kind).rank >= Kind(self.kind).rank:
            raise ValidationError({"parent": gettext("It belongs to one of a higher kind.")})
        if self.parent and not self.parent.is_standing and self.is_standing:
            raise ValidationError({"parent": gettext("That organisation is dissolved.")})
        if self.estate and self.community_id != self.estate.community_id:
            raise ValidationError({"estate": gettext("This estate lies in another community.")})
        if self.dissolved_on and self.pk:
            self._may_be_dissolved()

    def _may_be_dissolved(self) -> None:
        if self.below.filter(dissolved_on__isnull=True).exists():
            said = gettext("Organisations below it still stand; move or dissolve them first.")
            raise ValidationError({"dissolved_on": said})
        if self.members.current().exists():
            raise ValidationError({"dissolved_on": gettext("It still has members; move them first.")})


class Term(models.Model):
    """Somebody in a seat of an organisation's committee, from a day until a day (both included)."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="terms", verbose_name=_("party organisation")
    )
    seat = models.CharField(_("seat"), max_length=12, choices=Seat)
    name = models.CharField(_("full name"), max_length=30, help_text=_("Public, as on the notice board."))
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"))
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat of a committee")
        verbose_name_plural = _("seats of committees")
        ordering = ["organisation", "-ends_on", "id"]
        constraints = [
            known("seat", Seat, "party_term"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="party_term_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on"], condition=Q(reminded_on__isnull=True), name="party_term_to_remind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_seat_display()} {self.name}"


class Member(Masked, models.Model):
    """A party member, as far as the office needs it; name and phone are encrypted like a resident's."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="members", verbose_name=_("party organisation")
    )
    name = EncryptedTextField(_("full name"))
    name_hash = models.CharField(max_length=64, editable=False, db_index=True)
    phone = EncryptedTextField(_("phone"), blank=True, default="", validators=[MOBILE])
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing, default=Standing.FULL)
    is_floating = models.BooleanField(
        _("floating member"),
        default=False,
        help_text=_("Lives or works elsewhere for six months or more and is kept in touch with."),
    )
    joined_on = models.DateField(_("with us since"), default=today)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("party member")
        verbose_name_plural = _("party members")
        ordering = ["organisation", "id"]
        constraints = [
            known("standing", Standing, "party_member"),
            models.UniqueConstraint(
                fields=["phone_hash"],
                condition=~Q(phone_hash="") & Q(left_on__isnull=True),
                name="party_member_phone_once",
                violation_error_message=_("Somebody with this phone is a member already."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="party_member_left_after_joining",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation"], condition=Q(left_on__isnull=True), name="party_member_current"
            )
        ]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **options: Any) -> None:
        self._hash()
        super().save(*args, **options)

    def clean(self) -> None:
        self._hash()

    def _hash(self) -> None:
        self.name_hash, self.phone_hash = keyed_hash(self.name), keyed_hash(self.phone)


class Milestone(models.Model):
    """A step of a key project: planned for a day, reached on another, in words and with a picture."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="milestones", verbose_name=_("key project")
    )
    name = models.CharField(_("milestone"), max_length=NAME_MAX)
    due_on = models.DateField(_("planned for"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    words = models.CharField(_("what has been done"), max_length=WORDS_MAX, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project", "due_on", "id"]

    def __str__(self) -> str:
        return self.name

    def is_late(self, on: date | None = None) -> bool:
        return self.reached_on is None and self.due_on < (on or today())


class Picture(pictures.Kept):
    """A picture of a milestone."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="pictures")

    class Meta:
        verbose_name = _("picture of a milestone")
        verbose_name_plural = _("pictures of milestones")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.pk}"
