"""Who is on duty hears of what is urgent when the offices are closed."""

from datetime import datetime

from grids.models import User
from grids.queries import duty_people
from requests_app import messages
from requests_app.models import Ticket
from requests_app.workflow import URGENT
from wangguan.notify import hours
from wangguan.notify.outbox import Draft


def told(kind: str, ticket: Ticket, *, at: datetime, apart_from: User | None = None) -> list[Draft]:
    """A message to whoever is on duty at that moment; none in opening hours, nor of what can wait.

    `apart_from` did it, and knows. One message a person and version of the ticket, like every other.
    """
    if ticket.urgency not in URGENT or ticket.about_staff or hours.is_open(at):
        return []
    people = duty_people(at, community=ticket.community)
    return messages.to_staff(kind, ticket, [person for person in people if person != apart_from])
