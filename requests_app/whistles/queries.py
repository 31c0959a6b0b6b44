"""Questions about whistles. `visible_to` is the only door to them, `Call.of` the departments'."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from grids.models import Role
from requests_app.queries import ALL_SEEING, COMMUNITY_SEEING
from requests_app.whistles.workflow import CallState, State

if TYPE_CHECKING:
    from grids.models import User
    from requests_app.models import Ticket
    from requests_app.whistles.models import Call, Whistle  # noqa: F401  (named in strings)


def departments_of(user: "User") -> list[int]:
    """Primary keys of the departments this person serves today, in their own post or as a deputy."""
    if not user.is_authenticated or not user.is_active:
        return []
    posts = user.current_posts
    return sorted({p.department_id for p in posts if p.role == Role.DEPARTMENT_STAFF and p.department_id})


class WhistleQuerySet(models.QuerySet["Whistle"]):
    def visible_to(self, user: "User") -> "WhistleQuerySet":
        """For the office: street posts and auditors see all, a community those of its own matters.

        A whistle for a matter that has become a complaint about this very person is hidden from them.
        """
        from requests_app.whistles.models import Matter

        if not user.is_authenticated or not user.is_active:
            return self.none()
        posts = user.current_posts
        matters = Matter.objects.filter(whistle=OuterRef("pk"))
        if user.is_superuser or any(post.role in ALL_SEEING for post in posts):
            named = matters.filter(ticket__about_staff=True, ticket__named_staff__contains=[user.pk])
            return self.exclude(Exists(named))
        own = [post.community_id for post in posts if post.role in COMMUNITY_SEEING]
        if not own:
            return self.none()
        hidden = matters.filter(ticket__about_staff=True)
        return self.filter(Exists(matters.filter(ticket__community__in=own))).exclude(Exists(hidden))

    def called_to(self, user: "User") -> "WhistleQuerySet":
        """For departments: those that called one of this person's departments, and nothing else."""
        from requests_app.whistles.models import Call

        own = Call.objects.of(user).filter(whistle=OuterRef("pk"))
        return self.filter(Exists(own))

    def under_way(self) -> "WhistleQuerySet":
        return self.filter(state=State.BLOWN)

    def to_approve(self) -> "WhistleQuerySet":
        return self.filter(state=State.DRAFTED)

    def for_tickets(self, tickets: "list[Ticket]") -> "WhistleQuerySet":
        """Whistles of any of these matters, over or not; one that was withdrawn called nobody."""
        from requests_app.whistles.models import Matter

        theirs = Matter.objects.filter(whistle=OuterRef("pk"), ticket__in=tickets)
        return self.filter(Exists(theirs)).exclude(state=State.WITHDRAWN)


class CallQuerySet(models.QuerySet["Call"]):
    def of(self, user: "User") -> "CallQuerySet":
        """Calls that went out to a department this person serves today."""
        called = self.filter(called_at__isnull=False, department__in=departments_of(user))
        return called.exclude(state=CallState.WAITING)

    def open(self) -> "CallQuerySet":
        """Something is still expected of the department."""
        return self.filter(state__in=[CallState.CALLED, CallState.CHECKED_IN])

    def count_to_check_in(self, user: "User", *, cap: int) -> int:
        """How many calls of this person's departments wait for a check-in, counted to `cap`."""
        return len(self.of(user).filter(state=CallState.CALLED).values_list("pk")[:cap])

    def due(self, at: datetime) -> "CallQuerySet":
        """The sweep's moment has come."""
        return self.filter(Q(wake_at__lte=at))

    def shown(self) -> "CallQuerySet":
        """With what a row shows, in the order of the departments' codes."""
        people = ("checked_in_by", "concluded_by", "rated_by")
        return self.select_related("department", *people).order_by("department__code")
