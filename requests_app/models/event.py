"""What happened to a ticket: entries that nobody can change or delete."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app import triggers
from requests_app.models.ticket import Ticket
from requests_app.workflow import EDGES, STEPS, ActorKind, Level, Status
from wangguan import clock


class TicketEvent(models.Model):
    """One entry: who, when, from, to; why stands beside it in `EventText`.

    `version` is the ticket's version after a move and empty for entries that move nothing,
    so a ticket at version 7 has exactly seven entries with a version, 1 to 7.
    `detail` holds ids, dates and codes, never personal data.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    step = models.CharField(_("step"), max_length=40)
    version = models.PositiveIntegerField(null=True)
    actor_kind = models.CharField(max_length=12, choices=ActorKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    actor_title = models.CharField(_("as"), max_length=120, blank=True)
    from_above = models.BooleanField(_("taken by a unit above"), default=False)
    from_status = models.CharField(max_length=12, choices=Status, blank=True)
    to_status = models.CharField(max_length=12, choices=Status)
    from_level = models.CharField(max_length=12, choices=Level, blank=True)
    to_level = models.CharField(max_length=12, choices=Level)
    from_unit = models.CharField(max_length=24, blank=True)
    to_unit = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    note_hash = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    action_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "action_id"],
                condition=Q(action_id__isnull=False),
                name="event_action_once",
            ),
            models.UniqueConstraint(
                fields=["ticket", "version"], condition=Q(version__isnull=False), name="event_version_once"
            ),
            models.CheckConstraint(
                condition=Q(actor_kind__in=ActorKind.values), name="event_actor_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(actor_kind=ActorKind.STAFF, actor__isnull=False)
                | (~Q(actor_kind=ActorKind.STAFF) & Q(actor__isnull=True)),
                name="event_staff_has_actor",
            ),
        ]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.step}"

    @property
    def label(self) -> Promise | str:
        """What happened, for staff."""
        return STEPS[self.step].label if self.step in STEPS else EDGES.get(self.step, self.step)

    @property
    def told(self) -> Promise | str:
        """What happened, for the resident; empty when the entry stays inside."""
        return STEPS[self.step].told if self.step in STEPS else ""

    @property
    def note(self) -> str:
        """The words beside the entry; empty when there were none or they were erased."""
        text = getattr(self, "text", None)
        return text.words if text else ""


class EventText(models.Model):
    """Free words of an entry, apart from it so that they can be erased by law.

    The entry keeps SHA-256 of salt and words; with the salt erased too, the hash tells nothing.
    """

    event = models.OneToOneField(TicketEvent, models.PROTECT, primary_key=True, related_name="text")
    salt = models.CharField(max_length=32)
    words = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("words of an entry")
        verbose_name_plural = _("words of entries")

    def __str__(self) -> str:
        return str(self.event_id)


def sealed(words: str) -> tuple[str, str]:
    """A fresh salt for `words`, and SHA-256 of both in hex."""
    salt = secrets.token_hex(16)
    return salt, hashlib.sha256(f"{salt}{words}".encode()).hexdigest()
