"""Reminders that went out, and the ledger of answers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.ticket import Ticket
from wangguan import clock


class ReminderKind(models.TextChoices):
    ACCEPT_MISSED = "accept_missed", _("Not accepted in time")
    ACCEPT_MISSED_ABOVE = "accept_missed_above", _("Still not accepted; the unit above is told")
    HALF_TIME = "half_time", _("Half of the time is over")
    YELLOW_CARD = "yellow_card", _("Yellow card: due soon")
    RED_CARD = "red_card", _("Red card: overdue")
    REVIEW = "review", _("The review date of a hold has come")
    UNDELIVERED = "undelivered", _("The answer was not delivered in time")
    UNOPENED = "unopened", _("The answer's page was not opened in time")
    VERDICT_AGAIN = "verdict_again", _("The resident is asked again for a verdict")
    AUTO_CLOSE = "auto_close", _("Closed without a reply")
    DECISION_MISSED = "decision_missed", _("The street leader has not decided in time")


class Reminder(models.Model):
    """A mark that a reminder of one kind fell due in one round of a ticket; it falls due once."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=24, choices=ReminderKind)
    phase = models.CharField(max_length=24)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "phase"], name="reminder_once"),
            models.CheckConstraint(condition=Q(kind__in=ReminderKind.values), name="reminder_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"


class LedgerDay(models.Model):
    """One row of the ledger of answers (回音账本): how the house stood at the nightly audit."""

    day = models.DateField(_("day"), unique=True)
    audited_at = models.DateTimeField(default=clock.now)
    told = models.PositiveIntegerField(_("told that day"), default=0)
    open = models.PositiveIntegerField(_("open"), default=0)
    overdue = models.PositiveIntegerField(_("overdue"), default=0)
    answered = models.PositiveIntegerField(_("answered that day"), default=0)
    unreachable = models.PositiveIntegerField(_("could not be reached that day"), default=0)
    violations = models.JSONField(_("violations"), default=dict, help_text=_("Rule → ticket numbers."))
    unpublished_years = models.JSONField(_("years without a published calendar"), default=list)

    class Meta:
        verbose_name = _("ledger day")
        verbose_name_plural = _("ledger of answers")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def is_clean(self) -> bool:
        return not self.violations
