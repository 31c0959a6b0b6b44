"""The ticket: one matter, from the first word to the closed loop."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Community, Grid, Line
from requests_app import triggers
from requests_app.models.category import Category
from requests_app.queries import TicketQuerySet
from requests_app.workflow import NAMED, OPEN, RUNNING, DueKind, Level, Outcome, Source, Status, Urgency
from residents.models import Finding
from wangguan import clock
from wangguan.privacy import EncryptedTextField, mask_name, mask_phone

if TYPE_CHECKING:
    from requests_app.models import Answer, TicketEvent

OPEN_Q = Q(status__in=sorted(OPEN))
PUBLIC_Q = Q(may_publish=True, about_staff=False)
"""Whoever told it agreed that everybody may read it."""


def new_token() -> str:
    """192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


class OpenRequestKind(models.TextChoices):
    EXTENSION = "extension", _("More time asked for")
    HOLD = "hold", _("Hold asked for")


def _known(column: str, choices: type[models.TextChoices], *, blank: bool = False) -> models.CheckConstraint:
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=Q(**{f"{column}__in": values}), name=f"ticket_{column}_known")


class Ticket(models.Model):
    """A matter somebody told.

    `status` and `level` change only through `requests_app.services.take`; triggers made
    from the workflow table refuse any other move. All moments are aware and stored in UTC.
    `resolve_due` is always `base_due + shifted`: the first deadline of this round plus
    what pauses and granted extensions added.
    """

    number = models.CharField(_("number"), max_length=32, unique=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SUBMITTED)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.GRID)
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was reopened."))

    # Who holds it
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("grid")
    )
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("community"),
    )
    section = models.CharField(_("section"), max_length=12, choices=Line, blank=True)
    held_by = ArrayField(models.CharField(max_length=15), default=list)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("person in charge"),
    )
    first_handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("first handler"),
    )

    # What it is
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=1, choices=Urgency, default=Urgency.C)
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.WEB)
    description = models.TextField(_("what happened"))
    about_staff = models.BooleanField(_("complaint about staff"), default=False)
    named_staff = ArrayField(models.BigIntegerField(), default=list, blank=True)

    # Who told it
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("recorded by"),
    )
    contact_name = EncryptedTextField(_("name"), blank=True, default="")
    contact_phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="")
    phone_tail_hash = models.CharField(max_length=64, blank=True, default="")
    consent_at = models.DateTimeField(null=True, blank=True)
    may_publish = models.BooleanField(_("may be shown in public"), default=False)
    submission_id = models.UUIDField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, default="")

    voices = models.PositiveIntegerField(
        _("others who say so too"),
        default=0,
        help_text=_("Beside whoever told it; counted with their follows."),
    )

    # Where
    address = models.CharField(_("place"), max_length=200, blank=True)
    latitude = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    longitude = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")

    # The clock
    arrived_at = models.DateTimeField(_("told at"), default=clock.now)
    clock_started_at = models.DateTimeField(default=clock.now)
    limit_minutes = models.PositiveIntegerField(default=0, help_text=_("The limit to resolve this round."))
    limit_given = models.BooleanField(
        default=False, help_text=_("The limit to resolve came with the matter, as the hotline's does.")
    )
    limit_working = models.BooleanField(default=True, help_text=_("The limit counts working time only."))
    accept_minutes = models.PositiveIntegerField(default=0, help_text=_("The limit to accept."))
    accept_working = models.BooleanField(default=True)
    accept_due = models.DateTimeField(_("accept by"), null=True, blank=True)
    base_due = models.DateTimeField(null=True, blank=True)
    shifted = models.DurationField(default=timedelta)
    deadline_no = models.PositiveSmallIntegerField(default=0, help_text=_("How often it got a new deadline."))
    half_at = models.DateTimeField(null=True, blank=True)
    yellow_at = models.DateTimeField(null=True, blank=True)
    resolve_due = models.DateTimeField(_("resolve by"), null=True, blank=True)
    review_at = models.DateTimeField(_("look again on"), null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    due_kind = models.CharField(max_length=12, choices=DueKind, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True, help_text=_("When a reminder falls due next."))
    woken_at = models.DateTimeField(default=clock.now, help_text=_("Reminders up to here have gone out."))

    # How far
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    contested_at = models.DateTimeField(
        null=True, blank=True, help_text=_("The street leader has to decide since this moment.")
    )
    open_request = models.CharField(max_length=12, choices=OpenRequestKind, blank=True)
    question_since = models.DateTimeField(
        null=True, blank=True, help_text=_("A question waits for the resident's reply since this moment.")
    )
    undo_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text=_("Whoever took the last move may take it back …"),
    )
    undo_until = models.DateTimeField(null=True, blank=True, help_text=_("… until this moment."))
    call_since = models.DateTimeField(
        null=True, blank=True, help_text=_("The resident must be called since this moment.")
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    finding = models.OneToOneField(
        Finding,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What a visit found, when it came from one."),
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-id"]
        constraints = [
            _known("status", Status),
            _known("level", Level),
            _known("urgency", Urgency),
            _known("source", Source),
            _known("outcome", Outcome, blank=True),
            _known("due_kind", DueKind, blank=True),
            models.CheckConstraint(
                condition=~OPEN_Q | (Q(due_at__isnull=False) & ~Q(due_kind="")),
                name="ticket_open_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(NAMED)) | Q(assignee__isnull=False),
                name="ticket_accepted_has_person",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.STREET)
                | Q(level=Level.COMMUNITY, community__isnull=False)
                | Q(level=Level.GRID, grid__isnull=False, community__isnull=False),
                name="ticket_level_has_unit",
            ),
            models.CheckConstraint(
                condition=(Q(status=Status.CLOSED) & ~Q(outcome=""))
                | (~Q(status=Status.CLOSED) & Q(outcome="")),
                name="ticket_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, parent__isnull=False)
                | (~Q(status=Status.MERGED) & Q(parent__isnull=True)),
                name="ticket_merged_has_parent",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ON_HOLD) | Q(review_at__isnull=False),
                name="ticket_hold_has_review",
            ),
            models.CheckConstraint(
                condition=Q(question_since__isnull=True) | Q(status=Status.ON_HOLD),
                name="ticket_question_on_hold",
            ),
            models.CheckConstraint(
                condition=Q(undo_by__isnull=True, undo_until__isnull=True)
                | Q(undo_by__isnull=False, undo_until__isnull=False),
                name="ticket_undo_whole",
            ),
            models.CheckConstraint(
                condition=Q(about_staff=False) | Q(level=Level.STREET), name="ticket_about_staff_at_street"
            ),
            models.UniqueConstraint(
                fields=["submission_id", "content_hash"],
                condition=Q(submission_id__isnull=False),
                name="ticket_same_form_once",
            ),
        ]
        indexes = [
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="ticket_wake"),
            models.Index(fields=["arrived_at"], name="ticket_arrived"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="ticket_closed"),
            models.Index(fields=["assignee", "-id"], name="ticket_assigned"),
            models.Index(fields=["assignee", "due_at", "id"], condition=OPEN_Q, name="ticket_mine"),
            models.Index(fields=["grid", "due_at", "id"], condition=OPEN_Q, name="ticket_grid_open"),
            models.Index(
                fields=["community", "due_at", "id"], condition=OPEN_Q, name="ticket_community_open"
            ),
            # With what counts of everything open ask for, so that they read the index alone.
            models.Index(
                fields=["due_at", "id"],
                include=["level", "grid", "about_staff", "named_staff"],
                condition=OPEN_Q,
                name="ticket_open",
            ),
            models.Index(
                fields=["due_at", "id"], condition=OPEN_Q & Q(level=Level.STREET), name="ticket_street_open"
            ),
            models.Index(
                fields=["yellow_at", "resolve_due"],
                condition=Q(status__in=sorted(RUNNING)),
                name="ticket_yellow",
            ),
            models.Index(
                fields=["grid", "answered_at"],
                condition=Q(answered_at__isnull=False),
                name="ticket_grid_answered",
            ),
            models.Index(fields=["phone_tail_hash"], condition=~Q(phone_hash=""), name="ticket_phone_tail"),
            # With what the order of the desk asks for: half of the time to accept is over, or not.
            models.Index(
                fields=["due_at", "id"],
                include=["level", "clock_started_at", "accept_due", "about_staff", "named_staff"],
                condition=Q(status=Status.SUBMITTED),
                name="ticket_submitted",
            ),
            models.Index(
                fields=["contested_at", "due_at", "id"],
                condition=OPEN_Q & (Q(contested_at__isnull=False) | Q(round__gt=0)),
                name="ticket_said_no",
            ),
            models.Index(
                fields=["due_at", "id"], condition=OPEN_Q & ~Q(open_request=""), name="ticket_asked"
            ),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="ticket_phone"),
            models.Index(fields=["assignee"], condition=Q(call_since__isnull=False), name="ticket_to_call"),
            models.Index(fields=["closed_at"], condition=PUBLIC_Q, name="ticket_public"),
            GinIndex(fields=["held_by"], name="ticket_held_by", fastupdate=False),
        ]
        triggers = [
            pgtrigger.FSM(name="status_arrows", field="status", transitions=triggers.transitions()),
            triggers.pairs(),
            triggers.first_handler_stays(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The workers' page; residents have `tracking_url`."""
        return reverse("worker_ticket", args=[self.number])

    @property
    def tracking_url(self) -> str:
        return reverse("tracking", args=[self.token])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def line(self) -> str:
        """The line of work (条线) its category belongs to; livelihood while it has none."""
        return self.category.line if self.category else Line.LIVELIHOOD

    @property
    def is_public(self) -> bool:
        """Whoever told it agreed that everybody may read it, and it was neither withdrawn nor declined."""
        over = self.status == Status.DECLINED or self.outcome in (Outcome.WITHDRAWN, Outcome.VOID)
        return self.may_publish and not self.about_staff and not over

    @property
    def holder(self) -> Grid | Community | None:
        """The unit that holds it; None is the street."""
        return {Level.GRID: self.grid, Level.COMMUNITY: self.community}.get(Level(self.level))

    @property
    def unit_code(self) -> str:
        """Code of the holding unit: 15 digits, 12 digits, or `street` with its section."""
        if self.holder:
            return self.holder.code
        return f"street:{self.section}" if self.section else "street"

    @property
    def masked_name(self) -> str:
        return mask_name(self.contact_name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.contact_phone)

    @property
    def has_phone(self) -> bool:
        return bool(self.phone_hash)

    @property
    def is_from_hotline(self) -> bool:
        """The hotline passed it on and tells its caller itself; no message of ours goes to them."""
        return self.source == Source.HOTLINE

    def is_overdue(self, at: datetime | None = None) -> bool:
        """Its next deadline has passed."""
        return bool(self.is_open and self.due_at and self.due_at <= (at or clock.now()))

    def is_due_soon(self, at: datetime | None = None) -> bool:
        """The yellow card is out and the deadline has not passed."""
        moment = at or clock.now()
        return bool(
            self.status in (Status.SUBMITTED, Status.ACCEPTED)
            and self.yellow_at
            and self.resolve_due
            and self.yellow_at <= moment < self.resolve_due
        )

    def is_undoable(self, at: datetime | None = None) -> bool:
        """Its last move may still be taken back, by whoever took it."""
        return self.undo_until is not None and (at or clock.now()) <= self.undo_until

    def current_answer(self) -> "Answer | None":
        """The newest answer, whatever became of it."""
        return self.answers.order_by("-id").first()

    def last_event(self) -> "TicketEvent | None":
        return self.events.order_by("-id").first()
