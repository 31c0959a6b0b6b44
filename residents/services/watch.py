"""Who looked at what, for those who watch over it: counts by day and person, and what stands out.

What stands out is no verdict: a nurse's call at night may be right. It is where the auditor asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import Grid
from residents.models import PersonalExport, Policy, Unmasking
from residents.terms import Secret
from wangguan.workbook import Book
from wangguan.workdays import current_calendar

NIGHT_FROM, NIGHT_UNTIL = 21, 7
"""Hours of the clock, Asia/Shanghai."""
MOST_DAYS = 92
MOST_SHOWN = 300
MOST_REASONS = 100
MOST_LOGGED = 50_000
MANY, AT_NIGHT, DAY_OFF = "many", "night", "day_off"
SIGNS: dict[str, str | Promise] = {
    MANY: gettext_lazy("Unusually many"),
    AT_NIGHT: gettext_lazy("At night"),
    DAY_OFF: gettext_lazy("On a day off"),
}


@dataclass(frozen=True)
class Span:
    """What is looked at: days (both included), and perhaps one person's or one grid's."""

    since: date
    until: date
    person: str = ""
    """Part of a name or user name."""
    grid: Grid | None = None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        start = timezone.make_aware(datetime.combine(self.since, time.min))
        return start, timezone.make_aware(datetime.combine(self.until + timedelta(days=1), time.min))

    def looks(self) -> QuerySet[Unmasking]:
        start, end = self.moments
        rows = Unmasking.objects.filter(at__gte=start, at__lt=end)
        if self.person:
            rows = rows.filter(
                Q(by__real_name__icontains=self.person) | Q(by__username__icontains=self.person)
            )
        return rows.filter(grid=self.grid) if self.grid else rows

    def exports(self) -> QuerySet[PersonalExport]:
        """Asked for within the days, with how often they were fetched."""
        start, end = self.moments
        rows = PersonalExport.objects.filter(asked_at__gte=start, asked_at__lt=end)
        if self.person:
            rows = rows.filter(
                Q(asked_by__real_name__icontains=self.person) | Q(asked_by__username__icontains=self.person)
            )
        if self.grid:
            rows = rows.filter(Q(grid=self.grid) | Q(grid=None, community=self.grid.community_id))
        rows = rows.select_related("asked_by", "decided_by", "community", "grid")
        return rows.annotate(fetched=Count("downloads")).order_by("-pk")


@dataclass(frozen=True)
class Day:
    """What one person looked at on one day; `signs` are keys of `SIGNS`."""

    day: date
    person: str
    total: int
    phones: int
    id_numbers: int
    nights: int
    signs: tuple[str, ...]

    @property
    def labels(self) -> list[str | Promise]:
        return [SIGNS[sign] for sign in self.signs]


def days(span: Span) -> list[Day]:
    """By day and person, the newest and most first; at most `MOST_SHOWN`."""
    rows = (
        span.looks()
        .annotate(day=TruncDate("at"), hour=ExtractHour("at"))
        .values("day", "by", "by__real_name", "by__username")
        .annotate(
            total=Count("pk"),
            phones=Count("pk", filter=Q(field=Secret.PHONE)),
            id_numbers=Count("pk", filter=Q(field=Secret.ID_NUMBER)),
            nights=Count("pk", filter=Q(hour__gte=NIGHT_FROM) | Q(hour__lt=NIGHT_UNTIL)),
        )
        .order_by("-day", "-total", "by")
    )
    many = Policy.current().unmaskings_per_hour
    return [
        Day(
            day=row["day"],
            person=row["by__real_name"] or row["by__username"],
            total=row["total"],
            phones=row["phones"],
            id_numbers=row["id_numbers"],
            nights=row["nights"],
            signs=_signs(row["day"], row["total"], row["nights"], many=many),
        )
        for row in rows[:MOST_SHOWN]
    ]


def _signs(day: date, total: int, nights: int, *, many: int) -> tuple[str, ...]:
    """`many` on one day is what the street allows within an hour."""
    found = {
        MANY: total >= many,
        AT_NIGHT: nights > 0,
        DAY_OFF: not current_calendar().is_working(day),
    }
    return tuple(sign for sign, stands in found.items() if stands)


def reasons(span: Span) -> QuerySet[Unmasking]:
    """The newest looks with their reasons; not whose field it was."""
    return span.looks().select_related("by", "grid").order_by("-pk")[:MOST_REASONS]


def log(span: Span) -> bytes:
    """The log as a workbook: who, when, what kind of field, in which grid.

    Neither whose field it was nor the words of the reason, which may name somebody.
    """
    book = Book()
    page = book.sheet(_("Log of unmasking"), widths=(20, 16, 30, 12, 30, 30))
    page.head([_("Moment"), _("Person"), _("As"), _("Field"), _("Grid"), _("What stands out")])
    for row in _lines(span):
        page.row(row)
    return book.save()


def _lines(span: Span) -> Iterator[list[str]]:
    calendar = current_calendar()
    rows = span.looks().select_related("by", "grid").order_by("pk")[:MOST_LOGGED]
    for look in rows:
        local = timezone.localtime(look.at)
        night = not NIGHT_UNTIL <= local.hour < NIGHT_FROM
        signs = [
            str(SIGNS[sign])
            for sign, stands in ((AT_NIGHT, night), (DAY_OFF, not calendar.is_working(local.date())))
            if stands
        ]
        yield [
            f"{local:%Y-%m-%d %H:%M}",
            str(look.by),
            look.by_title,
            look.get_field_display(),
            str(look.grid),
            "、".join(signs),
        ]
