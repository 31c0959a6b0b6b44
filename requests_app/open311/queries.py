"""Which matters a caller of the interface may read, and how they are narrowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from requests_app.models import Answer, Ticket, TicketEvent
from requests_app.open311.terms import CLOSED, State
from requests_app.workflow import Outcome
from wangguan.interfaces.models import ApiKey


@dataclass(frozen=True)
class Span:
    """From the first moment to the last, both included; None is no bound."""

    first: datetime | None = None
    last: datetime | None = None

    def of(self, column: str) -> Q:
        bounds = Q()
        if self.first:
            bounds &= Q(**{f"{column}__gte": self.first})
        if self.last:
            bounds &= Q(**{f"{column}__lte": self.last})
        return bounds


@dataclass(frozen=True)
class Wanted:
    """What a question asks for; empty fields narrow nothing. With `numbers` nothing else counts."""

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    requested: Span = Span()
    updated: Span = Span()


def readable(key: ApiKey | None) -> QuerySet[Ticket]:
    """What everybody may read, and what came through this key.

    Everybody: the resident agreed, a person released the words, and nobody withdrew it since.
    """
    public = Q(publication__isnull=False, publication__taken_down_at__isnull=True)
    public &= Q(may_publish=True, about_staff=False)
    public &= ~Q(outcome__in=[Outcome.WITHDRAWN, Outcome.VOID])
    return Ticket.objects.filter(public | Q(open311__key=key) if key else public)


def found(key: ApiKey | None, wanted: Wanted) -> QuerySet[Ticket]:
    """The newest first, with all that one answer says of them: two statements, whatever their number."""
    rows = _moved(readable(key))
    if wanted.numbers:
        rows = rows.filter(number__in=wanted.numbers)
    else:
        rows = rows.filter(wanted.requested.of("arrived_at"), wanted.updated.of("updated_at"))
        rows = _narrowed(rows, codes=wanted.codes, states=wanted.states)
    return _whole(rows).order_by("-arrived_at", "-id")


def _narrowed(rows: QuerySet[Ticket], *, codes: Iterable[str], states: Iterable[str]) -> QuerySet[Ticket]:
    if codes:
        rows = rows.filter(category__code__in=codes)
    if set(states) == {State.OPEN}:
        rows = rows.exclude(status__in=CLOSED)
    if set(states) == {State.CLOSED}:
        rows = rows.filter(status__in=CLOSED)
    return rows


def _moved(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With `updated_at`: when it was closed, or else last moved; not before everybody could read it.

    A matter that is released after it was closed is news to whoever asks for what changed.
    """
    last = TicketEvent.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("at")[:1]
    moved = Case(
        When(status__in=CLOSED, then=Coalesce("closed_at", "answered_at", "resolved_at", Subquery(last))),
        default=Subquery(last),
    )
    return rows.annotate(updated_at=Greatest(moved, F("publication__released_at")))


def _whole(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    related = ("category", "grid", "community", "building", "publication", "open311")
    answers = Prefetch("answers", Answer.objects.order_by("-id"), to_attr="newest_answers")
    unread = ("contact_name", "contact_phone", "named_staff", "grid__wecom_robot_key")
    boundaries = ("grid__boundary", "community__boundary")
    return rows.select_related(*related).defer(*unread, *boundaries).prefetch_related(answers)
