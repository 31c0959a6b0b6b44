"""The QR codes on the doors: who keeps which, those that are missing, a new one for an old one."""

from django.db import transaction
from django.db.models import QuerySet

from grids import access
from grids.models import Building, Community, Grid, QRToken, User
from grids.models.territory import QRTokenQuerySet
from grids.posters import Poster
from wangguan import clock

MOST_POSTERS = 150
"""Sheets in one file: twice the largest community; a small machine draws them in some eight seconds."""


class TooMany(Exception):
    """More posters than one file holds."""


def kept_communities(user: User) -> QuerySet[Community]:
    """Communities whose own code, and whose grids' codes, this person keeps."""
    return Community.objects.filter(access.keeping(user).within("pk"))


def kept_grids(user: User) -> QuerySet[Grid]:
    """Grids whose codes this person keeps."""
    return Grid.objects.in_force().filter(access.keeping(user).within("community", grid="pk"))


def kept_codes(user: User) -> QRTokenQuerySet:
    """Codes that this person may see, print and renew."""
    keeping = access.keeping(user)
    return QRToken.objects.filter(
        keeping.within("community") | keeping.within("grid__community", grid="grid")
    )


@transaction.atomic
def make_missing(communities: QuerySet[Community], grids: QuerySet[Grid]) -> int:
    """A code for each of these communities, grids and the grids' buildings that has none; how many.

    Two people who ask at once wait for each other, so nothing gets two codes.
    """
    around = Community.objects.filter(pk__in=grids.order_by().values("community"))
    locked = (communities.order_by() | around).order_by("pk").select_for_update()
    list(locked.values_list("pk"))
    force = QRToken.objects.in_force()
    of_community = force.filter(community__isnull=False).values("community")
    of_grid = force.filter(grid__isnull=False, building__isnull=True).values("grid")
    of_building = force.filter(building__isnull=False).values("building")
    buildings = Building.objects.filter(grid__in=grids.order_by()).exclude(pk__in=of_building)
    new = [QRToken(community=row) for row in communities.exclude(pk__in=of_community)]
    new += [QRToken(grid=row) for row in grids.exclude(pk__in=of_grid)]
    new += [QRToken(grid_id=row.grid_id, building=row) for row in buildings]
    return len(QRToken.objects.bulk_create(new))


@transaction.atomic
def renew(code: QRToken) -> QRToken:
    """Revoke a code and make one for the same place; pressed twice, the first press's new code."""
    if not QRToken.objects.in_force().filter(pk=code.pk).update(revoked_at=clock.now()):
        follower = _at_the_same_place(code).in_force().first()
        if follower:
            return follower
    return QRToken.objects.create(
        community_id=code.community_id, grid_id=code.grid_id, building_id=code.building_id
    )


def posters(codes: QRTokenQuerySet) -> list[Poster]:
    """A poster for each of these codes that is in force, in their order.

    Raises:
        TooMany: they would not fit one file.
    """
    found = list(codes.in_force().with_place()[: MOST_POSTERS + 1])
    if len(found) > MOST_POSTERS:
        raise TooMany
    return [Poster.of(code) for code in found]


def _at_the_same_place(code: QRToken) -> QRTokenQuerySet:
    return QRToken.objects.filter(community=code.community_id, grid=code.grid_id, building=code.building_id)
