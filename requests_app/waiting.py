"""What waits for somebody in an office: the sorts of the desk, and of the admin's list.

A matter stands in one sort only, save for a call that is owed: that comes beside everything else.
"""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property

from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    TextChoices,
    Value,
    When,
)
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import Post, Role, User
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.services.leave import asked_of
from requests_app.workflow import LADDER, DueKind, Level, Status, Urgency

CALM = Q(open_request="", round=0, contested_at__isnull=True)
"""Nobody asked for anything, and no resident said no: only the clock counts."""


class Waits(TextChoices):
    """The sorts, in the order of the desk."""

    DISPATCH = "dispatch", _("Climbed up, waits to be dispatched")
    FIRST = "first", _("Arrived, nobody has acted")
    ASKED = "asked", _("Asked of you")
    VERDICT = "verdict", _("Residents who say no")
    RED = "red", _("Red cards")
    YELLOW = "yellow", _("Yellow cards")
    REVIEW = "review", _("Holds to look at again")
    CALL = "call", _("Answers that did not arrive")


def of_office(user: User, rows: TicketQuerySet | None = None) -> TicketQuerySet:
    """Open matters that this person's office answers for: of the street all, of a community its own."""
    seen = (Ticket.objects.visible_to(user) if rows is None else rows).open()
    scope = doors.admin_scope(user)
    if scope.everywhere:
        return seen
    return seen.filter(community__in=scope.communities).exclude(level=Level.STREET)


class Office:
    """Matters that one person's office answers for, by what they wait for at one moment.

    `rows`: what the person sees anyway, when somebody has it already.
    """

    def __init__(self, user: User, *, at: datetime, rows: TicketQuerySet | None = None) -> None:
        self.user, self.at = user, at
        self.ours = of_office(user, rows)

    def waiting(self, sort: str) -> TicketQuerySet:
        """Matters of one sort."""
        ours, at = self.ours, self.at
        match Waits(sort):
            case Waits.DISPATCH:
                return ours.filter(self._to_dispatch, contested_at__isnull=True, open_request="")
            case Waits.FIRST:
                return ours.filter(status=Status.SUBMITTED).exclude(level=own_level(self.user))
            case Waits.ASKED:
                return _asked(self.user, ours)
            case Waits.VERDICT:
                again = Q(status=Status.ACCEPTED, round__gt=0, open_request="")
                said_no = Q(contested_at__isnull=False) | again
                return ours.filter(said_no).exclude(self._to_dispatch)
            case Waits.RED:
                late = Q(status=Status.ACCEPTED, due_kind=DueKind.RESOLVE, due_at__lte=at)
                return ours.filter(late & CALM).exclude(self._to_dispatch)
            case Waits.YELLOW:
                soon = Q(status=Status.ACCEPTED, yellow_at__lte=at, resolve_due__gt=at)
                return ours.filter(soon & CALM).exclude(self._to_dispatch)
            case Waits.REVIEW:
                due = Q(status=Status.ON_HOLD, question_since__isnull=True, due_at__lte=tonight(at))
                return ours.filter(due)
        return ours.to_call()

    @cached_property
    def _to_dispatch(self) -> Q:
        """Held by the office itself with nobody yet to do it; the street's dispatchers only pass on.

        The dispatchers are read once: as a subquery in five of the sorts they cost a twentieth of the desk.
        """
        own = own_level(self.user)
        unheld = Q(status=Status.SUBMITTED)
        if own == Level.STREET:
            dispatchers = Post.objects.current().filter(role=Role.DISPATCHER).values_list("user", flat=True)
            unheld |= Q(status=Status.ACCEPTED, assignee__in=list(dispatchers))
        return Q(level=own) & unheld


def ordered(sort: str, rows: TicketQuerySet, *, at: datetime) -> TicketQuerySet:
    """Most urgent first; what nobody accepted, from half of its time to accept on, before the rest."""
    if sort == Waits.FIRST:
        return rows.order_by(past_half(at).desc(), "due_at", "id")
    if sort == Waits.VERDICT:
        return rows.order_by(F("contested_at").asc(nulls_last=True), "due_at", "id")
    return rows.order_by("due_at", "id")


def past_half(at: datetime) -> Case:
    """1 for a matter whose time to accept is half over (as much has gone as is left, on the wall's clock)."""
    gone = ExpressionWrapper(Value(at) - F("clock_started_at"), output_field=DurationField())
    left = ExpressionWrapper(F("accept_due") - Value(at), output_field=DurationField())
    return Case(When(GreaterThanOrEqual(gone, left), then=Value(1)), default=Value(0))


def own_level(user: User) -> Level:
    """The rung that this person's office sits on."""
    return Level.STREET if doors.admin_scope(user).everywhere else Level.COMMUNITY


@dataclass(frozen=True)
class Open:
    """How much is open at one level: all of it, what is late, and what falls due before midnight."""

    level: str
    label: str
    open: int = 0
    overdue: int = 0
    due_today: int = 0


def open_by_level(rows: TicketQuerySet, *, at: datetime) -> list[Open]:
    """What is open among `rows`, from the grids up to the street. One statement, counted by the database."""
    counts = {
        "open": Count("id"),
        "overdue": Count("id", filter=Q(due_at__lte=at)),
        "due_today": Count("id", filter=Q(due_at__gt=at, due_at__lte=tonight(at))),
    }
    found = {row["level"]: row for row in rows.open().order_by().values("level").annotate(**counts)}
    return [Open(label=str(step.label), **found.get(step, {"level": step.value})) for step in LADDER]


def tonight(at: datetime) -> datetime:
    """The last moment of the day of `at`, where the portal stands."""
    return timezone.make_aware(datetime.combine(timezone.localdate(at), time.max))


def _asked(user: User, ours: TicketQuerySet) -> TicketQuerySet:
    """Decisions that one of this person's posts takes; whoever only looks sees all of them."""
    asked = ours.exclude(open_request="")
    deciding = [post for post in user.current_posts if post.role != Role.AUDITOR]
    return asked & asked_of(user, deciding) if deciding else asked


def burns(at: datetime) -> Q:
    """Late, due soon, or most urgent and not resolved: what the next shift has to know."""
    running = Q(status__in=[Status.SUBMITTED, Status.ACCEPTED])
    soon = running & Q(yellow_at__lte=at)
    return Q(due_at__lte=at) | soon | (running & Q(urgency=Urgency.A))
