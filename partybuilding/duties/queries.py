"""Questions about the duty list. `visible_to` is the only door to it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Min, Q

from grids import access as doors
from grids.models import Post, User
from partybuilding import access
from partybuilding.duties.terms import OWNING, REMIND_BEFORE, Tier
from partybuilding.duties.workflow import State

if TYPE_CHECKING:
    from partybuilding.duties.models import Duty, Turn  # noqa: F401  (named in strings ruff does not read)


def stood_for(user: User) -> frozenset[int]:
    """Keys of those whose duties are this person's today: their own, and those they deputise for."""
    return frozenset({user.pk, *(post.user_id for post in user.current_posts if post.role in OWNING)})


def in_post() -> Q:
    """Users who hold a post of the street or of a community today."""
    return Q(pk__in=Post.objects.current().filter(role__in=OWNING).values("user"))


def _seen_by(user: User, to_duty: str = "") -> Q:
    """The street and auditors all, a community its own, an owner always their own."""
    if not user.is_active:
        return Q(pk__in=())
    own = Q(**{f"{to_duty}owner__in": stood_for(user)})
    if not doors.may_open_admin(user):
        return own
    scope = doors.admin_scope(user)
    return Q() if scope.everywhere else own | Q(**{f"{to_duty}community__in": scope.communities})


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, user: User) -> "DutyQuerySet":
        return self.filter(_seen_by(user))

    def kept_by(self, user: User) -> "DutyQuerySet":
        """Those whose community, or the street, this person writes for."""
        if access.keeps_street(user):
            return self
        return self.filter(community__in=access.own_communities(user))

    def with_names(self) -> "DutyQuerySet":
        """With whose it is, and without the shapes of communities."""
        return self.select_related("community", "owner").defer("community__boundary")

    def for_list(self, on: date) -> "DutyQuerySet":
        """With what one row of the office's list shows; in the order of the tiers."""
        state = "turns__state"
        return (
            self.with_names()
            .annotate(
                wanted=Count("turns", filter=~Q(turns__state=State.CANCELLED)),
                done=Count("turns", filter=Q(**{f"{state}__in": (State.DONE, State.CHECKED)})),
                late=Count("turns", filter=Q(**{state: State.PLANNED}, turns__due_on__lt=on)),
                next_on=Min("turns__due_on", filter=Q(**{state: State.PLANNED})),
            )
            .order_by("tier", "pk")
        )

    def after(self, tier: int, key: int) -> "DutyQuerySet":
        """Those that follow in the order of the list."""
        return self.filter(Q(tier__gt=tier) | Q(tier=tier, pk__gt=key))


class TurnQuerySet(models.QuerySet["Turn"]):
    def visible_to(self, user: User) -> "TurnQuerySet":
        return self.filter(_seen_by(user, "duty__"))

    def mine(self, user: User) -> "TurnQuerySet":
        """Of duties that this person owns, or stands in for."""
        return self.visible_to(user).filter(duty__owner__in=stood_for(user))

    def open(self) -> "TurnQuerySet":
        return self.filter(state=State.PLANNED)

    def late(self, on: date) -> "TurnQuerySet":
        return self.open().filter(due_on__lt=on)

    def soon(self, on: date) -> "TurnQuerySet":
        """Not late yet, and due within the days of a reminder."""
        return self.open().filter(due_on__range=(on, on + REMIND_BEFORE))

    def to_check_by(self, user: User) -> "TurnQuerySet":
        """Reported done, for this person to check: of a unit they keep, and none of their own."""
        if not access.may_write(user):
            return self.none()
        found = self.visible_to(user).filter(state=State.DONE)
        if not access.keeps_street(user):
            own = Q(duty__community__in=access.own_communities(user))
            found = found.filter(own, ~Q(duty__tier=Tier.DIRECT))
        return found.exclude(duty__owner__in=stood_for(user)).exclude(done_by=user)

    def for_list(self) -> "TurnQuerySet":
        """With what one row of a list shows."""
        return self.select_related("duty__community", "duty__owner").defer("duty__community__boundary")
