"""The outbox: one row per message, written with the move that it tells of."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.notify import kinds
from wangguan.notify.queries import MessageQuerySet
from wangguan.privacy import EncryptedTextField, mask_phone


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    SMS = "sms", _("SMS")
    WECOM = "wecom", _("WeCom group robot")
    EMAIL = "email", _("Email")


class State(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    # The channel took it. Whether it arrived, `delivered_at` says.
    SENT = "sent", _("Sent")
    # A try failed; another follows.
    FAILED = "failed", _("Will be tried again")
    # The last try failed, or trying again is pointless.
    DEAD = "dead", _("Given up")
    # Interrupted on a channel that would tell it twice.
    UNKNOWN = "unknown", _("Perhaps sent")
    CANCELLED = "cancelled", _("Cancelled")


class Message(models.Model):
    # Names the message for ever: the same key is never told twice.
    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=50)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("person"),
        db_index=False,
    )
    # Phone, mailbox or robot key; blank means the user's own, read when sending.
    to = EncryptedTextField(_("address"), blank=True)
    topic = models.CharField(_("topic"), max_length=40, blank=True, db_index=True)
    context = models.JSONField(_("context"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    language = models.CharField(_("language"), max_length=10, blank=True)
    routine = models.BooleanField(_("routine"), default=False)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("written at"), default=clock.now)
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    next_try_at = models.DateTimeField(_("next try at"), default=clock.now)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    gateway_id = models.CharField(_("gateway's number"), max_length=100, blank=True)
    # A code such as "http_500", never a text from outside.
    error = models.CharField(_("error"), max_length=64, blank=True)
    sent_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="digested",
        verbose_name=_("sent with"),
        db_index=False,
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(name="message_channel", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="message_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="message_sending_is_claimed",
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_sent_has_a_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="message_delivered_was_sent",
                condition=Q(delivered_at__isnull=True) | Q(state="sent"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="message_due",
                condition=Q(state__in=["queued", "failed"], sent_with__isnull=True),
            ),
            models.Index(fields=["-id"], name="message_troubled", condition=Q(state__in=["dead", "unknown"])),
            models.Index(fields=["claimed_at"], name="message_stale", condition=Q(state="sending")),
            models.Index(
                fields=["user", "channel"],
                name="message_together",
                condition=Q(state="queued", routine=True),
            ),
            models.Index(fields=["sent_with"], name="message_digested", condition=Q(sent_with__isnull=False)),
            models.Index(
                fields=["user", "-sent_at", "-id"],
                name="message_inbox",
                condition=Q(channel="in_app", state="sent"),
            ),
            models.Index(
                fields=["user"],
                name="message_unread",
                condition=Q(channel="in_app", state="sent", read_at__isnull=True),
            ),
            models.Index(
                fields=["sent_at"],
                name="message_unreported",
                condition=Q(channel="sms", state="sent", delivered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def title(self) -> str:
        """In the active language; empty when the kind is no longer known."""
        kind = kinds.find(self.kind)
        return kind.fill(kind.title, self.context) if kind else ""

    @property
    def text(self) -> str:
        """In the active language; empty when the kind is no longer known."""
        kind = kinds.find(self.kind)
        return kind.fill(kind.text, self.context) if kind else ""

    @property
    def link(self) -> str:
        """Full address of the page the message leads to, or the empty string."""
        kind = kinds.find(self.kind)
        return kind.link(self.context) if kind else ""

    @property
    def address(self) -> str:
        """Where the message goes: `to`, else the user's own phone or mailbox; may be empty."""
        own = {Channel.SMS: "phone", Channel.EMAIL: "email"}.get(Channel(self.channel))
        return self.to or (getattr(self.user, own, "") if own and self.user_id else "")

    @property
    def masked_address(self) -> str:
        """The address as it may be shown: 138****8000, z***@example.org, nothing of a robot's key."""
        address = self.address
        if self.channel == Channel.EMAIL:
            name, _at, host = address.rpartition("@")
            return f"{name[:1]}***@{host}" if address else ""
        return mask_phone(address) if self.channel == Channel.SMS else "*" * 8 * bool(address)
