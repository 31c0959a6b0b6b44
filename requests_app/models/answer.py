"""What the resident was told, whether it reached them, and what they said of it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.ticket import Ticket
from wangguan import clock


class AnswerKind(models.TextChoices):
    RESOLVED = "resolved", _("What was done")
    DECLINED = "declined", _("Why not, and where to go")
    SHARED = "shared", _("The answer to the matter it was merged into")


class Reached(models.TextChoices):
    """How the answer reached the resident (handbook §3, “Reached means”)."""

    SMS = "sms", _("Text message, delivery confirmed")
    PHONE = "phone", _("By phone")
    VISIT = "visit", _("In person")
    WECHAT = "wechat", _("By WeChat")
    OPENED = "opened", _("Opened the page")
    VERDICT = "verdict", _("Gave a verdict on the page")
    HOTLINE = "hotline", _("Through the hotline")


class Answer(models.Model):
    """One answer to one ticket; a reopened ticket gets another."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=AnswerKind, default=AnswerKind.RESOLVED)
    text = models.TextField(_("answer"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    author_title = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    shown_at = models.DateTimeField(null=True, blank=True, help_text=_("A page with it was served."))
    opened_at = models.DateTimeField(null=True, blank=True, help_text=_("A person opened that page."))
    reached_at = models.DateTimeField(null=True, blank=True)
    reached_how = models.CharField(max_length=12, choices=Reached, blank=True)
    unreachable_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="answer_kind_known"),
            models.CheckConstraint(
                condition=Q(reached_at__isnull=True, reached_how="")
                | Q(reached_at__isnull=False, reached_how__in=Reached.values),
                name="answer_reached_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.round}"

    @property
    def is_settled(self) -> bool:
        """It reached the resident, or the failure to reach was recorded."""
        return bool(self.reached_at or self.unreachable_at)


class Verdict(models.Model):
    """The resident's last word on an answer; the newest counts."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="verdicts")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="verdicts")
    solved = models.BooleanField(_("solved"))
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="verdict_satisfaction_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.solved}"
