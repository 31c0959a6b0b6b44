"""A few of what visits found becomes requests, through the same door as on the page."""

from grids.demo import DRAGON_GRID, THIRD_GRID
from grids.models import Post, Role
from residents import seams
from residents.models import Finding
from residents.queries import FindingQuerySet
from residents.seams import Wording
from wangguan.words import storable

HOW_MANY = {THIRD_GRID: 3, DRAGON_GRID: 1}


def ask() -> int:
    """Make requests of the newest open findings in the grids of the demo's accounts; how many were made.

    Grids in which a finding has a request already stay as they are.
    """
    return sum(_ask(grid, count) for grid, count in HOW_MANY.items())


def _ask(grid: str, count: int) -> int:
    post = Post.objects.current().filter(grid__code=grid, role=Role.FULL_TIME_WORKER).first()
    if post is None or seams.requests().of_findings(_findings(grid), post.user):
        return 0
    chosen = list(_findings(grid).open().order_by("-visit__visited_at", "-id")[:count])
    for finding in chosen:
        where = finding.visit.household.dwelling.building.address if finding.visit.household else ""
        wording = Wording(storable(finding.words), category=finding.category, address=where)
        seams.requests().open(finding, wording, actor=post.user)
    return len(chosen)


def _findings(grid: str) -> FindingQuerySet:
    found = Finding.objects.filter(visit__grid__code=grid, visit__household__isnull=False)
    return found.select_related(
        "visit__grid__community", "visit__household__dwelling__building", "visit__venue__building"
    )
