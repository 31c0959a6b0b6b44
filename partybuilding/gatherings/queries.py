"""Questions about gatherings. `visible_to` is the office's only door, `of_phone` that of the person."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from grids.access import OVERSEERS, roles_of
from partybuilding.access import seen_in
from partybuilding.gatherings.terms import LATE
from partybuilding.gatherings.workflow import AHEAD, TAKING, State
from wangguan import clock

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.gatherings.models import Gathering, SignUp  # noqa: F401


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def visible_to(self, user: "User") -> "GatheringQuerySet":
        """The office's: the street and auditors all, a community its own."""
        return self.filter(seen_in(user))

    def open_to(self, user: "User") -> "GatheringQuerySet":
        """The staff's: the street's own, and those of every community where this person serves."""
        if user.is_superuser or roles_of(user) & OVERSEERS:
            return self
        here = {post.community_id or (post.grid and post.grid.community_id) for post in user.current_posts}
        return self.filter(Q(community__isnull=True) | Q(community__in=here - {None}))

    def ahead(self) -> "GatheringQuerySet":
        """Not over, and not called off."""
        return self.filter(ends_at__gt=clock.now(), called_off_at__isnull=True)

    def with_counts(self) -> "GatheringQuerySet":
        """With how many have a place (`signed`), wait (`waiting`), were there (`attended`) and were not."""
        counts = {state.value: Count("sign_ups", filter=Q(sign_ups__state=state)) for state in State}
        return self.annotate(**{name: counts[name] for name in ("signed", "waiting", "attended", "absent")})


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def of_user(self, user: "User") -> "SignUpQuerySet":
        return self.filter(user=user)

    def of_phone(self, phone_hash: str) -> "SignUpQuerySet":
        """Of whoever holds this phone; nobody's when it is empty."""
        return self.filter(phone_hash=phone_hash) if phone_hash else self.none()

    def taking(self) -> "SignUpQuerySet":
        """Those that take a place."""
        return self.filter(state__in=TAKING)

    def attended(self) -> "SignUpQuerySet":
        return self.filter(state=State.ATTENDED)

    def ahead(self) -> "SignUpQuerySet":
        """Of people who mean to come to something that is not over and not called off."""
        return self.filter(
            state__in=AHEAD, gathering__ends_at__gt=clock.now(), gathering__called_off_at__isnull=True
        )

    def at_the_door(self) -> "SignUpQuerySet":
        """Of people who mean to come, for as long as the code at the place still lets them in."""
        return self.filter(
            state__in=AHEAD, gathering__ends_at__gt=clock.now() - LATE, gathering__called_off_at__isnull=True
        )

    def hours(self) -> Decimal:
        """All confirmed hours of these rows."""
        total: dict[str, Any] = self.aggregate(hours=Coalesce(Sum("hours"), Value(Decimal(0))))
        return Decimal(total["hours"])
