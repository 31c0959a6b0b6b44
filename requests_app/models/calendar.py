"""What administrators know about working days beyond the packaged calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.workdays import WorkingCalendar


class CalendarYear(models.Model):
    """A year whose holidays an administrator imported; its days stand in `CalendarDay`."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(
        _("source"), max_length=200, help_text=_("The notice the days were taken from.")
    )
    imported_at = models.DateTimeField(_("imported at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("imported year")
        verbose_name_plural = _("imported years")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """One day said to be worked or not, whatever the weekday or the packaged calendar say."""

    date = models.DateField(_("date"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True, help_text=_("For example: National Day."))

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


def working_calendar() -> WorkingCalendar:
    """The calendar as administrators corrected it."""
    overrides = dict(CalendarDay.objects.values_list("date", "is_working"))
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    return WorkingCalendar(overrides, years)
