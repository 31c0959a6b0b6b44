"""Who answers for what: questions that span posts, leave, shifts and grids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from grids.models import Community, Department, DutyShift, Grid, Leave, Post, Role, Street, User, today


def people_of(
    *roles: Role,
    grid: Grid | None = None,
    community: Community | None = None,
    street: Street | None = None,
    department: Department | None = None,
    on: date | None = None,
) -> list[User]:
    """Who answers for these roles on a day (today), each once: the holder, or the deputy during leave.

    Give one unit (none: these roles everywhere); two queries. In the order of the roles, then of seniority.
    """
    units = {"grid": grid, "community": community, "street": street, "department": department}
    within = {name: unit for name, unit in units.items() if unit}
    return _once(person for _post, person in serving(*roles, on=on, **within))


def serving(*roles: Role, on: date | None = None, **within: Any) -> list[tuple[Post, User]]:
    """Posts with these roles on a day (today), each with who answers for it: the holder, or the deputy
    during leave. `within` narrows posts, e.g. to a unit (`grid=`, `grid__in=`); none: everywhere. Two
    queries. In the order of the roles, then of seniority.
    """
    day = on or today()
    leaves = Prefetch("leaves", Leave.objects.on(day).select_related("deputy"), to_attr="leaves_that_day")
    posts = Post.objects.current(day).filter(role__in=roles, **within)
    held = posts.select_related("user").prefetch_related(leaves)
    ordered = sorted(held, key=lambda post: (roles.index(Role(post.role)), post.starts_on, post.pk))
    return [(post, next((leave.deputy for leave in post.leaves_that_day), post.user)) for post in ordered]


def duty_people(moment: datetime, *, community: Community | None = None) -> list[User]:
    """Who is on duty at `moment`: the community's shift, else the street's, else nobody. One query."""
    shifts = DutyShift.objects.on(moment).select_related("user").order_by("id")
    running = list(shifts.filter(Q(community=community) | Q(community__isnull=True)))
    own = [shift for shift in running if community and shift.community_id == community.pk]
    return _once(shift.user for shift in own or running)


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())


@dataclass(frozen=True)
class Staffing:
    """How many hold one role in one grid, and how many should."""

    grid: Grid
    role: Role
    filled: int
    minimum: int
    maximum: int | None

    @property
    def missing(self) -> int:
        return max(self.minimum - self.filled, 0)

    @property
    def excess(self) -> int:
        return 0 if self.maximum is None else max(self.filled - self.maximum, 0)


def staffing(grids: QuerySet[Grid], *, on: date | None = None) -> list[Staffing]:
    """Each grid × each role that `settings.POST_MINIMA` or `POST_MAXIMA` names, in two queries."""
    bounds = {**settings.POST_MINIMA, **settings.POST_MAXIMA}
    posts = Post.objects.current(on).filter(role__in=bounds, grid__in=grids).order_by()
    counted = posts.values_list("grid", "role").annotate(held=Count("id"))
    filled = {(grid, role): held for grid, role, held in counted}
    return [
        Staffing(
            grid=grid,
            role=Role(role),
            filled=filled.get((grid.pk, role), 0),
            minimum=settings.POST_MINIMA.get(role, 0),
            maximum=settings.POST_MAXIMA.get(role),
        )
        for grid in grids.select_related("community").order_by("code")
        for role in bounds
    ]
