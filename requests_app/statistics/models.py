"""What the worker counts ahead: a fact per matter, sums per day, and what has changed since.

Everything here can be made anew from the tickets (`manage.py rebuild_figures`), so rows carry plain
keys without foreign ones: 0 stands for none. Complaints about staff have no fact (decision 0026).
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import Answer, CalendarDay, CalendarYear, Ticket, TicketEvent, Verdict
from requests_app.statistics.terms import HAPPENINGS, MEASURES, Grain


class Touched(models.Model):
    """A ticket was written; triggers say so in the writing transaction, so that no writer can forget.

    One row per write and none unique: a row seen means that its write is seen, and one that is not
    yet seen stays for the next roll.
    """

    ticket = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.ticket)


class AsOf(models.Model):
    """One row: the figures are exact to this moment. Whoever rolls locks it, so that one rolls at a time."""

    at = models.DateTimeField(_("as of"))

    def __str__(self) -> str:
        return str(self.at)


class Fact(models.Model):
    """What one matter adds to the figures, as its ticket stands now.

    Days are those of Asia/Shanghai. `due_at` is empty while no limit runs (withdrawn, on hold);
    `is_due`: it has passed. `minutes` is working time from arrival to the answer.
    """

    ticket = models.BigIntegerField(primary_key=True)
    community = models.BigIntegerField(default=0)
    grid = models.BigIntegerField(default=0)
    category = models.BigIntegerField(default=0)
    source = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    assignee = models.BigIntegerField(default=0)
    first_handler = models.BigIntegerField(default=0)
    reporter = models.CharField(max_length=64, blank=True)
    place = models.CharField(max_length=64, blank=True)

    told_at = models.DateTimeField()
    told_on = models.DateField()
    due_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_on = models.DateField(null=True)

    contacted = models.BooleanField(default=False)
    said = models.BooleanField(default=False)
    solved = models.BooleanField(default=False)
    marked = models.BooleanField(default=False)
    satisfied = models.BooleanField(default=False)
    silent = models.BooleanField(default=False)
    repeated = models.BooleanField(default=False)
    is_due = models.BooleanField(default=False)
    on_time = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["told_on", "community"], name="fact_told"),
            models.Index(fields=["due_on", "community"], condition=Q(is_due=True), name="fact_due"),
            models.Index(
                fields=["resolved_on", "community"],
                condition=Q(resolved_on__isnull=False),
                name="fact_resolved",
            ),
            models.Index(
                fields=["due_at"], condition=Q(is_due=False, due_at__isnull=False), name="fact_falls_due"
            ),
            models.Index(fields=["assignee", "told_on"], name="fact_person"),
            models.Index(
                fields=["reporter", "category", "told_at"], condition=~Q(reporter=""), name="fact_reporter"
            ),
            models.Index(fields=["place", "category", "told_at"], condition=~Q(place=""), name="fact_place"),
        ]

    def __str__(self) -> str:
        return str(self.ticket)


class Happening(models.Model):
    """How often a matter was returned to the unit below, and reopened, on one day."""

    ticket = models.BigIntegerField()
    day = models.DateField()
    returned = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "day"], name="happening_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="happening_day")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.day}"


class Cell(models.Model):
    """Sums of one day and one community, in several grains.

    A grain keeps one more dimension, or all of them, or the category for the whole street; the dimensions
    it sums over are 0 or empty.
    Whoever reads takes the coarsest grain that has what is asked for. Columns of the measures are
    made from `terms.MEASURES`.
    """

    grain = models.PositiveSmallIntegerField(choices=Grain)
    day = models.DateField()
    community = models.BigIntegerField()
    grid = models.BigIntegerField(default=0)
    category = models.BigIntegerField(default=0)
    source = models.CharField(max_length=12, blank=True, default="")
    level = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grain", "day", "community", "grid", "category", "source", "level"],
                name="cell_once",
            ),
            models.CheckConstraint(condition=Q(grain__in=Grain.values), name="cell_grain_known"),
        ]

    def __str__(self) -> str:
        return f"{self.day}/{self.community}"


for _measure in MEASURES:
    models.BigIntegerField(default=0).contribute_to_class(Cell, _measure)


# --- triggers: whatever changes a figure names its ticket ----------------------------------
def _touches(
    key: str, operation: pgtrigger.Operation, *, name: str, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """After the write, `key` (the new row's column) is put down as touched."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        func=f"INSERT INTO {Touched._meta.db_table} (ticket) VALUES (NEW.{key}); RETURN NULL;",
    )


_COUNTED = (
    "status", "level", "grid_id", "community_id", "category_id", "source", "assignee_id",
    "first_handler_id", "about_staff", "phone_hash", "building_id", "address", "arrived_at",
    "first_contact_at", "resolved_at", "resolve_due", "held_since", "outcome", "parent_id",
)  # fmt: skip
"""Columns of a ticket that a figure is counted from; reminders write others every minute."""


class CountedTicket(Ticket):
    class Meta:
        proxy = True
        triggers: ClassVar = [
            _touches("id", pgtrigger.Insert, name="count_told"),
            _touches(
                "id",
                pgtrigger.UpdateOf(*_COUNTED),
                name="count_moved",
                condition=pgtrigger.Condition(
                    f"(({', '.join(f'OLD.{name}' for name in _COUNTED)}) IS DISTINCT FROM "
                    f"({', '.join(f'NEW.{name}' for name in _COUNTED)}))"
                ),
            ),
        ]


class CountedEvent(TicketEvent):
    class Meta:
        proxy = True
        triggers: ClassVar = [
            _touches(
                "ticket_id",
                pgtrigger.Insert,
                name="count_happened",
                condition=pgtrigger.Condition(
                    "NEW.step IN (" + ", ".join(f"'{step}'" for step in HAPPENINGS) + ")"
                ),
            )
        ]


class CountedAnswer(Answer):
    class Meta:
        proxy = True
        triggers: ClassVar = [
            _touches("ticket_id", pgtrigger.Insert | pgtrigger.UpdateOf("reached_at"), name="count_reached")
        ]


class CountedVerdict(Verdict):
    class Meta:
        proxy = True
        triggers: ClassVar = [
            _touches("ticket_id", pgtrigger.Insert | pgtrigger.Update, name="count_verdict")
        ]


_SPANS = "told_on <= {row}.date AND resolved_on >= {row}.date"


def _recount(name: str, operation: pgtrigger.Operation, *rows: str) -> pgtrigger.Trigger:
    """A corrected calendar changes the working time of what lies across its day."""
    across = " OR ".join(f"({_SPANS.format(row=row)})" for row in rows)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        func=f"INSERT INTO {Touched._meta.db_table} (ticket) SELECT ticket FROM {Fact._meta.db_table} "
        f"WHERE {across}; RETURN NULL;",
    )


class CountedYear(CalendarYear):
    """An imported year changes the working time of what lies in it."""

    class Meta:
        proxy = True
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="count_year_said",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"INSERT INTO {Touched._meta.db_table} (ticket) "
                f"SELECT ticket FROM {Fact._meta.db_table} WHERE told_on < make_date(NEW.year + 1, 1, 1) "
                "AND resolved_on >= make_date(NEW.year, 1, 1); RETURN NULL;",
            )
        ]


class CountedDay(CalendarDay):
    class Meta:
        proxy = True
        triggers: ClassVar = [
            _recount("count_day_said", pgtrigger.Insert, "NEW"),
            _recount("count_day_changed", pgtrigger.Update, "OLD", "NEW"),
            _recount("count_day_gone", pgtrigger.Delete, "OLD"),
        ]
