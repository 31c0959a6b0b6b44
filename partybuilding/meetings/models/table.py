"""A table that meets again and again, and who sits at it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.columns import MOBILE, community_or_street, known
from partybuilding.meetings.queries import BodyQuerySet, SeatQuerySet
from partybuilding.meetings.terms import NAME_MAX, BodyKind, Side
from partybuilding.organisations.models import Organisation
from wangguan.privacy import EncryptedTextField, Masked, keyed_hash


class Body(models.Model):
    """One table. Rooms above hang what is their own on it."""

    kind = models.CharField(_("kind"), max_length=12, choices=BodyKind)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    community = community_or_street()
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tables",
        verbose_name=_("party organisation"),
    )
    ahead_days = models.PositiveSmallIntegerField(
        _("topics this many days ahead"),
        default=3,
        help_text=_("Until how many days before a meeting its topics are handed in."),
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = BodyQuerySet.as_manager()
    # What `with_counts` adds.
    next_at: Any
    open_actions: int
    late_actions: int

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["kind", "name", "id"]
        constraints = [
            known("kind", BodyKind, "meeting_body"),
            models.UniqueConstraint(
                fields=["kind", "name", "community"],
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
                name="meeting_body_name_once",
                violation_error_message=_("There is a table of this name."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "id"], condition=Q(ended_on__isnull=True), name="meeting_body_standing"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Seat(Masked, models.Model):
    """Somebody at a table for one side: of the staff (`user`), or known by phone.

    `unit` is the firm, unit or organisation they sit for; whoever sits for it today answers for what it
    took on, so that an action outlives a term.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("table"))
    side = models.CharField(_("sits for"), max_length=12, choices=Side)
    unit = models.CharField(
        _("unit"), max_length=NAME_MAX, blank=True, help_text=_("The firm, unit or organisation, in full.")
    )
    title = models.CharField(_("office held"), max_length=NAME_MAX, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("of the staff"),
    )
    name = EncryptedTextField(_("full name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="", validators=[MOBILE])
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False, db_index=True)
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    may_chair = models.BooleanField(_("may chair"), default=False)
    place = models.PositiveSmallIntegerField(_("order around the table"), default=0)
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat at a table")
        verbose_name_plural = _("seats at tables")
        ordering = ["body", "place", "id"]
        constraints = [
            known("side", Side, "meeting_seat"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, phone_hash="") | Q(user__isnull=True) & ~Q(phone_hash=""),
                name="meeting_seat_one_person",
                violation_error_message=_("Name somebody of the staff, or a name and a phone; not both."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="meeting_seat_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on"], condition=Q(reminded_on__isnull=True), name="meeting_seat_to_remind"
            )
        ]

    def __str__(self) -> str:
        return self.side_of

    def save(self, *args: Any, **options: Any) -> None:
        self._hash()
        super().save(*args, **options)

    def clean(self) -> None:
        self._hash()

    def _hash(self) -> None:
        self.phone_hash = keyed_hash(self.phone)

    @property
    def side_of(self) -> str:
        """For whom they sit: the unit where there is one, else the side. No person's name but the staff's."""
        if self.unit or self.title:
            return self.unit or self.title
        alone = self.side == Side.MEMBER and self.user_id
        return str(self.user if alone else self.get_side_display())

    @property
    def who(self) -> str:
        """Who sits there, as a list shows it: the staff by name, others masked."""
        return str(self.user) if self.user_id else self.masked_name

    def is_standing(self, on: date | None = None) -> bool:
        day = on or today()
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)
