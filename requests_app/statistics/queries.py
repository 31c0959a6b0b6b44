"""The matters behind a figure, a person's own figures, and how many people live where."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, Sum

from grids.models import User
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.statistics.models import Fact, Happening
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.read import Where
from requests_app.statistics.spans import Span
from requests_app.statistics.terms import BY_DUE, BY_HAPPENED, BY_RESOLVED, BY_TOLD
from residents.models import Resident

MEASURES_WITH_TICKETS = frozenset({*BY_TOLD, *BY_DUE, *BY_HAPPENED, "resolved"})
KEPT = 300
"""Seconds that the number of residents is good for."""
_ONLY: dict[str, Q] = {
    **{name: Q(**{name: True}) for name in ("contacted", "said", "solved", "marked", "satisfied", "silent")},
    "repeats": Q(repeated=True),
    "due_done": Q(resolved_at__isnull=False),
    "on_time": Q(on_time=True),
    "overdue": Q(on_time=False),
}

_OF_DAY = {"told_on": BY_TOLD, "due_on": BY_DUE}


def of_measure(measure: str, span: Span) -> Q:
    """Which facts a measure counts in a span; for those of a day when something happened, see `behind`."""
    days = (span.first, span.last)
    if measure in BY_TOLD:
        return Q(told_on__range=days) & _ONLY.get(measure, Q())
    if measure in BY_DUE:
        return Q(due_on__range=days, is_due=True) & _ONLY.get(measure, Q())
    if measure in BY_RESOLVED:
        return Q(resolved_on__range=days)
    happened = Happening.objects.filter(day__range=days, **{f"{measure}__gt": 0})
    return Q(ticket__in=happened.values("ticket"))


def behind(measure: str, span: Span, where: Where, *, seen_by: User) -> TicketQuerySet:
    """The tickets that a figure counts, as far as this person may see them."""
    counted = Fact.objects.filter(of_measure(measure, span), where.of_cells()).values("ticket")
    return Ticket.objects.visible_to(seen_by).filter(pk__in=counted)


def own_behind(measure: str, span: Span, *, person: User) -> TicketQuerySet:
    """The tickets that a figure of this person's own counts, as far as they may see them still."""
    counted = Fact.objects.filter(of_measure(measure, span), assignee=person.pk).values("ticket")
    return Ticket.objects.visible_to(person).filter(pk__in=counted)


def own(person: User, spans: Iterable[Span]) -> dict[date, Numbers]:
    """The figures of the matters in this person's charge on each day of some spans. Four statements."""
    spans, found = list(spans), defaultdict[date, Numbers](Numbers)
    facts = Fact.objects.filter(assignee=person.pk)
    for column, measures in _OF_DAY.items():
        counts = {f"of_{name}": Count("pk", filter=_ONLY.get(name)) for name in measures}
        _add(found, facts.filter(_within(column, spans)).values_list(column).annotate(**counts), measures)
    worked = facts.filter(_within("resolved_on", spans)).values_list("resolved_on")
    _add(found, worked.annotate(Count("pk"), Sum("minutes")), BY_RESOLVED)
    happened = Happening.objects.filter(_within("day", spans), ticket__in=facts.values("ticket"))
    _add(found, happened.values_list("day").annotate(Sum("returned"), Sum("reopened")), BY_HAPPENED)
    return dict(found)


def _within(column: str, spans: Iterable[Span]) -> Q:
    days = (Q(**{f"{column}__range": (span.first, span.last)}) for span in spans)
    return reduce(or_, days) & (Q(is_due=True) if column == "due_on" else Q())


def _add(found: dict[date, Numbers], rows: Iterable[Sequence[Any]], measures: Sequence[str]) -> None:
    """Each row is a day and its sums in the order of `measures`."""
    for day, *sums in rows:
        found[day] += Numbers.of(dict(zip(measures, sums, strict=True)))


def residents_of(dimension: str) -> dict[int, int]:
    """How many people of the register live in each community or grid now; kept for five minutes."""
    path = "household__dwelling__building__grid"
    if dimension == "community":
        path += "__community"
    key = f"statistics-residents-{dimension}"
    if (kept := cache.get(key)) is None:
        living = Resident.objects.filter(left_on__isnull=True, household__left_on__isnull=True).order_by()
        kept = dict(living.values_list(path).annotate(people=Count("pk")))
        cache.set(key, kept, KEPT)
    return dict(kept)
