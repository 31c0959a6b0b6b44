"""An item of a year's duty list, the turns in which it falls due, and what happened to each."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Post, today
from grids.roles import STREET_ROLES
from partybuilding import pictures
from partybuilding.columns import community_or_street
from partybuilding.duties.queries import DutyQuerySet, TurnQuerySet, in_post
from partybuilding.duties.terms import FIRST_YEAR, ITEM_MAX, LAST_YEAR, OWNING, WORDS_MAX, Period, Tier
from partybuilding.duties.workflow import STEPS, State, arrows
from requests_app.models import Ticket
from requests_app.triggers import append_only
from wangguan import clock

_IS_DONE = Q(state__in=(State.DONE, State.CHECKED))


def this_year() -> int:
    return today().year


def _user(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class Duty(models.Model):
    """What somebody answers for in one year, and what shows that it was done."""

    year = models.PositiveSmallIntegerField(
        _("year"),
        default=this_year,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    community = community_or_street()
    item = models.TextField(_("duty item"), max_length=ITEM_MAX)
    evidence = models.TextField(
        _("evidence wanted"), max_length=ITEM_MAX, help_text=_("What shows that it was done.")
    )
    owner = _user(
        verbose_name=_("owner"),
        limit_choices_to=in_post,
        help_text=_("Holds a post of that community or of the street today."),
    )
    period = models.CharField(
        _("period"),
        max_length=12,
        choices=Period,
        help_text=_("Due on the last day of each. Days that are over when it is saved are left out."),
    )
    once_on = models.DateField(
        _("on this day"), null=True, blank=True, help_text=_("Only for what is done once, on a day.")
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="copies"
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-year", "tier", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="duty_tier_known"),
            models.CheckConstraint(condition=Q(period__in=Period.values), name="duty_period_known"),
            models.CheckConstraint(
                condition=Q(period=Period.ONCE, once_on__isnull=False)
                | (~Q(period=Period.ONCE) & Q(once_on__isnull=True)),
                name="duty_day_fits_period",
                violation_error_message=_(
                    "Give a day for what is done once, on a day, and for nothing else."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(tier=Tier.DIRECT) | Q(community__isnull=False),
                name="duty_direct_has_community",
                violation_error_message=_("A community secretary's direct responsibility names a community."),
            ),
            models.UniqueConstraint(
                fields=["copied_from", "year"],
                condition=Q(copied_from__isnull=False),
                name="duty_copied_once",
            ),
        ]
        indexes = [models.Index(fields=["year", "tier", "id"], name="duty_list")]

    def __str__(self) -> str:
        return self.item.partition("\n")[0][:60]

    def get_absolute_url(self) -> str:
        """The office's page of it."""
        return reverse("party_duty", args=[self.pk])

    @property
    def unit(self) -> str:
        """Whose list it stands on."""
        return str(self.community) if self.community_id else gettext("Street")

    @property
    def check_unit(self) -> int | None:
        """The community (key) whose office checks it; None: only those who keep the street's records do.

        What the community secretary answers for is not checked by the secretary's own staff.
        """
        return None if self.tier == Tier.DIRECT else self.community_id

    def clean(self) -> None:
        """What the database cannot say of one row: the day lies in the year, the owner in the unit."""
        if self.once_on and self.once_on.year != self.year:
            raise ValidationError({"once_on": gettext("This day lies in another year.")})
        if self.owner_id and not _fits(self.owner_id, self.community_id):
            said = gettext("The owner holds no post of that community or of the street today.")
            raise ValidationError({"owner": said})


def _fits(owner: int, community: int | None) -> bool:
    """Whether this person holds a post of the street today, or of the community the duty is of."""
    held = Q(role__in=STREET_ROLES)
    if community:
        held |= Q(role__in=OWNING, community=community)
    return Post.objects.current().filter(held, user=owner).exists()


class Turn(models.Model):
    """One day on which a duty falls due.

    `version` is compared and swapped with every step. The marks say that the reminder went out.
    """

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="turns", verbose_name=_("duty"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    version = models.PositiveIntegerField(default=1)
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    done_by = _user(null=True, blank=True, verbose_name=_("by"))
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = _user(null=True, blank=True, verbose_name=_("by"))
    soon_told_on = models.DateField(null=True, blank=True, editable=False)
    late_told_on = models.DateField(null=True, blank=True, editable=False)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a duty")
        verbose_name_plural = _("turns of duties")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="duty_turn_state_known"),
            models.UniqueConstraint(fields=["duty", "due_on"], name="duty_turn_once_a_day"),
            models.CheckConstraint(
                condition=_IS_DONE & Q(done_at__isnull=False, done_by__isnull=False)
                | ~_IS_DONE & Q(done_at__isnull=True, done_by__isnull=True),
                name="duty_turn_done_by_name",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CHECKED, checked_at__isnull=False, checked_by__isnull=False)
                | ~Q(state=State.CHECKED) & Q(checked_at__isnull=True, checked_by__isnull=True),
                name="duty_turn_checked_by_name",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state=State.PLANNED, soon_told_on__isnull=True),
                name="duty_turn_tell_soon",
            ),
            models.Index(
                fields=["due_on"],
                condition=Q(state=State.PLANNED, late_told_on__isnull=True),
                name="duty_turn_tell_late",
            ),
            models.Index(fields=["due_on"], condition=Q(state=State.DONE), name="duty_turn_to_check"),
        ]
        triggers = [
            pgtrigger.FSM(name="duty_turn_arrows", field="state", transitions=arrows()),
            # A day nobody has touched may fall away when the period changes.
            pgtrigger.Protect(
                name="touched_stays",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=State.PLANNED, old__version=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.due_on}"

    @property
    def is_late(self) -> bool:
        return self.state == State.PLANNED and self.due_on < today()


class Entry(models.Model):
    """What happened to a turn: who, when, what, in which words. Nobody changes or deletes one."""

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="entries")
    step = models.CharField(_("what"), max_length=12, choices=[(name, s.past) for name, s in STEPS.items()])
    actor = _user(verbose_name=_("by"))
    actor_title = models.CharField(_("as"), max_length=120, blank=True)
    words = models.TextField(_("words"), blank=True, max_length=WORDS_MAX)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request")
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    action_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry of a turn")
        verbose_name_plural = _("entries of turns")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=list(STEPS)), name="duty_entry_step_known"),
            models.UniqueConstraint(
                fields=["turn", "action_id"],
                condition=Q(action_id__isnull=False),
                name="duty_entry_once",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.turn_id}: {self.step}"

    @property
    def label(self) -> Promise:
        return STEPS[self.step].past


class Evidence(pictures.Kept):
    """A picture of what was done."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="photos")

    class Meta:
        verbose_name = _("photo of a duty")
        verbose_name_plural = _("photos of duties")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.pk}"
