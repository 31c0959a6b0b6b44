"""What an event says: that something happened to a matter, and where to read it. Never who, never why."""

from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from requests_app.models import TicketEvent
from requests_app.webhooks.terms import TEST, kind_of
from wangguan import clock

NAMESPACE = UUID("6f0c2f0e-54b2-4d0c-9d1a-7a4f0d2c9b11")


def identity(entry: TicketEvent) -> UUID:
    """The event's id, the same whenever and to whomever it is sent (RFC 9562 §5.5)."""
    return uuid5(NAMESPACE, str(entry.pk))


def event(entry: TicketEvent) -> dict[str, Any]:
    """The event that an entry is, with the ticket's standing right after it.

    `version` counts the moves of the ticket and is null for entries that move nothing; category and
    urgency are those of the moment of writing.
    """
    ticket = entry.ticket
    return {
        "type": kind_of(entry.step),
        "timestamp": entry.at.isoformat(),
        "data": {
            "number": ticket.number,
            "url": f"{settings.SITE_URL}/api/v1/tickets/{ticket.number}/",
            "version": entry.version,
            "status": entry.to_status,
            "level": entry.to_level,
            "unit": entry.to_unit,
            "category": ticket.category.code if ticket.category else None,
            "urgency": ticket.urgency,
        },
    }


def test_event() -> dict[str, Any]:
    """An event that says nothing but that it arrives."""
    return {"type": TEST, "timestamp": clock.now().isoformat(), "data": {}}
