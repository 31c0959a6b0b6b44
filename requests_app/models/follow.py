"""Who else says that a matter is theirs too, or wants to hear how it ends."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.models.ticket import Ticket, new_token
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class FollowKind(models.TextChoices):
    VOICE = "voice", _("Says that it is theirs too")
    FOLLOW = "follow", _("Wants to hear of it")


class Follow(models.Model):
    """One person's following of one matter, known by a phone, a device, or both.

    `device_hash` is the keyed hash of a random text in that browser's cookie. Whoever stops
    loses the phone here at once; the device stays, so that nobody is counted twice.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="follows")
    kind = models.CharField(_("kind"), max_length=8, choices=FollowKind, default=FollowKind.FOLLOW)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="")
    device_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("since"), default=clock.now)
    told_at = models.DateTimeField(_("last told"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FollowKind.values), name="follow_kind_known"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(phone="", phone_hash=""),
                name="follow_stopped_without_phone",
            ),
            models.CheckConstraint(
                condition=Q(phone="", phone_hash="") | (~Q(phone="") & ~Q(phone_hash="")),
                name="follow_phone_with_hash",
            ),
            models.CheckConstraint(condition=~Q(device_hash=""), name="follow_has_device"),
            models.UniqueConstraint(
                fields=["ticket", "phone_hash"], condition=~Q(phone_hash=""), name="follow_phone_once"
            ),
            models.UniqueConstraint(fields=["ticket", "device_hash"], name="follow_device_once"),
        ]
        indexes = [models.Index(fields=["device_hash", "-id"], name="follow_of_device")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("followed", args=[self.token])

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def has_phone(self) -> bool:
        return bool(self.phone_hash)
