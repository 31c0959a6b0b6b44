"""What goes on in a room of a centre: a gathering, with the room booked for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuilding.centre.models.booking import Booking
from partybuilding.centre.queries import ActivityQuerySet
from partybuilding.centre.terms import NAME_MAX, Theme
from partybuilding.columns import known
from partybuilding.gatherings.models import Gathering


class Activity(models.Model):
    """A gathering in a centre. Who comes is the gathering's; when the room is taken is the booking's."""

    gathering = models.OneToOneField(
        Gathering, models.PROTECT, related_name="centre_activity", verbose_name=_("gathering")
    )
    booking = models.OneToOneField(
        Booking, models.PROTECT, related_name="activity", verbose_name=_("booking of a room")
    )
    theme = models.CharField(_("theme"), max_length=12, choices=Theme)
    organiser = models.CharField(_("organised by"), max_length=NAME_MAX, blank=True)

    objects = ActivityQuerySet.as_manager()
    # What `with_counts` adds.
    signed: int
    attended: int

    class Meta:
        verbose_name = _("activity of a centre")
        verbose_name_plural = _("activities of centres")
        ordering = ["-id"]
        constraints = [known("theme", Theme, "centre_activity")]

    def __str__(self) -> str:
        return str(self.gathering)

    @property
    def left(self) -> int:
        """Places that nobody has yet; read with `with_counts`."""
        return max(0, (self.gathering.places or 0) - self.signed - self.attended)
