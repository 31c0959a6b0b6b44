"""The Red Steward of an estate, and who sits in one body there while holding a post in another."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Estate, today
from partybuilding.columns import MOBILE
from partybuilding.meetings.models import Body
from partybuilding.meetings.terms import BodyKind
from partybuilding.organisations.models import Organisation
from partybuilding.steward.queries import StewardQuerySet
from partybuilding.steward.terms import NAME_MAX
from wangguan.privacy import EncryptedTextField, keyed_hash, mask_name, mask_phone


class Steward(models.Model):
    """One table per estate. Its seats, meetings, topics and actions hang on `body` (meetings)."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", verbose_name=_("estate"))
    body = models.OneToOneField(Body, models.PROTECT, related_name="steward", verbose_name=_("table"))
    branch = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("estate branch"),
    )
    firm = models.CharField(
        _("property company"), max_length=NAME_MAX, blank=True, help_text=_("Empty where there is none.")
    )
    contact_name = EncryptedTextField(_("contact of the property company"), blank=True, default="")
    contact_phone = EncryptedTextField(_("phone of the contact"), blank=True, default="", validators=[MOBILE])
    contact_hash = models.CharField(max_length=64, blank=True, default="", editable=False, db_index=True)
    households = models.PositiveIntegerField(
        _("households"), default=0, help_text=_("Of the estate, as its papers say.")
    )
    since = models.DateField(_("set up on"), default=today)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = StewardQuerySet.as_manager()
    # What `with_figures` adds.
    sides: list[str] | None
    next_at: Any
    open_actions: int
    late_actions: int

    class Meta:
        verbose_name = _("Red Steward")
        verbose_name_plural = _("Red Stewards")
        ordering = ["estate__community__code", "estate__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["estate"],
                condition=Q(ended_on__isnull=True),
                name="steward_estate_once",
                violation_error_message=_("This estate has its table already."),
            ),
            models.CheckConstraint(
                condition=Q(firm="", contact_hash="") | ~Q(firm=""),
                name="steward_contact_has_firm",
                violation_error_message=_("Name the property company the contact belongs to."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.estate)

    def save(self, *args: Any, **options: Any) -> None:
        self._hash()
        super().save(*args, **options)

    def clean(self) -> None:
        self._hash()

    def _hash(self) -> None:
        self.contact_hash = keyed_hash(self.contact_phone)

    @property
    def community_id(self) -> int:
        """Whose office keeps it."""
        return self.estate.community_id

    @property
    def body_kind(self) -> BodyKind:
        """What sort of table it is: it says which sides sit there."""
        return BodyKind.STEWARD

    @property
    def masked_contact(self) -> str:
        return f"{mask_name(self.contact_name)} {mask_phone(self.contact_phone)}".strip()


class CrossAppointment(models.Model):
    """双向进入、交叉任职: somebody with a post in one body who also sits in another."""

    steward = models.ForeignKey(Steward, models.PROTECT, related_name="crossings", verbose_name=_("estate"))
    person = models.CharField(_("full name"), max_length=30, help_text=_("Public, as on the notice board."))
    own_body = models.CharField(_("comes from"), max_length=NAME_MAX)
    own_post = models.CharField(_("with the post"), max_length=NAME_MAX)
    other_body = models.CharField(_("also sits in"), max_length=NAME_MAX)
    other_post = models.CharField(_("as"), max_length=NAME_MAX)
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("cross appointment")
        verbose_name_plural = _("cross appointments")
        ordering = ["steward", "-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="steward_crossing_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(own_body=F("other_body")),
                name="steward_crossing_two_bodies",
                violation_error_message=_("A cross appointment joins two bodies."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.own_body} · {self.other_body}"

    def is_standing(self, on: date | None = None) -> bool:
        day = on or today()
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)
