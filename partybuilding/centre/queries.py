"""Questions about centres and bookings: `visible_to` is the office's only door, `of_phone` the person's."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Exists, OuterRef, Q

from partybuilding.access import seen_in
from partybuilding.centre.workflow import BLOCKING, State
from partybuilding.gatherings.workflow import State as SignUpState
from wangguan import clock

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.centre.models import Activity, Booking, Centre, Closure, Room  # noqa: F401

Span = tuple[datetime, datetime]
"""From — until, the end left out."""


def ranged(span: Span) -> DateTimeTZRange:
    """A span as the database keeps it."""
    return DateTimeTZRange(*span)


class CentreQuerySet(models.QuerySet["Centre"]):
    def visible_to(self, user: "User") -> "CentreQuerySet":
        """A community sees its own and the street's; the street and auditors see all."""
        return self.filter(seen_in(user, street_too=True))

    def for_list(self) -> "CentreQuerySet":
        return self.select_related("community").defer("community__boundary")


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: "User") -> "RoomQuerySet":
        return self.filter(seen_in(user, "centre__community", street_too=True))

    def with_hours(self) -> "RoomQuerySet":
        """With their centre and opening hours, as `hours` wants them."""
        return self.select_related("centre").prefetch_related("openings")

    def bookable(self) -> "RoomQuerySet":
        return self.filter(in_use=True)


class ClosureQuerySet(models.QuerySet["Closure"]):
    def between(self, start: datetime, end: datetime) -> "ClosureQuerySet":
        return self.filter(span__overlap=ranged((start, end)))

    def of_room(self, room: "Room") -> "ClosureQuerySet":
        """Of the room itself, or of its whole centre."""
        return self.filter(Q(room=room) | Q(centre=room.centre_id, room=None))


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: "User") -> "BookingQuerySet":
        return self.filter(seen_in(user, "room__centre__community", street_too=True))

    def of_phone(self, phone_hash: str) -> "BookingQuerySet":
        return self.filter(phone_hash=phone_hash) if phone_hash else self.none()

    def blocking(self) -> "BookingQuerySet":
        """Those that keep their hour from others."""
        return self.filter(state__in=BLOCKING)

    def between(self, start: datetime, end: datetime) -> "BookingQuerySet":
        return self.filter(span__overlap=ranged((start, end)))

    def ahead(self) -> "BookingQuerySet":
        """Not over yet."""
        return self.filter(span__endswith__gt=clock.now())

    def to_answer(self) -> "BookingQuerySet":
        """Waiting for the office and still to come; of a series its first week that waits."""
        waiting = self.filter(state=State.REQUESTED, span__startswith__gt=clock.now())
        before = waiting.model._default_manager.filter(
            form_id=OuterRef("form_id"),
            week__lt=OuterRef("week"),
            state=State.REQUESTED,
            span__startswith__gt=clock.now(),
        )
        return waiting.filter(~Exists(before))

    def for_list(self) -> "BookingQuerySet":
        return self.select_related("room__centre__community", "unit", "user", "activity__gathering").defer(
            "room__centre__community__boundary"
        )


class ActivityQuerySet(models.QuerySet["Activity"]):
    def in_centre(self, centre: "Centre") -> "ActivityQuerySet":
        return self.filter(booking__room__centre=centre)

    def ahead(self) -> "ActivityQuerySet":
        """Not over, and not called off."""
        return self.filter(gathering__ends_at__gt=clock.now(), gathering__called_off_at=None)

    def with_counts(self) -> "ActivityQuerySet":
        """With how many have a place (`signed`) and were there (`attended`)."""
        counts = {
            state.value: Count("gathering__sign_ups", filter=Q(gathering__sign_ups__state=state))
            for state in (SignUpState.SIGNED, SignUpState.ATTENDED)
        }
        return self.annotate(**counts).select_related("gathering", "booking__room")
