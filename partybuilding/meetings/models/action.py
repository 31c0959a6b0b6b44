"""What is to be done about a topic, by whom and when, and what happened to it."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding import pictures
from partybuilding.columns import known, staff
from partybuilding.meetings.models.table import Seat
from partybuilding.meetings.models.topic import Topic
from partybuilding.meetings.queries import ActionQuerySet
from partybuilding.meetings.terms import NAME_MAX, WORDS_MAX
from partybuilding.meetings.workflow import ACTION, ACTION_STEPS, ActionState, arrows
from requests_app.models import Ticket
from requests_app.triggers import append_only
from wangguan import clock

TICKET, MADE = "ticket", "made"
WHAT = {
    MADE: _("Agreed at the table"),
    TICKET: _("Goes on as a request"),
    **{name: step.label for name, step in ACTION_STEPS.items()},
}


class Action(models.Model):
    """`state` changes only through `services.actions`. One owner: a seat, somebody of the staff, or words."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="actions", verbose_name=_("topic"))
    words = models.CharField(_("what to carry out"), max_length=WORDS_MAX)
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("by the seat")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by somebody of the staff"),
    )
    owner_words = models.CharField(_("by somebody else"), max_length=NAME_MAX, blank=True)
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=12, choices=ActionState, default=ActionState.OPEN)
    version = models.PositiveIntegerField(default=1, editable=False)
    evidence = models.TextField(_("what was done"), max_length=WORDS_MAX, blank=True)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request")
    )
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    done_on = models.DateField(_("carried out on"), null=True, blank=True)
    done_at = models.DateTimeField(_("reported"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    confirmed_by = staff(verbose_name=_("checked by"))
    form_id = models.UUIDField(unique=True, null=True, editable=False)
    soon_told_on = models.DateField(null=True, blank=True, editable=False)
    late_told_on = models.DateField(null=True, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["due_on", "id"]
        constraints = [
            known("state", ActionState, "meeting_action"),
            models.CheckConstraint(
                condition=Q(seat__isnull=False, user__isnull=True, owner_words="")
                | Q(seat__isnull=True, user__isnull=False, owner_words="")
                | Q(seat__isnull=True, user__isnull=True) & ~Q(owner_words=""),
                name="meeting_action_one_owner",
                violation_error_message=_("Say who does it: one seat, one person, or in words."),
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN, done_at__isnull=True, done_on__isnull=True)
                | ~Q(state=ActionState.OPEN) & Q(done_at__isnull=False, done_on__isnull=False),
                name="meeting_action_done_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state=ActionState.OPEN), name="meeting_action_due"),
            models.Index(
                fields=["ticket"],
                condition=Q(state=ActionState.OPEN, ticket__isnull=False),
                name="meeting_action_of_ticket",
            ),
        ]
        triggers = [pgtrigger.FSM(name="meeting_action_arrows", field="state", transitions=arrows(ACTION))]

    def __str__(self) -> str:
        return self.words

    @property
    def owner(self) -> str:
        """Who is to do it, without the name of anybody but the staff's."""
        if self.seat_id and self.seat:
            return self.seat.side_of
        return str(self.user) if self.user_id else self.owner_words

    @property
    def is_open(self) -> bool:
        return self.state == ActionState.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < today()

    def is_near(self, on: date | None = None) -> bool:
        """Due within a week."""
        return self.is_open and 0 <= (self.due_on - (on or today())).days <= 7

    @property
    def was_in_time(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due_on


class Entry(models.Model):
    """What happened to an action: who, when, in which words. Nobody changes or deletes one."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="entries", verbose_name=_("action"))
    what = models.CharField(_("what"), max_length=12, choices=list(WHAT.items()))
    user = staff(verbose_name=_("by"))
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by the seat")
    )
    words = models.TextField(_("words"), max_length=WORDS_MAX, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    form_id = models.UUIDField(unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("entry of an action")
        verbose_name_plural = _("entries of actions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=list(WHAT)), name="meeting_entry_what_known")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.action_id}: {self.what}"

    @property
    def label(self) -> str:
        return str(WHAT[self.what])

    @property
    def by(self) -> str:
        """Who, without the name of anybody but the staff's; empty: the portal itself."""
        if self.user_id:
            return str(self.user)
        return self.seat.side_of if self.seat else ""


class Picture(pictures.Kept):
    """A picture of what was done."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="pictures")

    class Meta:
        verbose_name = _("picture of an action")
        verbose_name_plural = _("pictures of actions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.pk}"
