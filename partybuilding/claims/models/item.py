"""An entry of the three lists: a need, a resource, a joint project."""

from typing import Any

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.checkins.models import Unit
from partybuilding.claims.queries import ItemQuerySet
from partybuilding.claims.terms import (
    AMOUNT_MAX,
    MOST_SHARES,
    PLACE_MAX,
    TITLE_MAX,
    UNCLAIMED_AFTER,
    WORDS_MAX,
    Kind,
    Origin,
    Sort,
)
from partybuilding.claims.workflow import ITEM, LISTED, RUNNING, State, arrows
from partybuilding.columns import known, staff
from requests_app.models import Ticket
from wangguan import clock
from wangguan.privacy import EncryptedTextField, keyed_hash, mask_name, mask_phone

_SHARES = [MinValueValidator(1), MaxValueValidator(MOST_SHARES)]


class Item(models.Model):
    """One entry of the three lists. `state` and `taken` change only through the services."""

    sort = models.CharField(_("which of the lists"), max_length=12, choices=Sort)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that offers it")
    )
    title = models.CharField(_("in a line"), max_length=TITLE_MAX)
    words = models.TextField(_("in words"), max_length=WORDS_MAX, blank=True)
    amount = models.CharField(_("how much"), max_length=AMOUNT_MAX, blank=True)
    shares = models.PositiveSmallIntegerField(_("shares"), default=1, validators=_SHARES)
    taken = models.PositiveSmallIntegerField(_("shares taken"), default=0, editable=False)
    place = models.CharField(_("place"), max_length=PLACE_MAX, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    served = models.CharField(_("who is served"), max_length=AMOUNT_MAX, blank=True)
    source = models.CharField(_("where it comes from"), max_length=12, choices=Origin)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request")
    )
    contact_name = EncryptedTextField(_("contact"), blank=True, default="")
    contact_phone = EncryptedTextField(_("phone of the contact"), blank=True, default="")
    contact_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    """Made with the form: the same form sent twice is one item."""
    made_by = staff(verbose_name=_("entered by"), editable=False)
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    published_by = staff(editable=False)
    open_since = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when nobody has claimed it: published, or given back."""
    told_unclaimed_on = models.DateField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True, editable=False)
    accepted_by = staff(editable=False)
    outcome = models.TextField(_("what came of it"), max_length=WORDS_MAX, blank=True, editable=False)
    reason = models.CharField(_("why taken off"), max_length=WORDS_MAX, blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the three lists")
        verbose_name_plural = _("items of the three lists")
        ordering = ["-id"]
        constraints = [
            known("sort", Sort, "claim_item"),
            known("kind", Kind, "claim_item"),
            known("source", Origin, "claim_item"),
            known("state", State, "claim_item"),
            models.CheckConstraint(
                condition=Q(shares__gte=1, shares__lte=MOST_SHARES), name="claim_item_shares"
            ),
            models.CheckConstraint(condition=Q(taken__lte=F("shares")), name="claim_item_not_oversubscribed"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(sort=Sort.RESOURCE),
                name="claim_item_units_offer_resources",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="claim_item_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(LISTED))
                | Q(published_at__isnull=False, open_since__isnull=False),
                name="claim_item_listed_is_published",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(state__in=sorted(LISTED)),
                name="claim_item_listed",
            ),
            models.Index(fields=["community", "sort", "-id"], name="claim_item_office"),
            models.Index(
                fields=["open_since"], condition=Q(state=State.PUBLISHED), name="claim_item_unclaimed"
            ),
            models.Index(fields=["contact_hash"], condition=~Q(contact_hash=""), name="claim_item_contact"),
        ]
        triggers = [pgtrigger.FSM(name="item_arrows", field="state", transitions=arrows(ITEM))]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **options: Any) -> None:
        self.contact_hash = keyed_hash(self.contact_phone)
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        return reverse("together_item", args=[self.pk])

    @property
    def free(self) -> int:
        """Shares that nobody holds."""
        return self.shares - self.taken

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_unclaimed(self) -> bool:
        """Published and left alone for fourteen days."""
        if self.state != State.PUBLISHED or self.open_since is None:
            return False
        return self.open_since <= clock.now() - UNCLAIMED_AFTER

    @property
    def is_claimable(self) -> bool:
        """Whether there is a share to take, or one to ask for."""
        return self.is_running and (self.free > 0 or self.shares < MOST_SHARES)

    @property
    def masked_contact(self) -> str:
        return f"{mask_name(self.contact_name)} {mask_phone(self.contact_phone)}".strip()
