"""Questions about many tickets. `visible_to` is the only door to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from grids.models import Post, Role
from requests_app import search
from requests_app.workflow import OPEN, URGENT, Level, Outcome, Status
from wangguan.words import storable

if TYPE_CHECKING:
    from grids.models import User
    from requests_app.models import Publication, Ticket  # noqa: F401  (named in strings ruff does not read)

ALL_SEEING = frozenset({Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER, Role.AUDITOR})
"""Posts that see every ticket of the street."""
DECIDING = ALL_SEEING - {Role.AUDITOR}
"""Posts of the street that decide."""
AT_HOME = ("11", "12")
"""Kinds about people's homes: quarrels, and what somebody needs (handbook §4)."""
GRID_SEEING = frozenset({Role.GRID_LEADER, Role.FULL_TIME_WORKER, Role.GRID_INSTRUCTOR})
COMMUNITY_SEEING = frozenset({Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF})


def units_seen(posts: Iterable[Post]) -> list[str]:
    """Codes of the grids and communities whose tickets these posts see, held now or once."""
    grids = [post.grid.code for post in posts if post.role in GRID_SEEING and post.grid]
    communities = [post.community.code for post in posts if post.role in COMMUNITY_SEEING and post.community]
    return sorted({*grids, *communities})


def watched(user: "User") -> Q:
    """Open urgent matters of the units for which this person is on duty at this moment."""
    units = user.watches
    own = Q(community__in=sorted(key for key in units if key)) & ~Q(level=Level.STREET)
    inside = Q() if None in units else own
    return inside & Q(status__in=sorted(OPEN), urgency__in=sorted(URGENT)) if units else Q(pk__in=())


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: Any) -> "TicketQuerySet":
        """The tickets that `user` may see today; nothing for a stranger.

        Street posts and auditors see all; a community its own, a grid's leader, full-time
        workers and instructors the grid's, held now or once; everybody else what is
        assigned to them, or to whom they stand in for. Who is on duty also sees the open
        urgent matters of the unit they watch over. A complaint about staff is seen by
        the street alone, and never by those it names.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        posts: list[Post] = user.current_posts
        if any(post.role in ALL_SEEING for post in posts):
            return self.exclude(about_staff=True, named_staff__contains=[user.pk])
        seen = Q(assignee=user) if posts else Q(pk__in=())
        for post in posts:
            if post.user_id != user.pk and post.grid_id and post.role not in GRID_SEEING:
                seen |= Q(assignee=post.user_id, grid=post.grid_id)
        if units := units_seen(posts):
            seen |= Q(held_by__overlap=units)
        if user.watches:
            seen |= watched(user)
        return self.filter(seen, about_staff=False)

    def of_grids(self, user: "User") -> "TicketQuerySet":
        """Tickets that the grids and communities of this user's posts hold now."""
        grids = [post.grid_id for post in user.current_posts if post.grid_id]
        communities = [post.community_id for post in user.current_posts if post.community_id]
        return self.filter(Q(grid__in=grids) | Q(community__in=communities))

    def public(self) -> "TicketQuerySet":
        """Those that their residents agreed to show and that were neither withdrawn nor declined.

        Quarrels and need at home are shown only once a person has released them (the board).
        """
        agreed = self.filter(may_publish=True, about_staff=False)
        at_home = Q(category__parent__code__in=AT_HOME)
        return (
            agreed.exclude(status=Status.DECLINED)
            .exclude(outcome__in=[Outcome.WITHDRAWN, Outcome.VOID])
            .exclude(at_home)
        )

    def lately(self, since: datetime) -> "TicketQuerySet":
        """Not closed, or closed after the moment `since`; not those whose import was undone."""
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=since)).exclude(outcome=Outcome.VOID)

    def open(self) -> "TicketQuerySet":
        return self.filter(status__in=sorted(OPEN))

    def overdue(self, at: datetime) -> "TicketQuerySet":
        """Open, and the next deadline has passed."""
        return self.open().filter(due_at__lte=at)

    def not_overdue(self, at: datetime) -> "TicketQuerySet":
        """Everything else."""
        return self.exclude(status__in=sorted(OPEN), due_at__lte=at)

    def search(self, typed: str) -> "TicketQuerySet":
        """What a number or words lead to: all that was typed must be in the description or the place.

        Nothing typed narrows nothing.
        """
        typed = storable(typed)
        if start := search.number_start(typed):
            return self.filter(number__startswith=start)
        if asked := search.tsquery(typed):
            return self.filter(pk__in=RawSQL(search.BY_WORDS, [asked]))
        return self

    def due_soon(self, at: datetime) -> "TicketQuerySet":
        """The yellow card is out and the deadline to resolve has not passed."""
        running = self.open().filter(status__in=[Status.SUBMITTED, Status.ACCEPTED])
        return running.filter(yellow_at__lte=at, resolve_due__gt=at)

    def to_call(self) -> "TicketQuerySet":
        """An answer could not be delivered: a person has to tell the resident."""
        return self.filter(call_since__isnull=False)

    def releasable(self, user: Any) -> "TicketQuerySet":
        """Answered matters that `user` may put on the board and whose newest answer nobody decided about."""
        posts = user.current_posts
        communities = [post.community_id for post in posts if post.role in COMMUNITY_SEEING]
        own = Q() if any(post.role in DECIDING for post in posts) else Q(community__in=communities)
        answered = self.visible_to(user).filter(own, may_publish=True, about_staff=False)
        over = Q(outcome__in=[Outcome.WITHDRAWN, Outcome.VOID])
        done = Q(status=Status.ANSWERED) | Q(status=Status.CLOSED) & ~over
        undecided = Q(publication__isnull=True) | Q(publication__released_at__lt=F("resolved_at"))
        return answered.filter(done, undecided, contested_at__isnull=True)

    def for_list(self) -> "TicketQuerySet":
        """With what one row of a list shows, and without the long columns it does not."""
        unread = ("contact_name", "contact_phone", "named_staff", "grid__wecom_robot_key", "assignee__phone")
        return self.with_units().defer(*unread)

    def for_acting(self) -> "TicketQuerySet":
        """As `for_list`, with what decides which steps a row may offer."""
        unread = ("contact_name", "contact_phone", "grid__wecom_robot_key", "assignee__phone")
        return self.with_units().defer(*unread)

    def with_units(self, *more: str) -> "TicketQuerySet":
        """With the units, the category and the person that a step or a page reads, and `more` relations.

        The units' boundaries stay in the database: kilobytes that nobody reads here.
        """
        shown = self.select_related("grid", "community", "category", "assignee", *more)
        return shown.defer("grid__boundary", "community__boundary")


