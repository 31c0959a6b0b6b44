"""What is counted, by which day, and in which grains it is kept."""

from django.db.models import IntegerChoices

BY_TOLD = ("arrived", "contacted", "said", "solved", "marked", "satisfied", "silent", "repeats")
"""Of the matters told in the span, whatever became of them since."""
BY_DUE = ("due", "due_done", "on_time", "overdue")
"""Of the matters whose limit ran out in the span."""
BY_RESOLVED = ("resolved", "minutes")
"""Of the matters whose answer was written in the span; `minutes` is working time."""
BY_HAPPENED = ("returned", "reopened")
"""Counted on the day it happened, each time."""
MEASURES = (*BY_TOLD, *BY_DUE, *BY_RESOLVED, *BY_HAPPENED)

HAPPENINGS = {"send_back": "returned", "reopen": "reopened"}
"""Steps of the workflow that are counted each time."""

REPEAT_DAYS = 30
"""A matter repeats one that was told at most so many days before."""


class Grain(IntegerChoices):
    """Which dimension a cell keeps beside day and community; the last keeps no community."""

    COMMUNITY = 0
    GRID = 1
    CATEGORY = 2
    SOURCE = 3
    LEVEL = 4
    FULL = 5
    STREET_CATEGORY = 6
    """Categories of the whole street: a fifth of the rows of which a year's table is summed."""


KEPT = {
    Grain.COMMUNITY: frozenset(),
    Grain.GRID: frozenset({"grid"}),
    Grain.CATEGORY: frozenset({"category"}),
    Grain.SOURCE: frozenset({"source"}),
    Grain.LEVEL: frozenset({"level"}),
    Grain.FULL: frozenset({"grid", "category", "source", "level"}),
}
"""Of the grains that keep the community; a coarser one before a finer one."""
