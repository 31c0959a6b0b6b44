"""The desk's own queues: matters that wait, by sort. Each is read in one statement."""

from collections.abc import Callable

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField, Prefetch
from django.db.models.expressions import RawSQL
from django.urls import reverse

from grids.models import User
from requests_app import waiting
from requests_app.desk import queues, suggest
from requests_app.desk.queues import MOST, Queue, Waiting
from requests_app.models import OpenRequest
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from requests_app.waiting import Waits
from wangguan import clock

PLACES = {
    Waits.DISPATCH: 10,
    Waits.FIRST: 12,
    Waits.ASKED: 20,
    Waits.VERDICT: 24,
    Waits.RED: 26,
    Waits.YELLOW: 28,
    Waits.REVIEW: 30,
    Waits.CALL: 80,
}
TEMPLATE = "desk/queues/tickets.html"
NARROW = "desk/queues/tickets_narrow.html"


def register() -> None:
    """Put the queues of the core on the desk; called once at start-up."""
    queues.register(
        *(
            Queue(
                key=sort.value,
                label=sort.label,
                template=TEMPLATE if place < 50 else NARROW,
                place=place,
                look=_looker(sort),
            )
            for sort, place in PLACES.items()
        )
    )


def _looker(sort: Waits) -> Callable[[User, int], Waiting]:
    def look(user: User, limit: int) -> Waiting:
        return _look(sort, user, limit)

    return look


def _look(sort: Waits, user: User, limit: int) -> Waiting:
    now = clock.now()
    rows = waiting.waiting(sort, user, at=now)
    shown = waiting.ordered(sort, _counted(rows), at=now).for_acting()
    if sort == Waits.ASKED:
        undecided = OpenRequest.objects.filter(decided_at=None)
        shown = shown.prefetch_related(Prefetch("asked", undecided, to_attr="undecided"))
    found = list(shown[:limit])
    count = found[0].waiting if found else 0  # type: ignore[attr-defined]
    lines = suggest.lines(found, user, now=now, roster=Roster.whole())
    return Waiting(count, lines, f"{reverse('admin:requests_app_ticket_changelist')}?waits={sort}")


def _counted(rows: TicketQuerySet) -> TicketQuerySet:
    """With `waiting`: how many there are, at most `MOST`; the database counts once for all rows."""
    try:
        sql, params = rows.order_by().values("pk")[:MOST].query.sql_with_params()
    except EmptyResultSet:
        return rows.none()
    counted = RawSQL(f"(SELECT count(*) FROM ({sql}) counted)", params, output_field=IntegerField())
    return rows.annotate(waiting=counted)