class PublicationQuerySet(models.QuerySet["Publication"]):
    def released(self) -> "PublicationQuerySet":
        """What everybody may read now, answered or not."""
        return self.filter(taken_down_at__isnull=True)

    def shown(self) -> "PublicationQuerySet":
        """On the board now: released with its answer."""
        return self.released().exclude(answer="")

    def with_ticket(self) -> "PublicationQuerySet":
        """With what a row of the board says of its matter, and none of the ticket's own words."""
        rows = self.select_related("ticket", "community", "category")
        return rows.only(
            "community__name", "category__name", "words", "answer", "place", "pictures", "released_at",
            "ticket__number", "ticket__level", "ticket__status", "ticket__arrived_at", "ticket__resolved_at",
            "ticket__closed_at", "ticket__outcome", "ticket__voices", "ticket__may_publish",
        )  # fmt: skip

    def search(self, typed: str) -> "PublicationQuerySet":
        """What all that was typed stands in, as released; nothing typed narrows nothing."""
        asked = search.tsquery(storable(typed))
        if not asked:
            return self
        words = "requests_app_bigrams(words || ' ' || answer || ' ' || place)"
        found = (
            f"SELECT id FROM requests_app_publication WHERE taken_down_at IS NULL AND {words} @@ %s::tsquery"
        )
        return self.filter(pk__in=RawSQL(found, [asked]))
