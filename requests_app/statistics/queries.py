"""The matters behind a figure, a person's own figures, and how many people live where."""

from django.core.cache import cache
from django.db.models import Aggregate, Count, Q, Sum

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
KEPT = 3_600
"""Seconds that the number of residents is good for."""
_ONLY: dict[str, Q] = {
    **{name: Q(**{name: True}) for name in ("contacted", "said", "solved", "marked", "satisfied", "silent")},
    "repeats": Q(repeated=True),
    "due_done": Q(resolved_at__isnull=False),
    "on_time": Q(on_time=True),
    "overdue": Q(on_time=False),
}


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


def own(person: User, span: Span) -> Numbers:
    """The figures of the matters in this person's charge. One statement."""
    measures = (*BY_TOLD, *BY_DUE, "resolved", *BY_HAPPENED)
    sums: dict[str, Aggregate] = {
        f"of_{name}": Count("pk", filter=of_measure(name, span)) for name in measures
    }
    sums["of_minutes"] = Sum("minutes", filter=of_measure("minutes", span))
    found = Fact.objects.filter(assignee=person.pk).aggregate(**sums)
    return Numbers.of({name.removeprefix("of_"): number for name, number in found.items()})


def residents_of(dimension: str) -> dict[int, int]:
    """How many people of the register live in each community or grid now; kept for an hour."""
    path = "household__dwelling__building__grid"
    if dimension == "community":
        path += "__community"
    key = f"statistics-residents-{dimension}"
    if (kept := cache.get(key)) is None:
        living = Resident.objects.filter(left_on__isnull=True, household__left_on__isnull=True).order_by()
        kept = dict(living.values_list(path).annotate(people=Count("pk")))
        cache.set(key, kept, KEPT)
    return dict(kept)
