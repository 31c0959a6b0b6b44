"""Keys by which other systems call, each acting as one account; and answers kept for who asks twice."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.privacy import EncryptedTextField


class Scope(models.TextChoices):
    """What a key may be used for; what its account may not do, no scope opens."""

    TICKETS_READ = "tickets:read", _("read matters")
    TICKETS_WRITE = "tickets:write", _("tell matters and take steps")
    TERRITORY_READ = "territory:read", _("read grids and categories, find places")
    VISITS_READ = "visits:read", _("read visits")
    WHISTLES_READ = "whistles:read", _("read whistles")
    STATISTICS_READ = "statistics:read", _("read figures")
    LISTS_READ = "lists:read", _("read the three lists")
    OPEN311 = "open311", _("tell matters through Open311")


class ApiKey(models.Model):
    """One system's key. Its text is shown once, when it is made; kept are its first letters and its hash."""

    name = models.CharField(_("system"), max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys", verbose_name=_("acts as")
    )
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("scopes"))
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    digest = models.CharField(_("hash"), max_length=64, editable=False)
    """SHA-256 of the whole text, in hex: 256 random bits need no slow hash."""
    requests_a_minute = models.PositiveIntegerField(_("requests a minute"), default=120)
    created_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("made by"),
    )
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    """To the minute."""

    class Meta:
        verbose_name = _("interface key")
        verbose_name_plural = _("interface keys")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="apikey_scopes_known",
                condition=Q(scopes__contained_by=list(Scope.values), scopes__len__gt=0),
            ),
            models.CheckConstraint(name="apikey_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="apikey_some_requests", condition=Q(requests_a_minute__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def has(self, scope: str) -> bool:
        """Whether the key may be used for this."""
        return scope in self.scopes

    def is_good_at(self, moment: datetime) -> bool:
        """Neither withdrawn nor expired then."""
        return self.revoked_at is None and moment < self.expires_at


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, for the same request sent again.

    A row without a `status` is a request that is being answered; when its process dies, the claim lapses.
    """

    caller = models.CharField(max_length=40)
    """`key 12` or `user 7`: nobody meets another's answers."""
    key_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of address and body: another request under the same key is recognised."""
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedTextField(default="")
    begun_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["caller", "key_hash"], name="keptanswer_once"),
        ]
        indexes = [models.Index(fields=["begun_at"], name="keptanswer_begun")]

    def __str__(self) -> str:
        return f"{self.caller}: {self.status}"
