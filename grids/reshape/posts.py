"""Who serves the grids afterwards: which posts end, begin, or are given beside the old ones."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from grids.models import Grid, Leave, Post, ReshapingKind, Role, User, today
from grids.reshape.asked import Asked
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Given:
    """One post to be given at the grid that takes over; `like` is the post it continues, if any."""

    user: int
    role: str
    ends_on: date | None = None
    like: int = 0


@dataclass
class Shift:
    """Posts that end yesterday, those that never began and go, those that are given from today."""

    ends: list[int] = field(default_factory=list)
    goes: list[int] = field(default_factory=list)
    gives: list[Given] = field(default_factory=list)
    serving: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        gives = [[post.user, post.role, str(post.ends_on or ""), post.like] for post in self.gives]
        return {"ends": sorted(self.ends), "goes": sorted(self.goes), "gives": sorted(gives)}


def shift(asked: Asked) -> Shift:
    """What a split or a merge does to posts.

    Raises:
        Refused: whoever shall lead serves nowhere in this community.
    """
    _check_leader(asked)
    made = _for_split(asked) if asked.kind == ReshapingKind.SPLIT else _for_merge(asked)
    own = {post.user for post in made.gives}
    if asked.kind == ReshapingKind.MERGE:
        staying = Post.objects.current().filter(grid=asked.target).exclude(pk__in=made.ends)
        own |= set(staying.values_list("user", flat=True))
    made.serving = frozenset(own | _deputies(made))
    return made


def candidates(grid: Grid) -> list[User]:
    """Who may lead a grid: people in any post of its community, of its grids, or of the street."""
    posts = Post.objects.current().filter(grid__community=grid.community_id)
    posts = posts | Post.objects.current().filter(community=grid.community_id)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("real_name", "pk"))


def _check_leader(asked: Asked) -> None:
    if asked.leader and asked.leader not in candidates(asked.source):
        raise Refused(_("Choose somebody who serves this community to lead the grid."), field="leader")


def _for_split(asked: Asked) -> Shift:
    made = Shift()
    posts = (
        Post.objects.current().filter(grid=asked.source, pk__in=asked.staff).exclude(role=Role.GRID_LEADER)
    )
    made.gives = [Given(post.user_id, post.role, post.ends_on, post.pk) for post in posts.order_by("pk")]
    if asked.leader:
        made.gives.append(Given(asked.leader.pk, Role.GRID_LEADER))
    return made


def _for_merge(asked: Asked) -> Shift:
    """Everybody of the grid given up goes on in the other one; of two leaders one leads."""
    made = Shift()
    theirs = list(Post.objects.filter(grid=asked.target).overlapping(today(), None))
    held = {(post.user_id, post.role) for post in theirs if post.starts_on <= today()}
    led = next((post for post in theirs if post.role == Role.GRID_LEADER), None)
    leader = asked.leader.pk if asked.leader else (led.user_id if led else None)
    for post in Post.objects.filter(grid=asked.source).overlapping(today(), None).order_by("pk"):
        begun = post.starts_on <= today()
        (made.ends if begun else made.goes).append(post.pk)
        if begun and leader is None and post.role == Role.GRID_LEADER:
            leader = post.user_id
        if begun and post.role != Role.GRID_LEADER and (post.user_id, post.role) not in held:
            made.gives.append(Given(post.user_id, post.role, post.ends_on, post.pk))
    if leader is not None and (leader, Role.GRID_LEADER) not in held:
        made.gives.append(Given(leader, Role.GRID_LEADER))
        for post in theirs:
            if post.role == Role.GRID_LEADER:
                (made.ends if post.starts_on <= today() else made.goes).append(post.pk)
    return made


def _deputies(made: Shift) -> set[int]:
    """Who stands in today for the posts that go on."""
    like = [post.like for post in made.gives if post.like]
    return set(Leave.objects.on(today()).filter(post__in=like).values_list("deputy", flat=True))


def write(made: Shift, target: Grid) -> None:
    """End, take away and give them; leave that runs goes on at the new post."""
    yesterday = today() - timedelta(days=1)
    Post.objects.filter(pk__in=made.goes).delete()
    for post in Post.objects.filter(pk__in=made.ends):
        post.ends_on = max(post.starts_on, yesterday)
        post.save(update_fields=["ends_on"])
    for given in made.gives:
        post = Post.objects.create(
            user_id=given.user, role=given.role, grid=target, starts_on=today(), ends_on=given.ends_on
        )
        for leave in Leave.objects.filter(post=given.like, ends_on__gte=today()) if given.like else ():
            starts = max(leave.starts_on, today())
            Leave.objects.create(post=post, deputy=leave.deputy, starts_on=starts, ends_on=leave.ends_on)
