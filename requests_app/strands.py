"""What requests tell of a grid on the page of one network, line by line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from grids.models import Grid, Line, User
from grids.network import Fact, Strand
from requests_app.models import Ticket
from requests_app.workflow import OPEN
from wangguan import clock

LATELY = timedelta(days=30)
NEWEST = 3
"""Open requests named for each line."""
READ = 60
"""Open requests that are read for that."""


def of_grid(grid: Grid, user: User) -> Iterator[Strand]:
    """Open, overdue and lately told requests that this reader may see; two statements."""
    now = clock.now()
    seen = Ticket.objects.visible_to(user).filter(grid=grid)
    is_open = Q(status__in=sorted(OPEN))
    recent = seen.filter(is_open | Q(arrived_at__gte=now - LATELY)).order_by()
    counted = {
        row["category__line"]: row
        for row in recent.values("category__line").annotate(
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_at__lte=now)),
            told=Count("pk", filter=Q(arrived_at__gte=now - LATELY)),
        )
    }
    rows = _newest(seen.filter(is_open).for_list().order_by("due_at", "pk")[:READ])
    for line in Line:
        # What has no category yet is livelihood's, as on the ticket itself.
        keys = [line.value, None] if line == Line.LIVELIHOOD else [line.value]
        sums = [
            sum(counted[key][name] for key in keys if key in counted) for name in ("open", "overdue", "told")
        ]
        labels = (_("Open"), _("Overdue"), _("Told in 30 days"))
        facts = [Fact(label, number) for label, number in zip(labels, sums, strict=True)]
        yield Strand(_("Requests"), facts, line, rows[line.value][:NEWEST])


def _newest(tickets: "Iterable[Ticket]") -> dict[str, list[tuple[str, str, str]]]:
    """The most urgent of each line: number, kind, address of its page."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for ticket in tickets:
        found[ticket.line].append((ticket.number, str(ticket.category or ""), ticket.get_absolute_url()))
    return found
