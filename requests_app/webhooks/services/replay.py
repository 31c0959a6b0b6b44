"""Sending events again: one of the log, or all since a moment, read from the tickets' own entries.

So what happened while a subscriber was paused can be sent too: nothing had to be kept for it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import TicketEvent
from requests_app.webhooks.listening import wish_of
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.queries import STATES
from requests_app.webhooks.services.sending import Parting, wanted, write
from wangguan import clock, journal
from wangguan.refusals import Refused

FURTHEST = timedelta(days=7)
MOST = 5_000
CHUNK = 500


@transaction.atomic
def one_again(row: Delivery, *, by: User) -> None:
    """The same event once more, under the same id.

    Raises:
        Refused: it is still on its way, was only a test, or its subscriber is paused.
    """
    _check_active(row.subscriber)
    if row.event is None:
        raise Refused(_("This was a test. Send another one instead."))
    partings = _unsent(row.subscriber, wanted(wish_of(row.subscriber), [row.event]), arrived_too=True)
    if not partings:
        raise Refused(_("It is still on its way, or is not meant for this subscriber any more."))
    write(partings)
    journal.note(by, [row.subscriber], journal.CHANGE, _("One event was sent again."))


@transaction.atomic
def all_since(subscriber: Subscriber, since: datetime, *, by: User, arrived_too: bool = False) -> int:
    """Everything it asked for since then that did not arrive, or all of it; how many events.

    Raises:
        Refused: longer ago than `FURTHEST`, more than `MOST`, or the subscriber is paused.
    """
    _check_active(subscriber)
    if since < clock.now() - FURTHEST:
        raise Refused(_("Choose a moment within the last seven days."), field="since")
    partings = _unsent(subscriber, _entries(subscriber, since), arrived_too=arrived_too)
    for start in range(0, len(partings), CHUNK):
        write(partings[start : start + CHUNK])
    said = _("Events were sent again: %(count)d.") % {"count": len(partings)}
    journal.note(by, [subscriber], journal.CHANGE, said)
    return len(partings)


def _entries(subscriber: Subscriber, since: datetime) -> list[TicketEvent]:
    """What fits its wish, the oldest first."""
    wish, found, batch = wish_of(subscriber), list[TicketEvent](), list[TicketEvent]()
    rows = TicketEvent.objects.filter(at__gte=since).select_related("ticket__category").order_by("pk")
    for entry in rows.iterator(chunk_size=CHUNK):
        batch.append(entry)
        if len(batch) == CHUNK:
            found, batch = found + wanted(wish, batch), []
        if len(found) > MOST:
            break
    found += wanted(wish, batch)
    if len(found) > MOST:
        raise Refused(_("These are more than 5,000 events. Choose a later moment."), field="since")
    return found


def _unsent(subscriber: Subscriber, entries: Sequence[TicketEvent], *, arrived_too: bool) -> list[Parting]:
    """What is to be written; never what is still on its way."""
    counts: dict[str, Any] = {
        "times": Count("pk"),
        "arrived": Count("pk", filter=STATES["arrived"]),
        "waiting": Count("pk", filter=STATES["waiting"]),
    }
    own = Q(subscriber=subscriber, event__in=[entry.pk for entry in entries])
    counted = Delivery.objects.filter(own).order_by().values("event").annotate(**counts)
    known: dict[Any, dict[str, Any]] = {row["event"]: dict(row) for row in counted}
    none = dict.fromkeys(counts, 0)
    rows = [(entry, known.get(entry.pk, none)) for entry in entries]
    return [
        Parting(subscriber.pk, entry, again=row["times"])
        for entry, row in rows
        if not row["waiting"] and (arrived_too or not row["arrived"])
    ]


def _check_active(subscriber: Subscriber) -> None:
    if not subscriber.is_active:
        raise Refused(_("The subscriber is paused. Resume it first."))
