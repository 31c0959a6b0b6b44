"""What follows a grid that is split, merged or renumbered: homes through their buildings, and venues.

Visits, checks and rounds that are over stay with the grid they were made in.
"""

from typing import ClassVar

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import ReshapingKind, User
from grids.reshape import Follower, Found, Move
from residents.models import Dwelling, Patrol, Resident, Venue


class Homes(Follower):
    """Dwellings hang on buildings and need no hand; venues name their grid themselves."""

    key = "homes"
    labels: ClassVar[dict[str, str | Promise]] = {
        "dwellings": gettext_lazy("Homes"),
        "residents": gettext_lazy("Residents on record"),
        "venues": gettext_lazy("Small venues"),
    }

    def find(self, move: Move) -> Found:
        if move.kind == ReshapingKind.RENUMBER:
            return Found()
        homes = Dwelling.objects.filter(building__grid=move.source)
        venues = Venue.objects.filter(grid=move.source)
        rounds = Patrol.objects.filter(grid=move.source, ended_at__isnull=True)
        if move.buildings is not None:
            homes = homes.filter(building__in=move.buildings)
            venues = venues.filter(building__in=move.buildings)
            rounds = rounds.none()
        ids = {
            "venues": sorted(venues.values_list("pk", flat=True)),
            "rounds": sorted(rounds.values_list("pk", flat=True)),
        }
        counts = {
            "dwellings": homes.count(),
            "residents": Resident.objects.filter(household__dwelling__in=homes, left_on__isnull=True).count(),
            "venues": venues.filter(closed_on__isnull=True).count(),
        }
        return Found(counts, ids, _warnings(move), _refusals(move))

    def carry(self, move: Move, found: Found, *, by: User, number: str) -> None:
        venues = Venue.objects.filter(pk__in=found.of("venues"))
        venues.update(grid=move.target, version=F("version") + 1)
        Patrol.objects.filter(pk__in=found.of("rounds")).update(grid=move.target)


def _warnings(move: Move) -> tuple[str, ...]:
    if move.is_whole:
        return ()
    loose = Venue.objects.filter(grid=move.source, building__isnull=True, closed_on__isnull=True).count()
    if not loose:
        return ()
    return (_("%(count)d venues name no building and stay; move them by hand.") % {"count": loose},)


def _refusals(move: Move) -> tuple[str, ...]:
    """One grid lists an open venue once."""
    if not move.is_whole:
        return ()
    there = set(_open(move.target.pk))
    twice = [venue for venue in _open(move.source.pk) if venue in there]
    if twice:
        return (
            _("Both grids list the venue “%(name)s”; close one of the two first.") % {"name": twice[0][0]},
        )
    return ()


def _open(grid: int) -> list[tuple[str, str]]:
    return list(Venue.objects.filter(grid=grid, closed_on__isnull=True).values_list("name", "address"))
