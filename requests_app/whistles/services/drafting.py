"""Drafting a whistle for matters of the street, and changing a draft."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Department, Role, User
from grids.queries import people_of
from requests_app.models import Ticket
from requests_app.services.actor import staff
from requests_app.whistles import access, messages
from requests_app.whistles.models import Call, Matter, Whistle
from requests_app.whistles.services.writing import Move
from requests_app.whistles.workflow import DRAFT, STEPS, State
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable


class Another(Refused):
    """There is one for the same matter, even if it is over; whoever knows that may go on."""

    def __init__(self, others: Iterable[Whistle]) -> None:
        self.others = list(others)
        numbers = ", ".join(other.number for other in self.others)
        sentence = _("Departments were called, or are about to be, for the same matter: %(numbers)s.")
        super().__init__(sentence % {"numbers": numbers}, field="knows_other")


@dataclass(frozen=True)
class Plan:
    """What a draft says. `tasks`: what each department is to do, by the department's primary key."""

    kind: str
    title: str
    needs: str
    place: str
    tickets: tuple[Ticket, ...]
    tasks: Mapping[int, str]
    latitude: float | None = None
    longitude: float | None = None
    meet_at: datetime | None = None
    knows_other: bool = False


@transaction.atomic
def draft(plan: Plan, *, by: User, form_id: UUID) -> Whistle:
    """Write a draft and tell the street leaders; the same form again gives the first one.

    Raises:
        Refused: this person does not draft, or a matter cannot be whistled for.
        Another: there is one for the same matter, and `plan` does not know it.
    """
    if first := Whistle.objects.filter(form_id=form_id).first():
        return first
    others = _check(plan, by)
    whistle, is_new = Whistle.objects.get_or_create(
        form_id=form_id,
        defaults={"number": _next_number(), "drafted_by": by, "drafted_at": clock.now(), **_columns(plan)},
    )
    if is_new:
        _fill(whistle, plan)
        _record(whistle, DRAFT, by, others)
    return whistle


@transaction.atomic
def change(
    whistle: Whistle, plan: Plan, *, by: User, version: int | None = None, action_id: UUID | None = None
) -> Whistle:
    """Change one that is not approved; one that came back waits for approval again.

    Raises:
        Refused: it is approved or over, or not this person's to change.
        MovedMeanwhile: somebody else changed it first.
    """
    row = Whistle.objects.select_for_update().get(pk=whistle.pk)
    if action_id and row.entries.filter(action_id=action_id).exists():
        return row
    step = STEPS["edit"]
    if not step.starts_at(row.state):
        raise Refused(_("It is approved already; return it for change first."))
    others = _check(plan, by, apart_from=row)
    row.version = version if version is not None else row.version
    swap(row, state=State.DRAFTED, **_columns(plan))
    row.calls.exclude(department__in=plan.tasks).delete()
    row.matters.exclude(ticket__in=plan.tickets).delete()
    _fill(row, plan)
    _record(row, step.name, by, others, action_id)
    return row


def _check(plan: Plan, by: User, *, apart_from: Whistle | None = None) -> list[Whistle]:
    """Other whistles for the same matters, which the drafter knows of.

    The matters are locked: of two who draft for one at the same moment, the second learns of the first.
    """
    if not access.may_draft(by):
        raise Refused(_("Whistles are drafted by the street's dispatch centre and sections."))
    if not plan.tickets:
        raise Refused(_("Choose at least one request."), field="tickets")
    if not plan.tasks:
        raise Refused(_("Choose at least one department."), field="departments")
    keys = sorted(ticket.pk for ticket in plan.tickets)
    locked = Ticket.objects.visible_to(by).filter(pk__in=keys).order_by("pk")
    found = list(locked.select_for_update(no_key=True, of=("self",)))
    if len(found) != len(keys):
        raise Refused(_("One of these requests is not open to you."), field="tickets")
    kept = set(apart_from.matters.values_list("ticket", flat=True)) if apart_from else set()
    for ticket in found:
        if ticket.pk not in kept and (sentence := access.why_not_whistled(ticket)):
            raise Refused(f"{ticket.number}: {sentence}", field="tickets")
    others = list(Whistle.objects.for_tickets(found).exclude(pk=apart_from.pk if apart_from else 0))
    if others and not plan.knows_other:
        raise Another(others)
    return others


def _columns(plan: Plan) -> dict[str, object]:
    whole = plan.latitude is not None and plan.longitude is not None
    return {
        "kind": plan.kind,
        "title": storable(plan.title),
        "needs": storable(plan.needs),
        "place": storable(plan.place),
        "latitude": plan.latitude if whole else None,
        "longitude": plan.longitude if whole else None,
        "meet_at": plan.meet_at,
        "knows_other": plan.knows_other,
    }


def _fill(whistle: Whistle, plan: Plan) -> None:
    """Its matters and departments, as the plan says."""
    Matter.objects.bulk_create(
        (Matter(whistle=whistle, ticket=ticket) for ticket in plan.tickets), ignore_conflicts=True
    )
    for department in Department.objects.filter(pk__in=plan.tasks):
        Call.objects.update_or_create(
            whistle=whistle,
            department=department,
            defaults={"task": storable(plan.tasks[department.pk])[:200]},
        )


def _record(
    whistle: Whistle, what: str, by: User, others: list[Whistle], action_id: UUID | None = None
) -> None:
    known = {"beside": [other.number for other in others]} if others else {}
    Move(whistle, what, staff(by), action_id=action_id, detail=known).record()
    leaders = [leader for leader in people_of(Role.STREET_LEADER) if leader.pk != by.pk]
    occasion = f"v{whistle.version}"
    outbox.add(messages.to_office("whistle_approve", whistle, leaders, occasion=occasion))


def _next_number() -> str:
    """CS-20261126-0007: day and a number that nobody else has (吹哨)."""
    day = timezone.localdate(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('whistles_whistle', 'id'))")
        running: int = cursor.fetchone()[0]
    return f"CS-{day:%Y%m%d}-{running:04}"
