"""Questions about firms and sites. `visible_to` is the only door to them."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import Role, User, today
from grids.roles import COMMUNITY_ROLES, STREET_ROLES
from partybuilding import access as party
from partybuilding.sectors.terms import OWN_BRANCH_MEMBERS
from partybuilding.sectors.workflow import ADVISED, IN_BRANCH, Stage
from wangguan.privacy import keyed_hash

if TYPE_CHECKING:
    from partybuilding.sectors.models import Firm  # noqa: F401  (named in strings ruff does not read)

SURVEYING = frozenset({Role.GRID_LEADER, Role.FULL_TIME_WORKER})
"""Posts that survey the firms of their grid."""
LOOKING = SURVEYING | {Role.GRID_INSTRUCTOR}
"""Posts that see the firms of their grid."""
ADVISING = frozenset({*COMMUNITY_ROLES, *STREET_ROLES})
"""Posts whose holders may be named adviser, and who see the firms they advise while they hold one."""

STANDS = Q(stage__in=IN_BRANCH, branch__dissolved_on__isnull=True)
"""Its branch, its own or a joint one, has not been dissolved."""
_UNSETTLED = Q(stage__in=(Stage.SURVEYED, Stage.GUIDED))
_DISSOLVED = Q(stage__in=IN_BRANCH, branch__dissolved_on__isnull=False)

Which = Callable[[date], Q]
SELECTIONS: dict[str, tuple[str | Promise, Which]] = {
    "": (_("All"), lambda on: ~Q(stage=Stage.GONE)),
    **{
        stage.value: (stage.label, lambda on, stage=stage: Q(stage=stage))  # type: ignore[misc]
        for stage in Stage
    },
    "confirm": (_("To confirm"), lambda on: Q(stage=Stage.FOUND, surveyed_on__isnull=False)),
    "three": (
        _("Three members and no branch"),
        lambda on: Q(party_members__gte=OWN_BRANCH_MEMBERS) & (_UNSETTLED | _DISSOLVED),
    ),
    "due": (_("Visit due"), lambda on: Q(next_visit_due__lte=on)),
    "done": (_("Surveyed, or further"), lambda on: ~Q(stage__in=(Stage.FOUND, Stage.GONE))),
    "advised": (_("With an adviser"), lambda on: Q(stage__in=ADVISED)),
    "own": (_("With a branch of its own"), lambda on: STANDS & Q(stage=Stage.ESTABLISHED)),
    "joint": (_("In a joint branch"), lambda on: STANDS & Q(stage=Stage.JOINED)),
}
"""Every way to pick firms, by name: tabs, numbers of the coverage, and what waits on the desk read it."""


def which(name: str, on: date | None = None) -> Q:
    """The firms of one selection; of all that are still here for a name there is not."""
    return SELECTIONS.get(name, SELECTIONS[""])[1](on or today())


class FirmQuerySet(models.QuerySet["Firm"]):
    def visible_to(self, user: User) -> "FirmQuerySet":
        """Street and auditors see all, a community its own, grids theirs, an adviser those they advise."""
        scope = doors.admin_scope(user)
        if scope.everywhere:
            return self
        posts = user.current_posts
        grids = [post.grid_id for post in posts if post.role in LOOKING]
        own = Q(community__in=scope.communities) | Q(grid__in=grids)
        if any(post.role in ADVISING for post in posts):
            own |= Q(adviser=user)
        return self.filter(own)

    def kept_by(self, user: User) -> "FirmQuerySet":
        """Those whose records this person keeps."""
        if party.keeps_street(user):
            return self
        return self.filter(community__in=party.own_communities(user))

    def selected(self, name: str) -> "FirmQuerySet":
        """Those of one of the `SELECTIONS`."""
        return self.filter(which(name))

    def search(self, words: str) -> "FirmQuerySet":
        """By name or address, or by the whole credit code or number of the contact."""
        if not words:
            return self
        found = Q(name__icontains=words) | Q(address__icontains=words)
        return self.filter(found | Q(credit_code=words.upper()) | Q(phone_hash=keyed_hash(words)))

    def with_units(self) -> "FirmQuerySet":
        """With what a row or a page shows; the contact stays sealed."""
        return self.select_related("community", "grid", "building", "branch", "adviser").defer(
            *("community__boundary", "grid__boundary", "grid__wecom_robot_key"),
            *("contact_name", "contact_phone", "adviser__phone"),
        )

    def to_remind_of(self, on: date) -> "FirmQuerySet":
        """Whose adviser is to visit by this day and was not yet told."""
        return self.filter(next_visit_due__lte=on, reminded_on__isnull=True)
