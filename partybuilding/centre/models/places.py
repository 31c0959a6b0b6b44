"""A centre, its rooms, when they are open and when they are not."""

from typing import Any

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.centre.queries import CentreQuerySet, ClosureQuerySet, RoomQuerySet
from partybuilding.centre.terms import DAYS, NAME_MAX, WORDS_MAX, OpenTo
from partybuilding.columns import known, staff
from wangguan import clock

CAPACITY_MAX = 2000
_WEEKDAYS = [day for day, _label in DAYS]


def said(span: Any) -> str:
    """A span where the portal stands: “Dec 3 09:00–11:00”, “Dec 3 09:00–Dec 5 18:00”."""
    start, end = timezone.localtime(span.lower), timezone.localtime(span.upper)
    last = "" if start.date() == end.date() else f"{date_format(end, gettext('M j'))} "
    return f"{date_format(start, gettext('M j'))} {start:%H:%M}–{last}{end:%H:%M}"


def whole(column: str, name: str) -> models.CheckConstraint:
    """The span has a beginning and an end, and time between them."""
    condition = Q(
        **{f"{column}__isempty": False, f"{column}__lower_inf": False, f"{column}__upper_inf": False}
    )
    return models.CheckConstraint(condition=condition, name=name)


class Centre(models.Model):
    """A service centre of a community, or of the street (no community)."""

    name = models.CharField(_("name"), max_length=NAME_MAX, unique=True)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    address = models.CharField(_("address"), max_length=100)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))
    phone = models.CharField(
        _("public phone"), max_length=20, blank=True, help_text=_("It stands on the public page.")
    )
    words = models.TextField(_("what there is"), max_length=WORDS_MAX, blank=True)
    closed_days = ArrayField(
        models.PositiveSmallIntegerField(choices=DAYS),
        verbose_name=_("closed every week on"),
        default=list,
        blank=True,
    )
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)

    objects = CentreQuerySet.as_manager()

    class Meta:
        verbose_name = _("service centre")
        verbose_name_plural = _("service centres")
        ordering = [F("community__code").asc(nulls_first=True), "name"]
        constraints = [
            # Spelled out: of a NULL and a number SQL would say neither yes nor no, and let half a point pass.
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="centre_point_whole",
                violation_error_message=_("Give both latitude and longitude in degrees, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(closed_days__contained_by=_WEEKDAYS), name="centre_closed_days_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("centre", args=[self.pk])


class Room(models.Model):
    """A room that can be booked."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="rooms", verbose_name=_("service centre"))
    name = models.CharField(_("name"), max_length=NAME_MAX)
    capacity = models.PositiveSmallIntegerField(
        _("seats in the room"), validators=[MinValueValidator(1), MaxValueValidator(CAPACITY_MAX)]
    )
    equipment = models.CharField(_("equipment"), max_length=WORDS_MAX, blank=True)
    open_to = models.CharField(_("who may book it"), max_length=12, choices=OpenTo, default=OpenTo.UNITS)
    needs_approval = models.BooleanField(_("the office answers every booking"), default=True)
    in_use = models.BooleanField(_("can be booked"), default=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room of a centre")
        verbose_name_plural = _("rooms of centres")
        ordering = ["centre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="centre_room_named_once"),
            models.CheckConstraint(
                condition=Q(capacity__range=(1, CAPACITY_MAX)), name="centre_room_seats_somebody"
            ),
            known("open_to", OpenTo, "centre_room"),
        ]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """From when until when a room is open on one day of the week; without a row it is closed."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="openings", verbose_name=_("room"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=DAYS)
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(_("closes at"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["room", "weekday"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "weekday"],
                name="centre_opening_once_a_day",
                violation_error_message=_("This day has its hours already."),
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="centre_opening_ends_after_start",
                violation_error_message=_("It closes before it opens."),
            ),
            models.CheckConstraint(condition=Q(weekday__in=_WEEKDAYS), name="centre_opening_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """A time in which a room, or the whole centre (no room), is closed."""

    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="closures", verbose_name=_("service centre")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="closures", verbose_name=_("room")
    )
    span = DateTimeRangeField(_("from — until"))
    why = models.CharField(_("why closed"), max_length=100)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-span"]
        constraints = [whole("span", "centre_closure_span_whole")]

    def __str__(self) -> str:
        return f"{self.room or self.centre}: {self.why}"

    @property
    def when(self) -> str:
        return said(self.span)

    def clean(self) -> None:
        if self.room and self.room.centre_id != self.centre_id:
            raise ValidationError({"room": _("This room is in another centre.")})
