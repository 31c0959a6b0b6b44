"""Who sees whose name: from the posts in force, nothing stored. The only door to the register.

Grid leaders and full-time workers know the people of their grids, communities those of all their
grids, the street's livelihood section those under care. Figures, which name nobody, are open to
everybody who enters the room (`grids.doors.for_homes`), each for their own unit, to the street for all.
A deputy on duty counts like the holder (`User.current_posts`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from grids.roles import COMMUNITY_ROLES, GRID_ROLES, STREET_ROLES, Line, Role

if TYPE_CHECKING:
    from grids.models import Grid, Post, User

KNOWS_ITS_GRID = frozenset({Role.GRID_LEADER, Role.FULL_TIME_WORKER})
"""Posts whose work is in people's homes."""
DECIDES_CARE = frozenset({Role.GRID_LEADER, *COMMUNITY_ROLES})
"""Posts that open, change and end care plans; section staff of livelihood do too."""
COUNTS = frozenset({*GRID_ROLES, *COMMUNITY_ROLES, *STREET_ROLES, Role.AUDITOR}) - {Role.PART_TIME_WORKER}
"""Posts that read the figures of their own unit."""


@dataclass(frozen=True)
class Reach:
    """Whose names somebody may read (ids), and whether those under care in the whole street."""

    grids: frozenset[int] = frozenset()
    communities: frozenset[int] = frozenset()
    care: bool = False

    def __bool__(self) -> bool:
        return bool(self.grids or self.communities or self.care)

    def covers(self, grid: "Grid") -> bool:
        """Whether everybody in this grid is known to them (those under care alone are not everybody)."""
        return grid.pk in self.grids or grid.community_id in self.communities

    def of_grid(self, path: str) -> Q:
        """Rows whose grid, reached by `path` ("building__grid"), is within the reach; care apart."""
        return Q(**{f"{path}__in": self.grids}) | Q(**{f"{path}__community__in": self.communities})


def _answers_for_care(post: "Post", user: "User") -> bool:
    holder = user if post.user_id == user.pk else post.user
    return post.role == Role.SECTION_STAFF and Line.LIVELIHOOD in holder.sections


def reach(user: "User") -> Reach:
    """Whose names `user` may read today; of nobody when not signed in or not active."""
    if not user.is_authenticated or not user.is_active:
        return Reach()
    posts = user.current_posts
    return Reach(
        grids=frozenset(post.grid_id for post in posts if post.role in KNOWS_ITS_GRID and post.grid_id),
        communities=frozenset(
            post.community_id for post in posts if post.role in COMMUNITY_ROLES and post.community_id
        ),
        care=any(_answers_for_care(post, user) for post in posts),
    )


def may_write(user: "User", grid: "Grid") -> bool:
    """Whether this person adds, moves and corrects people, visits and errands in the grid."""
    return reach(user).covers(grid)


def may_decide_care(user: "User", grid: "Grid") -> bool:
    """Whether this person opens and ends care plans in the grid."""
    for post in user.current_posts:
        if post.role in DECIDES_CARE and (post.grid_id == grid.pk or post.community_id == grid.community_id):
            return True
        if _answers_for_care(post, user):
            return True
    return False


def may_answer_rights(user: "User", grid: "Grid") -> bool:
    """Whether this person answers a resident's request about their own data: the community."""
    return any(
        post.role in COMMUNITY_ROLES and post.community_id == grid.community_id for post in user.current_posts
    )


@dataclass(frozen=True)
class Counting:
    """Whose figures somebody reads (ids): all, those of communities, those of grids."""

    everywhere: bool = False
    communities: frozenset[int] = frozenset()
    grids: frozenset[int] = frozenset()

    def of_grid(self, path: str = "pk") -> Q:
        """Rows whose grid, reached by `path` ("grid"; "pk" for grids themselves), is counted."""
        if self.everywhere:
            return Q()
        community = "community" if path == "pk" else f"{path}__community"
        return Q(**{f"{path}__in": self.grids}) | Q(**{f"{community}__in": self.communities})

    def covers(self, grid: "Grid") -> bool:
        """Whether the figures of this grid are read."""
        return self.everywhere or grid.pk in self.grids or grid.community_id in self.communities


def counting(user: "User") -> Counting:
    """The figures that `user` reads today."""
    posts = [post for post in user.current_posts if post.role in COUNTS]
    return Counting(
        everywhere=user.is_superuser or any(post.role in (*STREET_ROLES, Role.AUDITOR) for post in posts),
        communities=frozenset(post.community_id for post in posts if post.community_id),
        grids=frozenset(post.grid_id for post in posts if post.grid_id),
    )
