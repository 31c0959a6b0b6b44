"""A year's plan, its sessions (each a gathering), what is handed out, and a short quiz."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.columns import known, staff
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.training.queries import PlanQuerySet, SessionQuerySet
from partybuilding.training.terms import (
    AIM_MAX,
    ANSWER_MAX,
    FEWEST_ANSWERS,
    FIRST_YEAR,
    LAST_YEAR,
    LECTURER_MAX,
    MOST_ANSWERS,
    MOST_HOURS,
    MOST_QUESTIONS,
    MOST_SESSIONS,
    NOTE_MAX,
    QUESTION_MAX,
    TITLE_MAX,
    TRIES,
    FileKind,
    Mode,
    Topic,
)
from partybuilding.training.workflow import State, arrows
from requests_app.triggers import append_only
from wangguan import clock


class Plan(models.Model):
    """What a level means to teach in one year. `community`: None is the street's. See `services.plans`."""

    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    aim = models.TextField(_("aim"), max_length=AIM_MAX)
    sessions_planned = models.PositiveSmallIntegerField(
        _("planned sessions"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SESSIONS)]
    )
    hours_planned = models.DecimalField(
        _("planned hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(1)]
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    note = models.CharField(_("words of the decision"), max_length=NOTE_MAX, blank=True, default="")
    made_by = staff(verbose_name=_("drafted by"))
    made_at = models.DateTimeField(_("drafted"), default=clock.now)
    submitted_by = staff(verbose_name=_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_by = staff(verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    form_id = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()
    # What `with_counts` adds.
    announced: int
    held: int

    class Meta:
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        ordering = ["-year", "-id"]
        constraints = [
            known("state", State, "training_plan"),
            models.UniqueConstraint(
                fields=["year", "community"], nulls_distinct=False, name="training_plan_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(sessions_planned__gte=1, hours_planned__gt=0), name="training_plan_something"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (
                    (Q(made_by__isnull=True) | ~Q(decided_by=F("made_by")))
                    & (Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")))
                ),
                name="training_plan_decided_by_another",
            ),
        ]
        triggers = [pgtrigger.FSM(name="plan_arrows", field="state", transitions=arrows())]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class Session(models.Model):
    """One session of a plan; when, where, places and who came are the gathering's."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sessions", verbose_name=_("training plan"))
    gathering = models.OneToOneField(
        Gathering, models.PROTECT, related_name="training_session", verbose_name=_("gathering")
    )
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    mode = models.CharField(_("way of teaching"), max_length=12, choices=Mode)
    lecturer = models.CharField(_("lecturer"), max_length=LECTURER_MAX)
    audience = models.CharField(_("meant for"), max_length=TITLE_MAX, blank=True, default="")
    hours = models.DecimalField(
        _("hours"), max_digits=3, decimal_places=1, validators=[MaxValueValidator(MOST_HOURS)]
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["-gathering__starts_at", "-id"]
        constraints = [
            known("topic", Topic, "training_session"),
            known("mode", Mode, "training_session"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=MOST_HOURS), name="training_session_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.gathering.title


class Material(models.Model):
    """What is handed out: a file behind a permission, or a link."""

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="materials", verbose_name=_("training session")
    )
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    file = models.FileField(_("file"), upload_to="training/%Y/%m/%d", blank=True, default="")
    kind = models.CharField(_("sort of file"), max_length=12, choices=FileKind, blank=True, default="")
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    link = models.URLField(_("link"), max_length=300, blank=True, default="")
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now)
    form_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("training material")
        verbose_name_plural = _("training materials")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(~Q(file=""), link="", kind__in=FileKind.values)
                | Q(~Q(link=""), file="", kind=""),
                name="training_material_file_or_link",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Quiz(models.Model):
    """A few questions about one session. `pass_mark`: so many right answers pass."""

    session = models.OneToOneField(
        Session, models.PROTECT, related_name="quiz", verbose_name=_("training session")
    )
    pass_mark = models.PositiveSmallIntegerField(_("right answers to pass"))
    made_by = staff(verbose_name=_("entered by"))

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=1, pass_mark__lte=MOST_QUESTIONS), name="training_quiz_pass_mark"
            )
        ]

    def __str__(self) -> str:
        return str(self.session)


class Question(models.Model):
    """One question with two to four answers; `right` is the place of the right one, from 0."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="questions", verbose_name=_("quiz"))
    place = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("question"), max_length=QUESTION_MAX)
    answers = ArrayField(models.CharField(max_length=ANSWER_MAX), verbose_name=_("choices"))
    right = models.PositiveSmallIntegerField(_("right answer"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "place"], name="training_question_place_once"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_QUESTIONS), name="training_question_place"
            ),
            models.CheckConstraint(
                condition=Q(answers__len__gte=FEWEST_ANSWERS, answers__len__lte=MOST_ANSWERS)
                & Q(right__lt=MOST_ANSWERS)
                & Q(right__lt=F("answers__len")),
                name="training_question_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Attempt(models.Model):
    """One try of one person; never changed."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    sign_up = models.ForeignKey(
        SignUp, models.PROTECT, related_name="quiz_attempts", verbose_name=_("sign-up")
    )
    number = models.PositiveSmallIntegerField(_("which try"))
    answers = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("what was chosen"))
    score = models.PositiveSmallIntegerField(_("right answers"))
    passed = models.BooleanField(_("passed"))
    made_at = models.DateTimeField(_("handed in"), default=clock.now)
    form_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("try at a quiz")
        verbose_name_plural = _("tries at quizzes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "sign_up", "number"], name="training_attempt_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=TRIES), name="training_attempt_number"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.score}"
