"""The tree of what people bring (domain handbook §4)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Line
from requests_app.deadlines import DEFAULT_LIMITS, Limit, Limits
from requests_app.workflow import Urgency
from wangguan.kept import Kept
from wangguan.workdays import REFRESH_AFTER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Label


def _minutes(label: Label) -> models.PositiveIntegerField[int | None, int | None]:
    return models.PositiveIntegerField(label, null=True, blank=True, validators=[MinValueValidator(1)])


def _working_days(label: Label) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(
        label,
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
    )


class Limited(models.Model):
    """Limits in minutes round the clock, or in working days; empty ones mean what is usual."""

    accept_minutes = _minutes(_("accept within (minutes)"))
    accept_working_days = _working_days(_("accept within (working days)"))
    resolve_minutes = _minutes(_("resolve within (minutes)"))
    resolve_working_days = _working_days(_("resolve within (working days)"))

    class Meta:
        abstract = True

    def own_limits(self, usual: Limits) -> Limits:
        return Limits(
            accept=_limit(self.accept_minutes, self.accept_working_days) or usual.accept,
            resolve=_limit(self.resolve_minutes, self.resolve_working_days) or usual.resolve,
        )


def _one_unit(name: str) -> list[models.CheckConstraint]:
    """A limit stands in minutes or in working days."""
    return [
        models.CheckConstraint(
            condition=models.Q(accept_minutes=None) | models.Q(accept_working_days=None),
            name=f"{name}_one_accept_limit",
            violation_error_message=_("Give the time to accept in minutes or in working days, not both."),
        ),
        models.CheckConstraint(
            condition=models.Q(resolve_minutes=None) | models.Q(resolve_working_days=None),
            name=f"{name}_one_resolve_limit",
            violation_error_message=_("Give the time to resolve in minutes or in working days, not both."),
        ),
    ]


class UrgencyRule(Limited):
    """The limits of one urgency: of matters without a category, and of categories without their own.

    Empty limits, or no row, mean those of the handbook (`deadlines.DEFAULT_LIMITS`). A clock that runs
    keeps the limits it was started with.
    """

    urgency = models.CharField(_("urgency"), max_length=1, choices=Urgency.choices, unique=True)

    class Meta:
        verbose_name = _("limits of an urgency")
        verbose_name_plural = _("limits by urgency")
        ordering = ("urgency",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="urgency_rule_urgency"
            ),
            *_one_unit("urgency_rule"),
        ]

    def __str__(self) -> str:
        return str(Urgency(self.urgency).label)

    def limits(self) -> Limits:
        return self.own_limits(DEFAULT_LIMITS[self.urgency])


class CategoryQuerySet(models.QuerySet["Category"]):
    def offered(self) -> CategoryQuerySet:
        """What a new ticket may be filed under: the active leaves of active groups."""
        return self.filter(active=True, parent__active=True).select_related("parent")


class Category(Limited):
    """One kind of matter; groups have no parent. Empty limits mean the urgency's own."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("group")
    )
    line = models.CharField(_("line of work"), max_length=12, choices=Line.choices)
    urgency = models.CharField(_("urgency"), max_length=1, choices=Urgency.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(condition=models.Q(line__in=Line.values), name="category_line"),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="category_urgency"),
            *_one_unit("category"),
        ]

    def __str__(self) -> str:
        return self.name

    def limits(self, urgency: str = "") -> Limits:
        """How soon to accept and to resolve.

        With an `urgency` other than the category's own, that urgency's usual limits: what an
        administrator set for the category was meant for its own urgency.
        """
        usual = limits_by_urgency()[urgency or self.urgency]
        return usual if urgency and urgency != self.urgency else self.own_limits(usual)


def _limit(minutes: int | None, working_days: Decimal | None) -> Limit | None:
    if minutes is not None:
        return Limit.minutes(minutes)
    return None if working_days is None else Limit.working_days(float(working_days))


def _limits_in_force() -> dict[str, Limits]:
    return {**DEFAULT_LIMITS, **{rule.urgency: rule.limits() for rule in UrgencyRule.objects.all()}}


limits_by_urgency = Kept(_limits_in_force, seconds=REFRESH_AFTER)
"""The limits of each urgency as the office set them."""
