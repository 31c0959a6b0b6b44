"""What households are asked, and what they said: one voice each, without a name beside it.

A voice names its household by a hash over the household's key and the asking's `salt`. When the asking
closes the salt is destroyed, and with it any way from a voice back to a household, ours included.
"""

import secrets
from datetime import date

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.columns import known, staff
from partybuilding.meetings.models import Action
from partybuilding.steward.models.steward import Steward
from partybuilding.steward.queries import AskedQuerySet
from partybuilding.steward.terms import COMMENT_MAX, Question, Via
from partybuilding.steward.workflow import ARROWS, Asking
from wangguan.privacy import keyed_hash


def new_salt() -> str:
    """192 random bits."""
    return secrets.token_urlsafe(24)


def voice_of(salt: str, household_id: int) -> str:
    """How a voice names its household as long as `salt` exists; irreversible without it."""
    return keyed_hash(f"steward:{salt}:{household_id}")


class Asked(models.Model):
    """Something all households of an estate are asked, from a day until a day (both included)."""

    state = models.CharField(_("state"), max_length=8, choices=Asking, default=Asking.OPEN)
    opens_on = models.DateField(_("opens on"), default=today)
    closes_on = models.DateField(_("last day"))
    salt = models.CharField(max_length=64, default=new_salt, blank=True, editable=False)
    asked = models.PositiveIntegerField(
        _("households asked"), default=0, help_text=_("Counted in the register on the day it closed.")
    )

    objects = AskedQuerySet.as_manager()

    class Meta:
        abstract = True

    def voice(self, household_id: int) -> str:
        """How this household's voice is called here."""
        return voice_of(self.salt, household_id)

    def takes_voices(self, on: date | None = None) -> bool:
        return self.state == Asking.OPEN and self.opens_on <= (on or today()) <= self.closes_on


def asked_rules(table: str) -> list[models.CheckConstraint]:
    """What holds of everything households are asked; `table` begins the constraints' names."""
    return [
        known("state", Asking, table),
        models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name=f"{table}_ends_after_start"),
        models.CheckConstraint(
            condition=(Q(state=Asking.CLOSED) & Q(salt="")) | (Q(state=Asking.OPEN) & ~Q(salt="")),
            name=f"{table}_closed_without_salt",
        ),
    ]


class Appraisal(Asked):
    """A month of the property company's service. `month` is its first day."""

    steward = models.ForeignKey(Steward, models.PROTECT, related_name="appraisals", verbose_name=_("estate"))
    month = models.DateField(_("month"))
    firm = models.CharField(_("property company"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("monthly appraisal")
        verbose_name_plural = _("monthly appraisals")
        ordering = ["-month", "id"]
        constraints = [
            *asked_rules("steward_appraisal"),
            models.UniqueConstraint(fields=["steward", "month"], name="steward_appraisal_once_a_month"),
        ]
        indexes = [
            models.Index(
                fields=["closes_on"], condition=Q(state=Asking.OPEN), name="steward_appraisal_to_close"
            )
        ]
        triggers = [pgtrigger.FSM(name="appraisal_arrows", field="state", transitions=ARROWS)]

    def __str__(self) -> str:
        return f"{self.steward} {self.month:%Y-%m}"


class Poll(Asked):
    """Whether something that was done for the estate is solved; made with its first voice."""

    action = models.OneToOneField(Action, models.PROTECT, related_name="poll", verbose_name=_("action"))

    class Meta:
        verbose_name = _("rating of an action")
        verbose_name_plural = _("ratings of actions")
        ordering = ["-id"]
        constraints = [*asked_rules("steward_poll")]
        indexes = [
            models.Index(fields=["closes_on"], condition=Q(state=Asking.OPEN), name="steward_poll_to_close")
        ]
        triggers = [pgtrigger.FSM(name="poll_arrows", field="state", transitions=ARROWS)]

    def __str__(self) -> str:
        return str(self.action)


class Said(models.Model):
    """One household's voice. Who took it down at the door is forgotten when the asking closes."""

    voice = models.CharField(max_length=64, editable=False)
    via = models.CharField(_("given"), max_length=8, choices=Via)
    taken_by = staff(verbose_name=_("taken down by"))
    comment = models.CharField(_("in words"), max_length=COMMENT_MAX, blank=True)

    class Meta:
        abstract = True


def _mark(question: Question) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        question.label, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class Mark(Said):
    """How a household marks a month, 1 (very poor) to 5 (very good) on each question."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="marks")
    cleanliness = _mark(Question.CLEANLINESS)
    repairs = _mark(Question.REPAIRS)
    safety = _mark(Question.SAFETY)
    greenery = _mark(Question.GREENERY)
    attitude = _mark(Question.ATTITUDE)

    class Meta:
        verbose_name = _("household's mark")
        verbose_name_plural = _("households' marks")
        ordering = ["voice"]
        constraints = [
            known("via", Via, "steward_mark"),
            models.UniqueConstraint(fields=["appraisal", "voice"], name="steward_mark_one_per_household"),
            models.CheckConstraint(
                condition=Q(**{f"{question}__range": (1, 5) for question in Question.values}),
                name="steward_mark_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal}: {self.pk}"


class Stars(Said):
    """Whether a household finds something solved, and how well, 1 to 5."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="stars")
    solved = models.BooleanField(_("solved"))
    stars = models.PositiveSmallIntegerField(
        _("mark"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = _("household's rating")
        verbose_name_plural = _("households' ratings")
        ordering = ["voice"]
        constraints = [
            known("via", Via, "steward_stars"),
            models.UniqueConstraint(fields=["poll", "voice"], name="steward_stars_one_per_household"),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="steward_stars_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.pk}"
