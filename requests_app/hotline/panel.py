"""What stands beside a ticket that came with a file of the hotline."""

from grids.models import User
from requests_app.beside import Panel
from requests_app.hotline.models import HotlineRow
from requests_app.models import Ticket


def for_staff(ticket: Ticket, user: User) -> Panel | None:
    """The hotline's number, and that its answer goes back through the hotline."""
    if not ticket.is_from_hotline:
        return None
    row = HotlineRow.objects.filter(ticket=ticket).values("number", "layout__name", "undone").first()
    return Panel("hotline/panel.html", {**row}) if row else None
