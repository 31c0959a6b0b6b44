"""What a table's meetings and actions come to."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from grids.models import today
from partybuilding.meetings.models import Action, Invitation
from partybuilding.meetings.terms import Reply
from partybuilding.meetings.workflow import ActionState, MeetingState


@dataclass(frozen=True)
class Attendance:
    """Of the invitations to meetings that took place: how many came, were on leave, or neither."""

    invited: int
    came: int
    on_leave: int

    @property
    def absent(self) -> int:
        return self.invited - self.came - self.on_leave

    @property
    def percent(self) -> int | None:
        """Rounded down; None without an invitation."""
        return 100 * self.came // self.invited if self.invited else None


@dataclass(frozen=True)
class Followed:
    """How far actions are. `due`: those whose day has come or that are done before it."""

    total: int
    open: int
    late: int
    done: int
    due: int
    in_time: int

    @property
    def percent(self) -> int | None:
        """Of those due how many were carried out in time, rounded down; None when nothing was due."""
        return 100 * self.in_time // self.due if self.due else None


def attendance(**within: object) -> Attendance:
    """Of meetings held; `within` narrows them (`body=`, `body__community=`, `starts_at__gte=`)."""
    took_place = Q(meeting__state__in=(MeetingState.HELD, MeetingState.CLOSED))
    narrowed = {f"meeting__{name}": value for name, value in within.items()}
    came = Q(attended_at__isnull=False)
    counted = Invitation.objects.filter(took_place, **narrowed).aggregate(
        invited=Count("pk"),
        came=Count("pk", filter=came),
        on_leave=Count("pk", filter=~came & Q(reply=Reply.LEAVE)),
    )
    return Attendance(**counted)


def followed(on: date | None = None, **within: object) -> Followed:
    """Of actions; `within` narrows their topics (`body=`, `body__community=`, `meeting=`)."""
    day = on or today()
    narrowed = {f"topic__{name}": value for name, value in within.items()}
    is_open = Q(state=ActionState.OPEN)
    counted = Action.objects.filter(**narrowed).aggregate(
        total=Count("pk"),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=day)),
        done=Count("pk", filter=~is_open),
        due=Count("pk", filter=~is_open | Q(due_on__lt=day)),
        in_time=Count("pk", filter=~is_open & Q(done_on__lte=F("due_on"))),
    )
    return Followed(**counted)
