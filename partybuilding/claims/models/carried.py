"""What carrying a claim out leaves: milestones, pictures, marks."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding import pictures
from partybuilding.claims.models.claim import Claim
from partybuilding.claims.models.item import Item
from partybuilding.claims.queries import MilestoneQuerySet
from partybuilding.claims.terms import TITLE_MAX, WORDS_MAX
from partybuilding.columns import staff
from wangguan import clock


class Milestone(models.Model):
    """A step of carrying out a claim: planned for a day, reached on another, told in words."""

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="milestones", verbose_name=_("claim on an item")
    )
    name = models.CharField(_("milestone"), max_length=TITLE_MAX)
    due_on = models.DateField(_("planned for"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    words = models.CharField(_("what has been done"), max_length=WORDS_MAX, blank=True)
    form_id = models.UUIDField(unique=True, editable=False)
    told_ahead_on = models.DateField(null=True, blank=True, editable=False)
    told_late_on = models.DateField(null=True, blank=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone of a claim")
        verbose_name_plural = _("milestones of claims")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(reached_on__isnull=True), name="claim_milestone_ahead"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_late(self, on: date | None = None) -> bool:
        return self.reached_on is None and self.due_on < (on or today())


class Picture(pictures.Kept):
    """A picture of what was done; with a milestone, or of the acceptance. Only the two sides see it."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="pictures")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="pictures")

    class Meta:
        verbose_name = _("picture of a claim")
        verbose_name_plural = _("pictures of claims")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.pk}"


class Rating(models.Model):
    """What those who were served say: by phone the person who told the need, or asked on site."""

    item = models.ForeignKey(
        Item, models.PROTECT, related_name="ratings", verbose_name=_("item of the three lists")
    )
    stars = models.PositiveSmallIntegerField(_("mark"))
    words = models.CharField(_("in words"), max_length=WORDS_MAX, blank=True)
    how = models.CharField(_("how they were asked"), max_length=WORDS_MAX, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    made_by = staff(verbose_name=_("entered by"), editable=False)
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("rating of an item")
        verbose_name_plural = _("ratings of items")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="claim_rating_one_to_five"),
            models.CheckConstraint(
                condition=~Q(phone_hash="") | ~Q(how=""), name="claim_rating_says_how_it_was_asked"
            ),
            models.UniqueConstraint(
                fields=["item", "phone_hash"], condition=~Q(phone_hash=""), name="claim_rating_once_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.stars}"
