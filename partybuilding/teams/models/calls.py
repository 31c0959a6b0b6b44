"""A call-out, whom it called, and what they answered."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid
from partybuilding.checkins.terms import Skill
from partybuilding.columns import known, staff, within
from partybuilding.teams.models.teams import Team
from partybuilding.teams.models.volunteers import Volunteer
from partybuilding.teams.queries import CalledQuerySet, CallOutQuerySet
from partybuilding.teams.terms import (
    CALL_WORDS_MAX,
    COMING,
    GIVEN,
    MOST_HOURS,
    PLACE_MAX,
    WORDS_MAX,
    Answer,
    Emergency,
)
from partybuilding.teams.workflow import CALL, Stage, arrows
from wangguan import clock


class CallOut(models.Model):
    """Volunteers are called by text message. `stage` changes only through `services.calling`."""

    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty for a call-out of the street."),
    )
    kind = models.CharField(_("why they are called"), max_length=12, choices=Emergency)
    words = models.CharField(
        _("what volunteers are to do"),
        max_length=CALL_WORDS_MAX,
        help_text=_("Goes out by text message: no names, no numbers, no doors."),
    )
    place = models.CharField(_("where to meet"), max_length=PLACE_MAX)
    starts_at = models.DateTimeField(_("when to meet"))
    communities = models.ManyToManyField(
        Community, blank=True, related_name="+", verbose_name=_("communities called")
    )
    grids = models.ManyToManyField(Grid, blank=True, related_name="+", verbose_name=_("grids called"))
    teams = models.ManyToManyField(Team, blank=True, related_name="calls", verbose_name=_("teams called"))
    skills = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("skills"))
    wanted = models.PositiveSmallIntegerField(_("how many people"))
    stage = models.CharField(_("state"), max_length=12, choices=Stage, default=Stage.CALLING)
    batch = models.PositiveSmallIntegerField(_("rounds called"), default=1)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    """Made with the form: the same form sent twice calls once."""
    made_by = staff(verbose_name=_("called by"))
    made_at = models.DateTimeField(_("called out at"), default=clock.now)
    stood_down_at = models.DateTimeField(_("stood down"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.CharField(_("what was done"), max_length=WORDS_MAX, blank=True)

    objects = CallOutQuerySet.as_manager()
    # What `with_counts` adds.
    told: int
    coming: int

    class Meta:
        verbose_name = _("call-out")
        verbose_name_plural = _("call-outs")
        ordering = ["-id"]
        constraints = [
            known("kind", Emergency, "teams_call"),
            known("stage", Stage, "teams_call"),
            within("skills", Skill, "teams_call"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="teams_call_wants_somebody"),
            models.CheckConstraint(
                condition=Q(stage=Stage.ENDED, ended_at__isnull=False)
                | (~Q(stage=Stage.ENDED) & Q(ended_at__isnull=True)),
                name="teams_call_ended_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="teams_call_list"),
            models.Index(fields=["id"], condition=~Q(stage=Stage.ENDED), name="teams_call_running"),
        ]
        triggers = [pgtrigger.FSM(name="call_arrows", field="stage", transitions=arrows(CALL))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.words}"

    @property
    def is_running(self) -> bool:
        return self.stage != Stage.ENDED

    @property
    def skill_labels(self) -> list[str]:
        return [str(Skill(skill).label) for skill in self.skills]


class Called(models.Model):
    """One volunteer whom a call-out reached; answered by themselves or, on their word, by the office."""

    call = models.ForeignKey(CallOut, models.PROTECT, related_name="called", verbose_name=_("call-out"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="calls", verbose_name=_("volunteer")
    )
    batch = models.PositiveSmallIntegerField(_("round"), default=1)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer, default=Answer.SILENT)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = staff(verbose_name=_("answered for them by"))
    version = models.PositiveIntegerField(default=1, editable=False)
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, null=True, blank=True)
    hours_by = staff(verbose_name=_("hours confirmed by"))

    objects = CalledQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer called")
        verbose_name_plural = _("volunteers called")
        ordering = ["call", "id"]
        constraints = [
            known("answer", Answer, "teams_called"),
            models.UniqueConstraint(fields=["call", "volunteer"], name="teams_called_once"),
            models.CheckConstraint(
                condition=Q(answer=Answer.SILENT, answered_at__isnull=True)
                | Q(answer__in=GIVEN, answered_at__isnull=False),
                name="teams_called_answer_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0, hours__lte=MOST_HOURS, answer__in=COMING),
                name="teams_called_hours_of_who_came",
            ),
        ]
        indexes = [models.Index(fields=["call", "answer", "id"], name="teams_called_by_answer")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.volunteer_id} {self.answer}"
