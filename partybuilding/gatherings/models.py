"""A gathering, and everybody who signed up for it, waits, came or did not."""

import secrets
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, User
from partybuilding.columns import known, staff
from partybuilding.gatherings.queries import GatheringQuerySet, SignUpQuerySet
from partybuilding.gatherings.terms import (
    EARLY,
    LATE,
    MOST_HOURS,
    MOST_PLACES,
    PLACE_MAX,
    TITLE_MAX,
    WORDS_MAX,
)
from partybuilding.gatherings.workflow import State, Via, arrows
from wangguan import clock
from wangguan.privacy import EncryptedTextField, keyed_hash, mask_name, mask_phone


def new_token() -> str:
    """Opaque, 22 characters; says nothing of the gathering."""
    return secrets.token_urlsafe(16)


class Gathering(models.Model):
    """Something at a place and a time that people sign up for. A higher room's row says what it is.

    `community`: None belongs to the whole street. `places`: None is without limit.
    """

    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    words = models.TextField(_("what to know"), max_length=WORDS_MAX, blank=True)
    place = models.CharField(_("place"), max_length=PLACE_MAX)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    places = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
        help_text=_("Empty: as many as come."),
    )
    closes_at = models.DateTimeField(_("sign up until"))
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True, editable=False)
    why_off = models.CharField(_("why called off"), max_length=WORDS_MAX, blank=True, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GatheringQuerySet.as_manager()
    # What `with_counts` adds.
    signed: int
    waiting: int
    attended: int
    absent: int

    class Meta:
        verbose_name = _("gathering")
        verbose_name_plural = _("gatherings")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(places__gte=1, places__lte=MOST_PLACES),
                name="gathering_places",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__lte=F("starts_at")), name="gathering_closes_before_start"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-starts_at"], name="gathering_list"),
            models.Index(fields=["starts_at"], name="gathering_by_time"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **options: Any) -> None:
        """People sign up until it begins, unless told otherwise."""
        self.closes_at = self.closes_at or self.starts_at
        super().save(*args, **options)

    @property
    def is_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def is_open(self) -> bool:
        """Whether somebody may still sign up, be it to wait."""
        return not self.is_off and clock.now() < self.closes_at

    @property
    def lets_in(self) -> bool:
        """Whether the code at the place is good now."""
        return not self.is_off and self.starts_at - EARLY <= clock.now() <= self.ends_at + LATE


class SignUp(models.Model):
    """One person at one gathering: one of the staff, or somebody with a name and a phone.

    `state` changes only through `services`. `hours` are confirmed ones; nobody else writes any.
    """

    gathering = models.ForeignKey(
        Gathering, models.PROTECT, related_name="sign_ups", verbose_name=_("gathering")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gathering_sign_ups",
        verbose_name=_("member of the staff"),
    )
    name = EncryptedTextField(_("full name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State)
    queued_at = models.DateTimeField(_("signed up"), default=clock.now)
    """The order of the waiting list."""
    attended_at = models.DateTimeField(_("was there from"), null=True, blank=True)
    via = models.CharField(_("known"), max_length=12, choices=Via, blank=True, default="")
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, null=True, blank=True)
    hours_confirmed_by = staff(verbose_name=_("hours confirmed by"))
    hours_confirmed_at = models.DateTimeField(_("hours confirmed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["queued_at", "id"]
        constraints = [
            known("state", State, "gathering_sign_up"),
            models.CheckConstraint(
                condition=Q(via__in=["", *Via.values]), name="gathering_sign_up_via_known"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, phone_hash="", name="", phone="")
                | (Q(user__isnull=True) & ~Q(phone_hash="")),
                name="gathering_sign_up_one_way",
            ),
            models.UniqueConstraint(
                fields=["gathering", "phone_hash"],
                condition=~Q(phone_hash=""),
                name="gathering_sign_up_phone_once",
            ),
            models.UniqueConstraint(fields=["gathering", "user"], name="gathering_sign_up_user_once"),
            models.CheckConstraint(
                condition=Q(state=State.ATTENDED, attended_at__isnull=False)
                | (~Q(state=State.ATTENDED) & Q(attended_at__isnull=True, hours__isnull=True)),
                name="gathering_sign_up_attended",
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True, hours_confirmed_at__isnull=True)
                | Q(hours__gt=0, hours__lte=MOST_HOURS, hours_confirmed_at__isnull=False),
                name="gathering_sign_up_hours",
            ),
        ]
        indexes = [
            models.Index(fields=["gathering", "state", "queued_at", "id"], name="gathering_sign_up_queue"),
            models.Index(
                fields=["phone_hash", "-id"], condition=~Q(phone_hash=""), name="gathering_sign_up_phone"
            ),
        ]
        triggers = [pgtrigger.FSM(name="sign_up_arrows", field="state", transitions=arrows())]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **options: Any) -> None:
        self.phone_hash = keyed_hash(self.phone)
        super().save(*args, **options)

    @property
    def full_name(self) -> str:
        return self.user.real_name if self.user else self.name

    @property
    def masked_name(self) -> str:
        return mask_name(self.full_name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.user.phone if self.user else self.phone)

    @property
    def reached_at(self) -> str:
        """The phone, in clear: for those who keep the gathering."""
        return self.user.phone if self.user else self.phone

    def is_of(self, user: User | None, phone_hash: str) -> bool:
        """Whether this is the row of that person."""
        own = user is not None and user.pk == self.user_id
        return own or bool(phone_hash and phone_hash == self.phone_hash)
