"""What stands beside a request: the needs that were made of it, and the way to make one."""

from grids.models import User
from partybuilding import access
from partybuilding.claims.models import Item
from requests_app.beside import Panel
from requests_app.models import Ticket


def for_staff(ticket: Ticket, user: User) -> Panel | None:
    """For those who keep a list; nothing of who told it goes along. One query."""
    if ticket.about_staff or not access.may_write(user):
        return None
    items = Item.objects.visible_to(user).filter(ticket=ticket).only("title", "state").order_by("pk")
    return Panel("claims/panel.html", {"items": list(items[:20]), "number": ticket.number})
