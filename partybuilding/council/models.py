"""Which checked-in unit sits at which council."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuilding.checkins.models import UnitCheckIn
from partybuilding.checkins.workflow import State
from partybuilding.meetings.models import Body, Seat
from wangguan.privacy import keyed_hash


class Membership(models.Model):
    """A unit that checked in, and the seat it holds, or held last, at a council (联席会成员单位)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name=_("council"))
    check_in = models.ForeignKey(
        UnitCheckIn, models.PROTECT, related_name="councils", verbose_name=_("unit's check-in")
    )
    seat = models.OneToOneField(
        Seat, models.PROTECT, related_name="membership", verbose_name=_("seat at a table")
    )

    class Meta:
        verbose_name = _("member unit of a council")
        verbose_name_plural = _("member units of councils")
        ordering = ["body", "seat__place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "check_in"], name="council_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.check_in.unit}"

    @property
    def has_left(self) -> bool:
        """Its unit is not checked in any more, and the seat still stands."""
        return self.check_in.state == State.WITHDRAWN and self.seat.is_standing()

    @property
    def has_another_contact(self) -> bool:
        """Somebody else answers for the unit now than sits there."""
        return self.seat.phone_hash != keyed_hash(self.check_in.unit.contact_phone)
