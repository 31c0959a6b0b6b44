"""What follows a grid that is split or merged: the firms on it, by their building or their point."""

from typing import ClassVar

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import ReshapingKind, User
from grids.reshape import Follower, Found, Move
from partybuilding.sectors.models import Firm
from partybuilding.sectors.workflow import LIVE, Stage


class Firms(Follower):
    """Firms name their grid and its community themselves; surveys and visits hang on the firm."""

    key = "sectors"
    labels: ClassVar[dict[str, str | Promise]] = {"firms": gettext_lazy("Firms and sites")}

    def find(self, move: Move) -> Found:
        if move.kind == ReshapingKind.RENUMBER:
            return Found()
        rows = Firm.objects.filter(move.lies_in()).order_by("pk")
        places = rows.values_list("pk", "stage", "building", "latitude", "longitude")
        going = [(pk, stage) for pk, stage, inside, north, east in places if move.holds(inside, north, east)]
        counts = {"firms": sum(stage != Stage.GONE for _pk, stage in going)}
        return Found(counts, {"firms": [pk for pk, _stage in going]}, refusals=_refusals(move))

    def carry(self, move: Move, found: Found, *, by: User, number: str) -> None:
        firms = Firm.objects.filter(pk__in=found.of("firms"))
        firms.update(grid=move.target, community=move.target.community_id, version=F("version") + 1)


def _refusals(move: Move) -> tuple[str, ...]:
    """One grid lists a firm once."""
    if not move.is_whole:
        return ()
    here = Firm.objects.filter(stage__in=LIVE, grid=move.source).values("name")
    twice = Firm.objects.filter(stage__in=LIVE, grid=move.target.pk, name__in=here).first()
    if twice is None:
        return ()
    return (_("Both grids list “%(name)s”; close one of the two first.") % {"name": twice.name},)
