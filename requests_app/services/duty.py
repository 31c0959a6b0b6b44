"""Who is on duty hears of what is urgent when the offices are closed."""

from collections.abc import Collection
from datetime import datetime

from grids.models import User
from grids.queries import duty_people
from requests_app import messages
from requests_app.models import Ticket
from requests_app.workflow import URGENT, Level
from wangguan.notify.outbox import Draft
from wangguan.workdays import current_calendar


def told(kind: str, ticket: Ticket, *, at: datetime, apart_from: Collection[User] = ()) -> list[Draft]:
    """A message to whoever is on duty at that moment; none in opening hours, nor of what can wait.

    The street's shift hears of what the street holds. `apart_from` know already. One message a person and
    version of the ticket, like every other.
    """
    if ticket.urgency not in URGENT or ticket.about_staff or current_calendar().is_open(at):
        return []
    people = duty_people(at, community=None if ticket.level == Level.STREET else ticket.community)
    return messages.to_staff(kind, ticket, [person for person in people if person not in apart_from])
