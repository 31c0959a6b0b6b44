"""Where emerging sectors show themselves: in the office's side, on the desk, among what is mine."""

from collections.abc import Mapping

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import bar
from grids.bar import Tab
from grids.models import User
from partybuilding import access as party
from partybuilding.sectors import access
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import which
from requests_app.desk import nav, queues
from requests_app.desk.nav import Group, Link
from requests_app.desk.queues import MOST, Queue, Waiting

QUEUES = ("confirm", "three")
"""Names of `queries.SELECTIONS`, the more urgent first."""


def register() -> None:
    """Called once at start-up."""
    nav.register(Link(Group.PARTY, _("Emerging sectors"), "sectors", place=50))
    template = "sectors/queue.html"
    queues.register_together(
        [
            Queue("sectors_confirm", _("Firms to confirm"), template, 46, None),
            Queue("sectors_three", _("Three members and no branch"), template, 47, None),
        ],
        waiting,
    )
    bar.lay_aside(Tab("sectors", _("Emerging sectors"), "store", "worker_sectors", 20, may=access.may_enter))


def waiting(user: User, limit: int) -> Mapping[str, Waiting]:
    """Firms of the reader's own communities that wait for a keeper; two statements, one where none waits."""
    if not party.may_write(user):
        return {}
    kept = Firm.objects.kept_by(user)
    sort = Case(
        *(When(which(name), then=Value(place)) for place, name in enumerate(QUEUES)),
        output_field=IntegerField(),
    )
    found = kept.annotate(queue=sort).filter(queue__isnull=False)
    pairs = list(found.order_by("pk").values_list("queue", "pk")[: 2 * MOST])
    by_queue = {place: [pk for queue, pk in pairs if queue == place] for place in range(len(QUEUES))}
    top = [pk for keys in by_queue.values() for pk in keys[:limit]]
    rows = Firm.objects.filter(pk__in=top).with_units().in_bulk() if top else {}
    return {
        f"sectors_{name}": Waiting(
            min(len(by_queue[place]), MOST),
            [rows[pk] for pk in by_queue[place][:limit] if pk in rows],
            f"{reverse('sectors')}?what={name}",
        )
        for place, name in enumerate(QUEUES)
    }
