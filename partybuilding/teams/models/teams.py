"""A team, who is in it, what it does, and how it is thanked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, today
from partybuilding.columns import known, staff
from partybuilding.gatherings.models import Gathering
from partybuilding.organisations.models import Organisation
from partybuilding.teams.models.volunteers import Volunteer
from partybuilding.teams.queries import MembershipQuerySet, ShiftQuerySet, TeamQuerySet
from partybuilding.teams.terms import NAME_MAX, WORDS_MAX, TeamKind, Work
from wangguan import clock


class Team(models.Model):
    """Volunteers who act together; the leader, known by phone, keeps its shifts."""

    name = models.CharField(_("name"), max_length=NAME_MAX)
    kind = models.CharField(_("kind"), max_length=12, choices=TeamKind, default=TeamKind.VOLUNTEER)
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty for a team of the whole street."),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("party organisation"),
    )
    grids = models.ManyToManyField(
        Grid,
        blank=True,
        related_name="+",
        verbose_name=_("stands ready for the grids"),
        help_text=_("A call-out in one of them calls the team too."),
    )
    leader = models.ForeignKey(
        Volunteer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("leader of the team"),
    )
    aims = models.TextField(_("what the team is for"), max_length=WORDS_MAX, blank=True)
    founded_on = models.DateField(_("founded on"), default=today)
    ended_on = models.DateField(_("dissolved on"), null=True, blank=True)
    volunteers = models.ManyToManyField(
        Volunteer, through="Membership", related_name="teams", verbose_name=_("volunteers")
    )

    objects = TeamQuerySet.as_manager()
    # What `with_counts` adds.
    people: int

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["community__code", "name", "id"]
        constraints = [
            known("kind", TeamKind, "teams_team"),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
                name="teams_team_name_once",
                violation_error_message=_("There is a team of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("founded_on")),
                name="teams_team_ends_after_founding",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.ended_on is None or self.ended_on > today()


class Membership(models.Model):
    """A volunteer in a team, from a day until a day (both included)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships", verbose_name=_("team"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="memberships", verbose_name=_("volunteer")
    )
    since = models.DateField(_("in the team since"), default=today)
    until = models.DateField(_("in the team until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership in a team")
        verbose_name_plural = _("memberships in teams")
        ordering = ["team", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"], condition=Q(until__isnull=True), name="teams_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="teams_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.volunteer}"


class Activity(models.Model):
    """What a team does, once or again and again; each time is a shift."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="activities", verbose_name=_("team"))
    title = models.CharField(_("activity"), max_length=NAME_MAX)
    words = models.TextField(_("what to know"), max_length=WORDS_MAX, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Work, default=Work.CARE)
    form_id = models.UUIDField(unique=True, editable=False)
    made_by = staff(verbose_name=_("entered by"))
    """None: the leader of the team."""
    made_at = models.DateTimeField(_("entered"), default=clock.now)

    class Meta:
        verbose_name = _("activity of a team")
        verbose_name_plural = _("activities of teams")
        ordering = ["-id"]
        constraints = [known("kind", Work, "teams_activity")]

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """One time of an activity: places, sign-up, attendance and hours are the gathering's."""

    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="shifts", verbose_name=_("activity of a team")
    )
    gathering = models.OneToOneField(
        Gathering, models.PROTECT, related_name="teams_shift", verbose_name=_("gathering")
    )

    objects = ShiftQuerySet.as_manager()
    # What `with_taken` adds.
    taken: int
    waiting: int

    class Meta:
        verbose_name = _("shift of a team")
        verbose_name_plural = _("shifts of teams")
        ordering = ["gathering__starts_at", "id"]

    def __str__(self) -> str:
        return str(self.gathering)


class Thanks(models.Model):
    """Words of thanks on the team's page, to the team or to one of its volunteers."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="thanks", verbose_name=_("team"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("volunteer")
    )
    words = models.CharField(_("words of thanks"), max_length=WORDS_MAX)
    form_id = models.UUIDField(unique=True, editable=False)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now)

    class Meta:
        verbose_name = _("words of thanks")
        verbose_name_plural = _("words of thanks")
        ordering = ["-id"]
        indexes = [models.Index(fields=["team", "-id"], name="teams_thanks_list")]

    def __str__(self) -> str:
        return f"{self.team}: {self.words}"
