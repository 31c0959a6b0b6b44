"""A case of supervision, and what happened to it."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, Line
from requests_app import triggers
from requests_app.models import Reminder, Ticket
from requests_app.supervision.queries import CaseQuerySet
from requests_app.supervision.terms import ANSWER_DAYS, JUDGE_DAYS, MOST_DAYS, OPEN, Act, Cause, Over, State
from requests_app.workflow import Level
from wangguan import clock
from wangguan.workdays import current_calendar

OPEN_Q = Q(state__in=OPEN)


class Case(models.Model):
    """One matter put to one unit for an answer, until the level that stands over it accepts one.

    `version` is compared and swapped with every act. `due_at` is the limit of what is waited for now, an
    answer or a judgement; `next_at` when somebody is reminded of it next. `answer` holds the words of
    the present round; every word of every round stands in the entries.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", verbose_name=_("request"))
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    rule = models.CharField(_("broken rule"), max_length=40, blank=True)
    reminder = models.OneToOneField(Reminder, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(_("level"), max_length=12, choices=Level)
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    section = models.CharField(_("section"), max_length=12, choices=Line, blank=True)
    judge = models.CharField(_("judged by"), max_length=12, choices=Over)
    over = models.CharField(_("stands over it"), max_length=12, choices=Over)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    reason = models.TextField(_("reason"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    days = models.PositiveSmallIntegerField(_("working days to answer"), default=ANSWER_DAYS)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    first_due_at = models.DateTimeField(_("first limit"))
    first_answered_at = models.DateTimeField(_("first answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    action_id = models.UUIDField(null=True, unique=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case of supervision")
        verbose_name_plural = _("cases of supervision")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="case_cause_known"),
            models.CheckConstraint(
                condition=Q(judge__in=Over.values, over__in=Over.values), name="case_over"
            ),
            models.CheckConstraint(
                condition=Q(level=Level.GRID, grid__isnull=False, community__isnull=False)
                | Q(level=Level.COMMUNITY, community__isnull=False)
                | Q(level=Level.STREET),
                name="case_has_unit",
            ),
            models.CheckConstraint(
                condition=OPEN_Q & Q(due_at__isnull=False, closed_at__isnull=True)
                | ~OPEN_Q & Q(due_at__isnull=True, next_at__isnull=True, closed_at__isnull=False),
                name="case_open_has_limit",
            ),
            models.UniqueConstraint(
                fields=["ticket", "rule"],
                condition=OPEN_Q & Q(cause=Cause.AUDIT) & ~Q(rule=""),
                name="case_one_per_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="case_next"),
            models.Index(fields=["state", "-id"], condition=OPEN_Q, name="case_open"),
            models.Index(fields=["due_at", "id"], condition=OPEN_Q, name="case_due"),
            models.Index(fields=["opened_at"], name="case_opened"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"

    def get_absolute_url(self) -> str:
        """The office's page of it."""
        return reverse("supervision_case", args=[self.pk])

    @property
    def unit(self) -> str:
        """Whom it is addressed to, as people call it."""
        if self.level == Level.GRID:
            return str(self.grid)
        if self.level == Level.COMMUNITY:
            return str(self.community)
        return gettext("Street: %(section)s") % {
            "section": self.get_section_display() or gettext("dispatch centre")
        }

    @property
    def unit_code(self) -> str:
        """15 digits, 12 digits, or `street` with its section, as tickets have it."""
        if self.level == Level.GRID and self.grid:
            return self.grid.code
        if self.level == Level.COMMUNITY and self.community:
            return self.community.code
        return f"street:{self.section}" if self.section else "street"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """What is waited for is overdue."""
        return bool(self.due_at and self.due_at <= clock.now())


class Entry(models.Model):
    """What happened to a case; never changed or deleted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    act = models.CharField(_("act"), max_length=12, choices=Act)
    round = models.PositiveSmallIntegerField(_("round"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_title = models.CharField(_("as"), max_length=120, blank=True)
    words = models.TextField(_("words"), blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    over = models.CharField(max_length=12, choices=Over, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    action_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry of a case")
        verbose_name_plural = _("entries of cases")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="case_entry_act_known"),
            models.UniqueConstraint(
                fields=["case", "action_id"], condition=Q(action_id__isnull=False), name="case_entry_once"
            ),
        ]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.case_id}: {self.act}"


class LimitRule(models.Model):
    """How long a unit has to answer, and the level over it to judge, by what the case came from."""

    cause = models.CharField(_("cause"), max_length=12, choices=Cause, unique=True)
    answer_days = models.PositiveSmallIntegerField(
        _("working days to answer"),
        default=ANSWER_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    judge_days = models.PositiveSmallIntegerField(
        _("working days to judge"),
        default=JUDGE_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )

    class Meta:
        verbose_name = _("limit of supervision")
        verbose_name_plural = _("limits of supervision")
        ordering = ["cause"]
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="case_limit_cause_known"),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, MOST_DAYS), judge_days__range=(1, MOST_DAYS)),
                name="case_limit_days",
            ),
        ]

    def __str__(self) -> str:
        return self.get_cause_display()


def limits(cause: str) -> LimitRule:
    """The rule for this cause; the usual limits where the office wrote none."""
    return LimitRule.objects.filter(cause=cause).first() or LimitRule(cause=cause)


def working_days(days: int) -> datetime:
    """When so many working days from now have passed."""
    calendar = current_calendar()
    return calendar.add(clock.now(), days * calendar.day_length)
