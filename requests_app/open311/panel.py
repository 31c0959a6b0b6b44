"""What stands beside a ticket that another system told."""

from grids.models import User
from requests_app.beside import Panel
from requests_app.models import Ticket
from requests_app.open311.models import Submission
from requests_app.workflow import Source


def for_staff(ticket: Ticket, user: User) -> Panel | None:
    """Which system it came from, what was answered to its questions, and a picture that lies elsewhere."""
    if ticket.source != Source.API:
        return None
    row = Submission.objects.filter(ticket=ticket).select_related("key").first()
    return Panel("open311/panel.html", {"sent": row, "details": list(row.details.all())}) if row else None
