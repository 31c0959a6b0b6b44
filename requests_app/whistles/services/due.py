"""What falls due by itself: departments reminded, reported upward, and nudged to conclude."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from grids.models import Role, User
from grids.queries import people_of, serving
from requests_app.services.actor import SYSTEM
from requests_app.whistles import messages
from requests_app.whistles.models import Call, KindRule
from requests_app.whistles.services.writing import Move
from requests_app.whistles.workflow import HALF, NOBODY, NUDGED, REPORTED, CallState
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft

BATCH = 100
_MOMENT = timedelta(seconds=1)


@dataclass
class _Round:
    """One batch and who is told of it; read once, however many calls there are."""

    now: datetime
    staff: dict[int, list[User]]
    leaders: list[User]
    drafts: list[Draft] = field(default_factory=list)

    def people(self, call: Call) -> list[User]:
        return self.staff.get(call.department_id, [])


def sweep() -> int:
    """Look at every call whose moment has come; how many. Running twice does nothing more."""
    looked_at = 0
    while found := _batch():
        looked_at += found
        if found < BATCH:
            break
    return looked_at


@transaction.atomic
def _batch() -> int:
    now = clock.now()
    due = Call.objects.due(now).order_by("wake_at").select_related("whistle__drafted_by", "department")
    calls = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
    if not calls:
        return 0
    around = _Round(now, _staff(calls), people_of(Role.STREET_LEADER))
    for call in calls:
        _look_at(call, around)
        fields = ["half_reminded_at", "reported_at", "wake_at"]
        call.save(update_fields=fields)
    outbox.add(around.drafts)
    return len(calls)


def _staff(calls: list[Call]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    wanted = {call.department_id for call in calls}
    for post, person in serving(Role.DEPARTMENT_STAFF, department__in=wanted):
        found.setdefault(post.department_id or 0, []).append(person)
    return found


def _look_at(call: Call, around: _Round) -> None:
    """What this call's moment asks for, and when it is looked at next."""
    match call.state:
        case CallState.CALLED if call.is_late(around.now):
            _report(call, around)
            call.wake_at = None
        case CallState.CALLED if call.check_in_due:
            _remind(call, around)
            # Whoever comes at the very limit is in time.
            call.wake_at = call.check_in_due + _MOMENT
        case CallState.CHECKED_IN:
            _nudge(call, around)
            call.wake_at = around.now + KindRule.of(call.whistle.kind).nudge_after
        case _:
            call.wake_at = None


def _remind(call: Call, around: _Round) -> None:
    """Half of the limit is over."""
    if call.half_reminded_at:
        return
    call.half_reminded_at = around.now
    if people := around.people(call):
        around.drafts += messages.to_department("whistle_half", call, people)
        Move(call.whistle, HALF, SYSTEM, call).record()
    else:
        around.drafts += _upward("whistle_nobody", call, around)
        Move(call.whistle, NOBODY, SYSTEM, call).record()


def _report(call: Call, around: _Round) -> None:
    """The limit has passed: the department is told, and so is who stands above."""
    if call.reported_at:
        return
    call.reported_at = around.now
    around.drafts += messages.to_department("whistle_late", call, around.people(call))
    around.drafts += _upward("whistle_reported", call, around)
    Move(call.whistle, REPORTED, SYSTEM, call).record()


def _upward(kind: str, call: Call, around: _Round) -> list[Draft]:
    people = [*around.leaders, call.whistle.drafted_by]
    return messages.to_office(kind, call.whistle, people, occasion=f"c{call.pk}")


def _nudge(call: Call, around: _Round) -> None:
    """Checked in days ago and not concluded; said once per wake."""
    occasion = int(call.wake_at.timestamp()) if call.wake_at else ""
    people = around.people(call)
    around.drafts += messages.to_department("whistle_nudge", call, people, occasion=occasion)
    Move(call.whistle, NUDGED, SYSTEM, call).record()
