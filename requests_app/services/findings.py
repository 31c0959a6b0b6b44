"""What a visit found and its request: the finding is dealt with when the request closes, and open again
when it is taken up again."""

from django.db.models import Q

from requests_app.models import Ticket
from requests_app.workflow import Status
from residents.models import Finding
from residents.services import visits


def follow(ticket: Ticket, *, was: str) -> None:
    """After a move: settle or reopen what this request, and those merged into it, came from."""
    if (ticket.status == Status.CLOSED) == (was == Status.CLOSED):
        return
    mine = Q(pk=ticket.finding_id)
    merged = Q(pk__in=Ticket.objects.filter(parent=ticket, finding__isnull=False).values("finding"))
    findings = Finding.objects.filter(mine | merged)
    if ticket.status == Status.CLOSED:
        visits.settle(findings, by=None)
    else:
        visits.reopen(findings)
