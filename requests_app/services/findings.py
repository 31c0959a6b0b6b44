"""What a visit found and its request: the finding is dealt with when the request closes, and open again
when it is taken up again."""

from django.db.models import Exists, OuterRef, Q

from requests_app.models import Ticket
from requests_app.workflow import Status
from residents.models import Finding
from residents.queries import FindingQuerySet
from residents.services import visits


def follow(ticket: Ticket, *, was: str) -> None:
    """After a move: settle or reopen what this request, and those merged into it, came from."""
    now = ticket.status
    if now == Status.CLOSED != was:
        for found in _of(ticket):
            visits.settle(found, by=None)
    elif was in (Status.CLOSED, Status.MERGED) and now not in (Status.CLOSED, Status.MERGED):
        for found in _of(ticket):
            visits.reopen(found)


def _of(ticket: Ticket) -> tuple[FindingQuerySet, FindingQuerySet]:
    """What the request and those merged into it came from, and what later checks found again meanwhile.

    A check that finds the same item of the same venue not in order while its request is open makes no
    second one: the open one stands for both.
    """
    merged = Ticket.objects.filter(parent=ticket, finding__isnull=False).values("finding")
    findings = Finding.objects.filter(Q(pk=ticket.finding_id) | Q(pk__in=merged))
    same = findings.filter(visit__venue=OuterRef("visit__venue"), result__item=OuterRef("result__item"))
    asked = Ticket.objects.filter(finding=OuterRef("pk"))
    again = Finding.objects.filter(Exists(same), ~Exists(asked), settled_by__isnull=True)
    return findings, again
