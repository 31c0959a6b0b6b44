"""Who has a room, when, and what for."""

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partybuilding.centre.models.places import Room, said, whole
from partybuilding.centre.queries import BookingQuerySet
from partybuilding.centre.terms import NAME_MAX, WEEKS_MAX, WORDS_MAX
from partybuilding.centre.workflow import BLOCKING, State, arrows
from partybuilding.checkins.models import Unit
from partybuilding.columns import known, staff
from wangguan import clock
from wangguan.privacy import EncryptedTextField, Masked, keyed_hash


class Booking(Masked, models.Model):
    """One room for one span of time. `state` changes only through `services`.

    Who has it is a member of the staff (`user`), or somebody known by name and phone. The weeks of a
    series share a `form_id`; the same form sent twice is one booking.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings", verbose_name=_("room"))
    span = DateTimeRangeField(_("from — until"))
    purpose = models.CharField(_("what the room is for"), max_length=NAME_MAX)
    people = models.PositiveSmallIntegerField(_("people expected"))
    user = staff(verbose_name=_("booked by staff"))
    name = EncryptedTextField(_("full name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    version = models.PositiveIntegerField(default=1, editable=False)
    note = models.CharField(_("what the office says"), max_length=WORDS_MAX, blank=True)
    form_id = models.UUIDField(editable=False)
    week = models.PositiveSmallIntegerField(_("week of the series"), default=0)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    answered_by = staff(verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking of a room")
        verbose_name_plural = _("bookings of rooms")
        ordering = ["-id"]
        constraints = [
            # Who only waits keeps the hour too, so that two never wait for the same one.
            ExclusionConstraint(
                name="centre_booking_no_overlap",
                expressions=[("room", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(state__in=BLOCKING),
            ),
            whole("span", "centre_booking_span_whole"),
            known("state", State, "centre_booking"),
            models.CheckConstraint(condition=Q(people__gte=1), name="centre_booking_for_somebody"),
            models.CheckConstraint(condition=Q(week__lt=WEEKS_MAX), name="centre_booking_week_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, phone_hash="", name="", phone="")
                | Q(user__isnull=True) & ~Q(phone_hash="") & ~Q(name="") & ~Q(phone=""),
                name="centre_booking_one_booker",
            ),
            models.UniqueConstraint(fields=["form_id", "week"], name="centre_booking_once_a_week"),
        ]
        indexes = [
            models.Index(
                fields=["phone_hash", "-id"], condition=~Q(phone_hash=""), name="centre_booking_of_phone"
            ),
            models.Index(
                fields=["user", "-id"], condition=Q(user__isnull=False), name="centre_booking_of_user"
            ),
            models.Index(fields=["id"], condition=Q(state=State.REQUESTED), name="centre_booking_to_answer"),
            models.Index(
                RangeStartsWith("span"), condition=Q(state=State.APPROVED), name="centre_booking_ahead"
            ),
        ]
        triggers = [pgtrigger.FSM(name="booking_arrows", field="state", transitions=arrows())]

    def __str__(self) -> str:
        return f"{self.room} {self.when}"

    def save(self, *args: Any, **options: Any) -> None:
        self.phone_hash = keyed_hash(self.phone)
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        return reverse("centre_booking", args=[self.pk])

    @property
    def starts_at(self) -> datetime:
        return self.span.lower

    @property
    def ends_at(self) -> datetime:
        return self.span.upper

    @property
    def when(self) -> str:
        """Day and hours, where the portal stands."""
        return said(self.span)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def shown_state(self) -> str:
        """How far it is, as a person says it: what nobody has answered by now waits no more."""
        late = self.state == State.REQUESTED and self.has_begun
        return gettext("Not answered in time") if late else str(State(self.state).label)

    @property
    def is_of_activity(self) -> bool:
        """Whether it goes with an activity, which is called off instead; read `activity` with lists."""
        return hasattr(self, "activity")

    @property
    def shown_booker(self) -> str:
        """Who has the room, as everybody in the office may read it."""
        if self.unit:
            return str(self.unit)
        return self.user.real_name if self.user else self.masked_name
