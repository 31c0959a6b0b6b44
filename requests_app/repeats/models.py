"""Groups of matters that are one trouble, what links them, and the project a group may become."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, today
from requests_app import triggers
from requests_app.models import Category, Ticket
from requests_app.repeats.queries import GroupQuerySet
from requests_app.repeats.terms import RUNNING, LinkKind, ProjectState
from wangguan import clock

RUNNING_Q = Q(state__in=RUNNING)


class Group(models.Model):
    """Matters told more than once. What is kept here of its members is made anew whenever they change.

    `grid` is None where they lie in several; `third_at` is when its third newest member was told: later
    than thirty days ago, it grows.
    `seen_size` is how large it was when somebody last set it aside.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=LinkKind), default=list, verbose_name=_("kind")
    )
    size = models.PositiveIntegerField(_("told"), default=0)
    first_at = models.DateTimeField(_("first told"), null=True)
    last_at = models.DateTimeField(_("last told"), null=True)
    third_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    seen_size = models.PositiveIntegerField(default=0)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_reason = models.TextField(blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of repeats")
        verbose_name_plural = _("groups of repeats")
        ordering = ["-last_at", "-id"]
        indexes = [
            models.Index(fields=["-last_at", "-id"], condition=Q(size__gte=2), name="repeats_latest"),
            models.Index(
                fields=["third_at"], condition=Q(third_at__isnull=False, size__gt=F("seen_size")),
                name="repeats_growing",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("repeats_group", args=[self.pk])


class Trace(models.Model):
    """What of one ticket counts for grouping. The task follows its category and place.

    `unit` is where it was told: the grid, or minus the community where there is none; `family` the
    category's group; `place` tells buildings and places apart. `is_out`: a person took it out or put it
    elsewhere, so no rule moves it any more.
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="traces")
    unit = models.BigIntegerField()
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+", db_index=False)
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+", db_index=False)
    family = models.BigIntegerField(null=True)
    place = models.CharField(max_length=40, blank=True)
    arrived_at = models.DateTimeField()
    is_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["-ticket_id"]
        indexes = [
            models.Index(fields=["unit", "arrived_at"], name="repeats_unit"),
            models.Index(fields=["place", "category"], condition=~Q(place=""), name="repeats_place"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class Link(models.Model):
    """Why two matters are one: `a` is the earlier number."""

    a = models.ForeignKey(Trace, models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Trace, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=LinkKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b", "kind"], name="repeats_link_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="repeats_link_ordered"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="repeats_link_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.a_id}-{self.b_id}"


class Hand(models.Model):
    """A ticket that a person took out of a group, or put into one; never changed or deleted."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    put_in = models.BooleanField()
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class Project(models.Model):
    """A group that somebody by name sees through to its end (专项)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="projects")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    plan = models.TextField(_("plan"))
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=12, choices=ProjectState, default=ProjectState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    action_id = models.UUIDField(null=True, unique=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=RUNNING_Q, name="repeats_one_project"),
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="repeats_project_state"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_late(self) -> bool:
        return self.is_running and self.due_on < today()


class GroupAnswer(models.Model):
    """One answer given to all open matters of a group. `batch` names it: pressed twice, given once."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="answers")
    batch = models.UUIDField(unique=True)
    text = models.TextField(_("answer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.pk}"
