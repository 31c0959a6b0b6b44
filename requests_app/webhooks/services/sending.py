"""Writing events into the outbox, each for one subscriber, beside the entries they tell of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy

from requests_app.models import Ticket, TicketEvent
from requests_app.webhooks import payload
from requests_app.webhooks.listening import Wish, listening
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.terms import TEST, kind_of
from wangguan.notify import kinds, outbox
from wangguan.notify.models import Channel, State
from wangguan.notify.outbox import Draft

KIND = "webhook"
EVENT = kinds.Kind(name=KIND, title=gettext_lazy("Event for another system"), text="%(type)s %(number)s")


@dataclass(frozen=True)
class Parting:
    """One event for one subscriber; `again` counts how often it was written for them before."""

    subscriber: int
    entry: TicketEvent
    again: int = 0
    not_before: datetime | None = None

    @property
    def key(self) -> str:
        return f"{KIND}:{self.subscriber}:{self.entry.pk}" + (f":{self.again}" if self.again else "")


def heard(entries: Sequence[TicketEvent], not_before: datetime | None) -> None:
    """Write what each subscriber is to hear of these entries, in the caller's transaction.

    Nothing is asked or written when nobody wants any of them.
    """
    partings: list[Parting] = []
    for wish in listening():
        partings += (
            Parting(wish.subscriber, entry, not_before=not_before) for entry in wanted(wish, entries)
        )
    write(partings)


def taken_back(entry: TicketEvent) -> None:
    """Nobody hears of a move that was taken back before it was told."""
    if listening():
        told = Delivery.objects.filter(event=entry, message__state=State.QUEUED)
        outbox.cancel(told.values_list("message__key", flat=True))


def wanted(wish: Wish, entries: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Of these entries the ones that the subscriber asked for and whose tickets its account may see."""
    fitting = [entry for entry in entries if wish.wants(entry)]
    if not fitting:
        return []
    asked = Ticket.objects.filter(pk__in={entry.ticket_id for entry in fitting})
    seen = set(asked.visible_to(wish.user).values_list("pk", flat=True))
    return [entry for entry in fitting if entry.ticket_id in seen]


def write(partings: Sequence[Parting]) -> None:
    """The outbox's rows and the log's, in two statements; what was written before is left as it is."""
    if not partings:
        return
    outbox.add(_draft(parting) for parting in partings)
    rows = [
        Delivery(
            subscriber_id=parting.subscriber,
            message_id=parting.key,
            event=parting.entry,
            identity=payload.identity(parting.entry),
            kind=kind_of(parting.entry.step),
            number=parting.entry.ticket.number,
        )
        for parting in partings
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def send_test(subscriber: Subscriber) -> Delivery:
    """An event that says nothing, to see whether it arrives; a paused subscriber gets it too."""
    identity = uuid4()
    key = f"{KIND}:{subscriber.pk}:test:{identity.hex}"
    outbox.add([_addressed(key, subscriber.pk, identity, payload.test_event(), number="")])
    return Delivery.objects.create(subscriber=subscriber, message_id=key, identity=identity, kind=TEST)


def _draft(parting: Parting) -> Draft:
    event = payload.event(parting.entry)
    identity = payload.identity(parting.entry)
    return _addressed(
        parting.key,
        parting.subscriber,
        identity,
        event,
        number=event["data"]["number"],
        not_before=parting.not_before,
    )


def _addressed(
    key: str, subscriber: int, identity: UUID, event: dict[str, Any], *, number: str, **more: Any
) -> Draft:
    context = {"id": str(identity), "event": event, "type": event["type"], "number": number}
    return Draft(key=key, kind=KIND, channel=Channel.WEBHOOK, to=str(subscriber), context=context, **more)
