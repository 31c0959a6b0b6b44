"""Photos of a ticket, cleaned of everything but the picture."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.event import TicketEvent
from requests_app.models.ticket import Ticket
from wangguan import clock


class Photo(models.Model):
    """A picture and its thumbnail, re-encoded by `wangguan.photos` and served behind a permission."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="photos")
    event = models.ForeignKey(TicketEvent, models.PROTECT, null=True, related_name="photos")
    image = models.FileField(upload_to="photos/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="photos/%Y/%m/%d")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.pk}"
