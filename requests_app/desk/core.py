"""The desk's own queues: matters that wait, by sort. All are read together."""

from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from grids.models import User
from requests_app import waiting
from requests_app.desk import queues, suggest
from requests_app.desk.queues import MOST, WIDE_UNTIL, Queue, Waiting
from requests_app.models import OpenRequest, Ticket
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from requests_app.waiting import Office, Waits
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
    queues.register_together(
        [
            Queue(sort.value, sort.label, TEMPLATE if place < WIDE_UNTIL else NARROW, place)
            for sort, place in PLACES.items()
        ],
        look,
    )


def look(user: User, limit: int) -> dict[str, Waiting]:
    """What waits in each sort: one narrow statement for the keys of each, one for all rows that are shown."""
    now, roster = clock.now(), Roster.names()
    office = Office(user, at=now)
    keys = {sort: _keys(sort, office.waiting(sort), now) for sort in PLACES}
    shown = _tickets({key for found in keys.values() for key in found[:limit]})
    asked = [shown[key] for key in keys[Waits.ASKED][:limit] if key in shown]
    prefetch_related_objects(
        asked, Prefetch("asked", OpenRequest.objects.filter(decided_at=None), "undecided")
    )
    address = reverse("admin:requests_app_ticket_changelist")
    return {
        sort.value: Waiting(
            len(found),
            suggest.lines(
                [shown[key] for key in found[:limit] if key in shown], user, now=now, roster=roster
            ),
            f"{address}?waits={sort}",
        )
        for sort, found in keys.items()
    }


def _keys(sort: Waits, rows: TicketQuerySet, now: datetime) -> list[int]:
    """Keys of one sort, most urgent first, no more than are counted."""
    return list(waiting.ordered(sort, rows, at=now).values_list("pk", flat=True)[:MOST])


def _tickets(keys: set[int]) -> dict[int, Ticket]:
    return Ticket.objects.filter(pk__in=keys).for_acting().in_bulk()
