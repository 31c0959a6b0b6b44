"""Typical cases: matters on the board, in the words in which they were released, and no others."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from requests_app.models import Publication
from requests_app.queries import PublicationQuerySet
from requests_app.reports.models import Report
from requests_app.reports.terms import MOST_SUGGESTED, USUAL_CASES
from requests_app.statistics.spans import Span


def released() -> PublicationQuerySet:
    """What stands on the board now and whose resident still agrees."""
    return Publication.objects.shown().filter(ticket__may_publish=True, ticket__about_staff=False)


def suggested(report: Report) -> list[Publication]:
    """Answered or released in the report's span, what was released last first."""
    begin, end = moments(report.span)
    in_span = Q(ticket__resolved_at__gte=begin, ticket__resolved_at__lt=end)
    rows = released().filter(in_span | Q(released_at__gte=begin, released_at__lt=end))
    if report.community_id:
        rows = rows.filter(community=report.community_id)
    return list(rows.with_ticket().order_by("-released_at", "-pk")[:MOST_SUGGESTED])


def usual(report: Report) -> list[int]:
    """What is shown until an editor chooses."""
    return [row.pk for row in suggested(report)[:USUAL_CASES]]


def chosen(report: Report) -> list[Publication]:
    """The report's cases in their order, without those taken off the board since."""
    found = {row.pk: row for row in released().with_ticket().filter(pk__in=report.cases)}
    return [found[pk] for pk in report.cases if pk in found]


def kept(rows: Iterable[Publication]) -> list[dict[str, Any]]:
    """What is kept of them in an issued report."""
    return [
        {
            "words": row.words,
            "answer": row.answer,
            "place": row.place,
            "category": row.category.name if row.category else "",
            "community": row.community.name if row.community else "",
        }
        for row in rows
    ]


def moments(span: Span) -> tuple[datetime, datetime]:
    """When the span begins, and when it is over."""
    begin = timezone.make_aware(datetime.combine(span.first, time.min))
    return begin, timezone.make_aware(datetime.combine(span.last + timedelta(days=1), time.min))
