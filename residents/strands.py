"""What homes and venues tell of a grid on the page of one network: numbers, never names."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Grid, Line, User, today
from grids.network import Fact, Strand
from residents import access
from residents.models import Household, Venue, Visit
from wangguan import clock

LATELY = timedelta(days=30)


def of_grid(grid: Grid, user: User) -> Iterator[Strand]:
    """Visits to homes for livelihood, checks of venues for safety; three statements.

    Nothing for whom the figures of homes are closed.
    """
    if not access.counting(user).covers(grid):
        return
    since, day = clock.now() - LATELY, timezone.localdate(clock.now())
    visits = Visit.objects.filter(grid=grid, visited_at__gte=since).aggregate(
        homes=Count("pk", filter=Q(household__isnull=False)),
        venues=Count("pk", filter=Q(venue__isnull=False)),
    )
    homes = Household.objects.filter(dwelling__building__grid=grid, left_on__isnull=True)
    due = homes.aggregate(all=Count("pk"), due=Count("pk", filter=Q(next_visit_on__lte=day)))
    venues = Venue.objects.filter(grid=grid, closed_on__isnull=True).aggregate(
        all=Count("pk"), due=Count("pk", filter=Q(next_visit_on__lte=today()))
    )
    yield Strand(
        _("Visits"),
        [
            Fact(_("Households on record"), due["all"]),
            Fact(_("Visits due"), due["due"]),
            Fact(_("Visits in 30 days"), visits["homes"]),
        ],
        Line.LIVELIHOOD,
    )
    yield Strand(
        _("Checks of venues"),
        [
            Fact(_("Small venues"), venues["all"]),
            Fact(_("Checks due"), venues["due"]),
            Fact(_("Checks in 30 days"), visits["venues"]),
        ],
        Line.SAFETY,
    )
