"""Who takes an item on."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.checkins.models import Unit
from partybuilding.claims.models.item import Item
from partybuilding.claims.queries import ClaimQuerySet
from partybuilding.claims.terms import MOST_SHARES, WORDS_MAX
from partybuilding.claims.workflow import CLAIM, HELD, OPEN, ClaimState, arrows
from partybuilding.columns import known, staff
from wangguan import clock

_SHARES = [MinValueValidator(1), MaxValueValidator(MOST_SHARES)]


class Claim(models.Model):
    """Who takes an item on: a unit a need or project, a community a resource.

    With a `counterpart` a need meets a resource: both items move with the claim.
    """

    item = models.ForeignKey(
        Item, models.PROTECT, related_name="claims", verbose_name=_("item of the three lists")
    )
    counterpart = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="paired", verbose_name=_("paired with")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    shares = models.PositiveSmallIntegerField(_("shares"), default=1, validators=_SHARES)
    words = models.CharField(_("in words"), max_length=WORDS_MAX, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ClaimState, default=ClaimState.OFFERED)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    made_by = staff(verbose_name=_("entered by"), editable=False)
    made_at = models.DateTimeField(_("claimed on"), default=clock.now, editable=False)
    agreed_at = models.DateTimeField(_("agreed on"), null=True, blank=True, editable=False)
    note = models.CharField(_("why ended"), max_length=WORDS_MAX, blank=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim on an item")
        verbose_name_plural = _("claims on items")
        ordering = ["id"]
        constraints = [
            known("state", ClaimState, "claim_claim"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(community__isnull=False), name="claim_claim_by_one"
            ),
            models.CheckConstraint(
                condition=Q(counterpart__isnull=True) | ~Q(counterpart=F("item")),
                name="claim_claim_two_sides",
            ),
            models.CheckConstraint(
                condition=Q(shares__gte=1, shares__lte=MOST_SHARES), name="claim_claim_shares"
            ),
            models.UniqueConstraint(
                fields=["item", "unit"], condition=Q(state__in=sorted(OPEN)), name="claim_claim_unit_once"
            ),
            models.UniqueConstraint(
                fields=["item", "community"],
                condition=Q(state__in=sorted(OPEN)),
                name="claim_claim_community_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state=ClaimState.OFFERED), name="claim_claim_to_agree"),
        ]
        triggers = [pgtrigger.FSM(name="claim_arrows", field="state", transitions=arrows(CLAIM))]

    def __str__(self) -> str:
        return f"{self.claimant} · {self.item}"

    @property
    def claimant(self) -> str:
        """Name of the unit or community: what everybody may know."""
        return str(self.unit or self.community)

    @property
    def is_held(self) -> bool:
        return self.state in HELD

    def touches(self) -> list[int]:
        """Keys of the items that move with it."""
        return [key for key in (self.item_id, self.counterpart_id) if key]
