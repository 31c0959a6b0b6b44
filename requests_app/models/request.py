"""What a holder asked of the unit above: more time, or to put the matter on hold."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.ticket import OpenRequestKind, Ticket
from wangguan import clock


class OpenRequest(models.Model):
    """A request that waits for, or got, a decision; one open at a time per ticket."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="asked")
    kind = models.CharField(max_length=12, choices=OpenRequestKind)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True, help_text=_("Empty when it fell away undecided."))

    class Meta:
        verbose_name = _("request to the unit above")
        verbose_name_plural = _("requests to the unit above")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=OpenRequestKind.EXTENSION, hours__gt=0)
                | Q(kind=OpenRequestKind.HOLD, review_on__isnull=False),
                name="request_says_what",
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(decided_at__isnull=True), name="request_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"
