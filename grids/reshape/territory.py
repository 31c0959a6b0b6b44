"""What of the territory itself goes with a reshaping: buildings, roads, QR codes, posts' grids."""

from typing import ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import Building, LineCode, QRToken, ReshapingKind, Road, User
from grids.reshape.followers import Follower, Found, Move


class Ground(Follower):
    """Always the first to find and the first to move."""

    key = "ground"
    labels: ClassVar[dict[str, str | Promise]] = {
        "buildings": gettext_lazy("Buildings"),
        "codes": gettext_lazy("QR codes"),
    }

    def find(self, move: Move) -> Found:
        if move.kind == ReshapingKind.RENUMBER:
            return Found()
        buildings = Building.objects.filter(grid=move.source)
        codes = QRToken.objects.filter(grid=move.source)
        roads = Road.objects.filter(grid=move.source)
        if move.buildings is not None:
            buildings = buildings.filter(pk__in=move.buildings)
            codes = codes.filter(building__in=move.buildings)
        ids = {
            "buildings": sorted(buildings.values_list("pk", flat=True)),
            "codes": sorted(codes.values_list("pk", flat=True)),
            "roads": sorted(roads.values_list("pk", flat=True)),
            "line_codes": sorted(LineCode.objects.filter(grid=move.source).values_list("pk", flat=True)),
        }
        in_force = QRToken.objects.in_force().filter(pk__in=ids["codes"])
        counts = {"buildings": len(ids["buildings"]), "codes": in_force.count()}
        return Found(counts, ids, _warnings(move, ids), _refusals(move))

    def carry(self, move: Move, found: Found, *, by: User, number: str) -> None:
        target = move.target
        Building.objects.filter(pk__in=found.of("buildings")).update(grid=target)
        QRToken.objects.filter(pk__in=found.of("codes")).update(grid=target)
        roads = Road.objects.filter(pk__in=found.of("roads"))
        roads.update(grid=target if move.is_whole else None)
        _carry_line_codes(move, found.of("line_codes"))


def _warnings(move: Move, ids: dict[str, list[int]]) -> tuple[str, ...]:
    if ids["roads"] and not move.is_whole:
        said = _("%(count)d roads lay wholly in this grid; the community's duty desk answers for them now.")
        return (said % {"count": len(ids["roads"])},)
    return ()


def _refusals(move: Move) -> tuple[str, ...]:
    """Two buildings of one address cannot lie in one grid."""
    if not move.is_whole:
        return ()
    there = Building.objects.filter(grid=move.target).values("address")
    twice = Building.objects.filter(grid=move.source, address__in=there).values_list("address", flat=True)
    if twice:
        said = _("Both grids have a building at “%(address)s”; tell them apart first.")
        return (said % {"address": twice[0]},)
    return ()


def _carry_line_codes(move: Move, ids: list[int]) -> None:
    """What other lines call the old grid now also, or only, means the one that takes over."""
    known = set(LineCode.objects.filter(grid=move.target, ends_on__isnull=True).values_list("line", "code"))
    rows = LineCode.objects.filter(Q(pk__in=ids), ends_on__isnull=True)
    fresh = [row for row in rows if (row.line, row.code) not in known]
    if move.is_whole:
        LineCode.objects.filter(pk__in=[row.pk for row in fresh]).update(grid=move.target)
    else:
        LineCode.objects.bulk_create(
            LineCode(line=row.line, code=row.code, name=row.name, grid=move.target, starts_on=row.starts_on)
            for row in fresh
        )
