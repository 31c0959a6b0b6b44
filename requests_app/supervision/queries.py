"""Questions about many cases. `visible_to` is the only door to them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from grids.models import Role, User
from grids.roles import COMMUNITY_ROLES
from requests_app.models import Ticket
from requests_app.supervision.terms import OPEN, Over, State
from requests_app.workflow import Level

if TYPE_CHECKING:
    from requests_app.supervision.models import Case  # noqa: F401  (named in strings ruff does not read)

ANSWERING = frozenset({Role.GRID_LEADER, Role.FULL_TIME_WORKER})
"""Posts that answer for a grid."""


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """Cases of the tickets that this person may see: a complaint about staff hides its case too."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=OPEN)

    def late(self, at: datetime) -> "CaseQuerySet":
        """An answer or a judgement is overdue."""
        return self.open().filter(due_at__lte=at)

    def answered_by(self, user: User) -> "CaseQuerySet":
        """Those addressed to the units of this person's posts."""
        own = Q(pk__in=())
        for post in user.current_posts:
            if post.role in ANSWERING:
                own |= Q(level=Level.GRID, grid=post.grid_id)
            elif post.role in COMMUNITY_ROLES:
                own |= Q(level=Level.COMMUNITY, community=post.community_id)
            elif post.role == Role.SECTION_STAFF:
                own |= Q(level=Level.STREET, section__in=post.user.sections)
            elif post.role == Role.DISPATCHER:
                own |= Q(level=Level.STREET)
        return self.visible_to(user).filter(own)

    def judged_by(self, user: User) -> "CaseQuerySet":
        """Those that wait for a judgement of the level this person's posts belong to."""
        own = Q(pk__in=())
        for post in user.current_posts:
            if post.role in COMMUNITY_ROLES:
                own |= Q(judge=Over.COMMUNITY, community=post.community_id)
            elif post.role == Role.DISPATCHER:
                own |= Q(judge=Over.STREET)
            elif post.role == Role.STREET_LEADER:
                own |= Q(judge__in=(Over.STREET, Over.LEADERS))
        return self.visible_to(user).filter(own, state=State.ANSWERED).exclude(answered_by=user)

    def after(self, due_at: datetime, key: int) -> "CaseQuerySet":
        """Those that follow in the order of their limits."""
        return self.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=key))

    def for_list(self) -> "CaseQuerySet":
        """With what one row of a list shows."""
        shown = self.select_related("ticket__category", "grid", "community")
        unread = ("grid__boundary", "community__boundary", "grid__wecom_robot_key")
        return shown.defer(*unread, "ticket__contact_name", "ticket__contact_phone", "ticket__named_staff")
