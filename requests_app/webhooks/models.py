"""Subscribers, and what was sent to each."""

from datetime import timedelta

import httpx
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid
from requests_app.models import Category, TicketEvent
from requests_app.webhooks.queries import DeliveryQuerySet
from requests_app.webhooks.terms import TEST, State, Why
from requests_app.workflow import Urgency
from wangguan import clock
from wangguan.notify.channels.outward import LONGEST
from wangguan.notify.models import Message
from wangguan.privacy import EncryptedTextField


class Subscriber(models.Model):
    """Another system that is told of events, with what it wants to hear and how it fares.

    It hears of what its account may see, and of that what its filters leave; an empty filter leaves all.
    """

    name = models.CharField(_("system"), max_length=80, unique=True)
    # Its query may hold a secret of the receiver's.
    url = EncryptedTextField(_("address"), max_length=LONGEST)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sees as")
    )
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    communities = models.ManyToManyField(
        Community, blank=True, related_name="+", verbose_name=_("communities")
    )
    grids = models.ManyToManyField(Grid, blank=True, related_name="+", verbose_name=_("grids"))
    categories = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("categories"))
    urgencies = ArrayField(
        models.CharField(max_length=1, choices=Urgency.choices),
        default=list,
        blank=True,
        verbose_name=_("urgencies"),
    )

    secret = EncryptedTextField(editable=False)
    old_secret = EncryptedTextField(blank=True, editable=False)
    """Good beside the new one until `old_secret_until`, so that the receiver has time to change."""
    old_secret_until = models.DateTimeField(null=True, blank=True, editable=False)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    paused_why = models.CharField(max_length=10, choices=Why, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    """The first try in vain after the last success."""
    failures = models.PositiveIntegerField(default=0, editable=False)
    """Tries in vain since then."""
    last_error = models.CharField(max_length=64, blank=True, editable=False)
    last_success_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["name", "pk"]
        constraints = [
            # Which events there are, the workflow knows: its next step needs no migration here.
            models.CheckConstraint(name="subscriber_some_events", condition=Q(events__len__gt=0)),
            models.CheckConstraint(
                name="subscriber_urgencies_known", condition=Q(urgencies__contained_by=list(Urgency.values))
            ),
            models.CheckConstraint(
                name="subscriber_paused_for_a_reason",
                condition=Q(state=State.ACTIVE, paused_at=None, paused_why="")
                | Q(state=State.PAUSED, paused_at__isnull=False, paused_why__in=Why.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    @property
    def host(self) -> str:
        """Whose machine it is; the rest of the address may be nobody's business."""
        return httpx.URL(self.url).host

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE

    @property
    def has_old_secret(self) -> bool:
        """Whether two secrets are good now."""
        return self.old_secret_until is not None and clock.now() < self.old_secret_until

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a delivery is signed with now, the newest first."""
        return (self.secret, self.old_secret) if self.has_old_secret else (self.secret,)


class Delivery(models.Model):
    """One event on its way to one subscriber; its message in the outbox knows how far it is.

    An event that is sent again is another delivery with the same `identity`, by which its receiver
    knows it.
    """

    subscriber = models.ForeignKey(Subscriber, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.OneToOneField(Message, models.PROTECT, to_field="key", related_name="delivery")
    event = models.ForeignKey(TicketEvent, models.PROTECT, null=True, related_name="+")
    """None for a test."""
    identity = models.UUIDField(_("event's id"))
    kind = models.CharField(_("event"), max_length=60)
    number = models.CharField(_("number"), max_length=32, blank=True)
    made_at = models.DateTimeField(_("written at"), default=clock.now)
    tried_at = models.DateTimeField(_("last tried at"), null=True)
    reply_status = models.PositiveSmallIntegerField(_("reply"), null=True)
    took_ms = models.PositiveIntegerField(_("took (ms)"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subscriber", "-id"], name="webhook_delivery_log")]

    def __str__(self) -> str:
        return self.message_id

    @property
    def is_test(self) -> bool:
        return self.kind == TEST

    @property
    def took(self) -> timedelta | None:
        return None if self.took_ms is None else timedelta(milliseconds=self.took_ms)
