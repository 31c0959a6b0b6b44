"""What became of grids: reshapings on record, numbers of old, and the codes that other lines use."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from grids.models.people import today
from grids.models.territory import Community, Grid
from grids.roles import Line
from wangguan import clock


class ReshapingKind(models.TextChoices):
    SPLIT = "split", _("Split")
    MERGE = "merge", _("Merge")
    RENUMBER = "renumber", _("New number")


class Reshaping(models.Model):
    """One change to how grids are cut: who, when, what moved. Nobody can change it.

    `key` is made with the form, so that a form sent twice is carried out once. `counts` is
    {part: number moved}; `plan` holds what was asked for and the ids of what moved, no personal data.
    """

    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ReshapingKind)
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    source = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("from grid"))
    target = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("to grid"))
    from_code = models.CharField(_("code before"), max_length=15)
    to_code = models.CharField(_("code after"), max_length=15)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)
    reason = models.CharField(_("reason"), max_length=200)
    counts = models.JSONField(_("moved"), default=dict)
    plan = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("change of grids")
        verbose_name_plural = _("changes of grids")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReshapingKind.values), name="reshaping_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="reshaping_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.from_code} → {self.to_code}"


class GridAlias(models.Model):
    """A number that once named a grid and now leads to another, or to the same grid under its new number."""

    code = models.CharField(_("code"), max_length=15, unique=True)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="aliases", verbose_name=_("grid"))
    since = models.DateField(_("since"), default=today)

    class Meta:
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} → {self.grid_id}"


class LineCode(models.Model):
    """What another line of work calls the place: its own grid's code and name, and which of ours that is.

    One old grid may lie in several of ours and several of theirs in one of ours; one code names
    one of our grids at most once at a time.
    """

    line = models.CharField(_("line"), max_length=12, choices=Line)
    code = models.CharField(_("code in that line"), max_length=30)
    name = models.CharField(_("name in that line"), max_length=60, blank=True)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="line_codes", verbose_name=_("grid"))
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("code of a line")
        verbose_name_plural = _("codes of the lines")
        ordering = ["line", "code", "grid"]
        indexes = [models.Index(fields=["code"], name="linecode_code")]
        constraints = [
            models.CheckConstraint(condition=Q(line__in=Line.values), name="linecode_line_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="linecode_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="linecode_once_at_a_time",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("grid", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This code leads to this grid in that time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()} {self.code}"

    def clean(self) -> None:
        """Said of the field, or validation would go on to build a range that PostgreSQL cannot."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})
