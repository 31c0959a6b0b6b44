"""The outbox: one row per message, written with the move that it tells of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.notify import kinds, wording
from wangguan.notify.queries import MessageQuerySet
from wangguan.privacy import EncryptedTextField, mask_phone


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    SMS = "sms", _("SMS")
    WECOM = "wecom", _("WeCom group robot")
    EMAIL = "email", _("Email")
    WEBHOOK = "webhook", _("Webhook")


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


class Lane(models.IntegerChoices):
    """What goes first of what is due."""

    URGENT = 0, _("At once")
    USUAL = 1, _("As usual")
    ROUTINE = 2, _("When there is time")


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
    lane = models.SmallIntegerField(_("turn"), choices=Lane, default=Lane.USUAL, db_default=Lane.USUAL)

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
            models.CheckConstraint(name="message_lane", condition=Q(lane__in=Lane.values)),
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
                fields=["lane", "next_try_at"],
                name="message_next",
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
        kind = self._worded()
        return kind.fill(kind.title, self.context) if kind else ""

    @property
    def text(self) -> str:
        """In the active language; empty when the kind is no longer known."""
        kind = self._worded()
        return kind.fill(kind.text, self.context) if kind else ""

    def _worded(self) -> kinds.Kind | None:
        """Its kind as it is to be read now."""
        kind = kinds.find(self.kind)
        return wording.worded(kind) if kind else None

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


class Wording(models.Model):
    """The office's own words for one kind of message; what is empty stays as the program says it.

    There is a row for every kind, made with the tables (`wangguan.notify.apps`).
    """

    kind = models.CharField(_("kind"), max_length=50, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=60, blank=True)
    text = models.TextField(_("text"), max_length=600, blank=True)
    sms_template = models.CharField(
        _("text message template"),
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9_.-]+$", _("Letters, digits, dots, hyphens and underscores."))
        ],
        help_text=_("The name under which the gateway approved the text; its words are kept there."),
    )

    class Meta:
        verbose_name = _("wording of messages")
        verbose_name_plural = _("wordings of messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        kind = kinds.find(self.kind)
        return str(kind.title) if kind else self.kind

    def save(self, *args: Any, **options: Any) -> None:
        super().save(*args, **options)
        wording.forget()

    def clean(self) -> None:
        if (kind := kinds.find(self.kind)) is None:
            return
        offered = " ".join(f"{{{name}}}" for name in wording.placeholders(kind))
        for field in ("title", "text"):
            if wrong := wording.unknown(kind, getattr(self, field)):
                named = " ".join(f"{{{name}}}" for name in wrong)
                raise ValidationError(
                    {
                        field: _("Nothing can be filled in for %(wrong)s. You can use: %(offered)s")
                        % {"wrong": named, "offered": offered}
                    }
                )

    def words(self) -> wording.Words:
        return wording.Words(self.title, self.text, self.sms_template)


def wordings() -> dict[str, wording.Words]:
    """What the office wrote, by kind."""
    written = Wording.objects.exclude(title="", text="", sms_template="")
    return {row.kind: row.words() for row in written}


def make_missing_wordings() -> None:
    """A row for every kind that has none yet."""
    known = set(Wording.objects.values_list("kind", flat=True))
    Wording.objects.bulk_create(
        (Wording(kind=kind.name) for kind in kinds.known() if kind.name not in known), ignore_conflicts=True
    )
