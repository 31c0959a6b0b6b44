"""What operators see of tickets: how far the sweep is behind, what is open and overdue."""

from collections.abc import Iterator

from django.db.models import Min
from prometheus_client.core import Metric

from requests_app.models import Ticket
from requests_app.waiting import open_by_level
from requests_app.workflow import LADDER
from wangguan import clock
from wangguan.observability.figures import gauge


def of_tickets() -> Iterator[Metric]:
    """Two statements, through `ticket_wake` and `ticket_open`: closed matters are never touched."""
    now = clock.now()
    due = Ticket.objects.filter(wake_at__lte=now).aggregate(oldest=Min("wake_at"))["oldest"]
    says = "Seconds since the oldest ticket that is due should have been looked at."
    yield gauge("sweep_lag_seconds", says, (now - due).total_seconds() if due else 0.0)
    is_open = gauge("tickets_open", "Tickets that are open, by level.", labels=["level"])
    overdue = gauge(
        "tickets_overdue", "Open tickets whose next deadline has passed, by level.", labels=["level"]
    )
    for step, row in zip(LADDER, open_by_level(Ticket.objects.all(), at=now), strict=True):
        is_open.add_metric([step.value], row.open)
        overdue.add_metric([step.value], row.overdue)
    yield is_open
    yield overdue
