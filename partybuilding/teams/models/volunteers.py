"""Somebody who helps: known by phone, confirmed by the office."""

from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid
from partybuilding.checkins.terms import Skill, Slot
from partybuilding.columns import known, staff, within
from partybuilding.teams.queries import VolunteerQuerySet
from partybuilding.teams.terms import WORDS_MAX, Source
from partybuilding.teams.workflow import VOLUNTEER, State, arrows
from wangguan import clock
from wangguan.privacy import EncryptedTextField, Masked, keyed_hash


class Volunteer(Masked, models.Model):
    """`state` changes only through `services.enrolling.take`."""

    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty for whoever is kept by the street."),
    )
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    name = EncryptedTextField(_("full name"))
    phone = EncryptedTextField(_("phone"))
    phone_hash = models.CharField(max_length=64, editable=False)
    skills = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("can do"))
    slots = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("has time"))
    may_be_named = models.BooleanField(
        _("may be thanked in public by full name"), default=False, help_text=_("Else the name is masked.")
    )
    source = models.CharField(_("how they came"), max_length=12, choices=Source, default=Source.FORM)
    wish = models.ForeignKey(
        "teams.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wants to join the team"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SIGNED_UP)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_id = models.UUIDField(unique=True, null=True, editable=False)
    """Made with the form: the same form sent twice is one volunteer."""
    signed_up_at = models.DateTimeField(_("came on"), default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by = staff(verbose_name=_("confirmed by"), editable=False)
    left_at = models.DateTimeField(_("left on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("why left"), max_length=WORDS_MAX, blank=True, editable=False)

    objects = VolunteerQuerySet.as_manager()
    # What `with_hours` adds.
    hours: Decimal

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["-id"]
        constraints = [
            known("state", State, "teams_volunteer"),
            known("source", Source, "teams_volunteer"),
            within("skills", Skill, "teams_volunteer"),
            within("slots", Slot, "teams_volunteer"),
            models.UniqueConstraint(
                fields=["phone_hash"], condition=~Q(state=State.LEFT), name="teams_volunteer_once"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-id"], name="teams_volunteer_list"),
            # Of those who left too: their hours count when they come back.
            models.Index(fields=["phone_hash"], name="teams_volunteer_phone"),
            models.Index(fields=["grid"], condition=Q(state=State.CONFIRMED), name="teams_volunteer_by_grid"),
        ]
        triggers = [pgtrigger.FSM(name="volunteer_arrows", field="state", transitions=arrows(VOLUNTEER))]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **options: Any) -> None:
        self.phone_hash = keyed_hash(self.phone)
        super().save(*args, **options)

    def confirmed_hours(self, since: date | None = None, until: date | None = None) -> Decimal:
        """Of shifts and call-outs on days within these, both included. One query."""
        return Volunteer.objects.only("pk").with_hours(since, until).get(pk=self.pk).hours

    @property
    def is_confirmed(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def public_name(self) -> str:
        """As the team's page thanks them."""
        return self.name if self.may_be_named else self.masked_name

    @property
    def skill_labels(self) -> list[str]:
        return [str(Skill(skill).label) for skill in self.skills]

    @property
    def slot_labels(self) -> list[str]:
        return [str(Slot(slot).label) for slot in self.slots]
