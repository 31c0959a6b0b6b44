"""Care plans and events, and the day of the next visit that follows from them."""

from datetime import date

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from grids.models import User, today
from residents import access, rhythm
from residents.models import CareEvent, CarePlan, Consent, Household, Resident
from residents.terms import CareBasis, CareEventKind, CareGroup, ConsentPurpose, VisitLevel
from wangguan.refusals import Refused
from wangguan.workdays import current_calendar


@transaction.atomic
def reckon(household: Household) -> None:
    """Bring the household's visit level and next day in line with its plans, events and visits.

    The day is the earliest of: what the rhythm asks for after the last visit, what an event that nobody
    has looked into asks for, and what the last visit itself set (`Visit.follow_up_on`). The row is locked
    and read anew; `household` is brought up to date with it.
    """
    row = Household.objects.select_for_update().get(pk=household.pk)
    row.visit_level = rhythm.tightest(
        CarePlan.objects.open()
        .filter(resident__household=row, resident__left_on__isnull=True)
        .values_list("level", flat=True)
    )
    row.next_visit_on = _next_day(row, VisitLevel(row.visit_level)) if row.is_here else None
    row.save(update_fields=["visit_level", "next_visit_on"])
    for name in ("visit_level", "last_visit_on", "next_visit_on", "left_on"):
        setattr(household, name, getattr(row, name))


def _next_day(household: Household, level: VisitLevel) -> date:
    calendar = current_calendar()
    if household.last_visit_on:
        usual = rhythm.next_due(level, last=household.last_visit_on, calendar=calendar)
    else:
        usual = rhythm.first_due(level, since=household.since or today(), calendar=calendar)
    event = CareEvent.objects.filter(household=household, settled_on__isnull=True).aggregate(
        day=Min("look_by")
    )
    again = _follow_up(household)
    return min(day for day in (usual, event["day"], again) if day)


def _follow_up(household: Household) -> date | None:
    """The day that the newest visit set for looking in again."""
    return household.visits.order_by("-visited_at", "-id").values_list("follow_up_on", flat=True).first()


@transaction.atomic
def decide(
    resident: Resident,
    *,
    actor: User,
    group: CareGroup,
    level: VisitLevel,
    since: date,
    review_on: date,
    reason: str = "",
    basis: CareBasis = CareBasis.DUTY,
) -> CarePlan:
    """Open a care plan; a plan on consent names the consent in force.

    Raises:
        Refused: not for this person to decide, there is one already, or no consent is on record.
    """
    _check_may_decide(resident, actor)
    plan = CarePlan(
        resident=resident,
        group=group,
        level=level,
        reason=reason,
        basis=basis,
        consent=_consent(resident, since) if basis == CareBasis.CONSENT else None,
        since=since,
        review_on=review_on,
        decided_by=actor,
    )
    plan.seal()
    Household.objects.select_for_update().get(pk=resident.household_id)
    if CarePlan.objects.open().filter(resident=resident, group_hash=plan.group_hash).exists():
        raise Refused(_("This person has a plan for this group already; change that one."), field="group")
    plan.save()
    reckon(resident.household)
    return plan


@transaction.atomic
def end(plan: CarePlan, *, actor: User, on: date, why: str) -> None:
    """End a plan, with a reason; the household's rhythm follows.

    Raises:
        Refused: not for this person to decide, ended already, or a day before it began.
    """
    _check_may_decide(plan.resident, actor)
    if plan.ended_on is not None:
        raise Refused(_("This plan has ended already."))
    if on < plan.since:
        raise Refused(_("The last day lies before the first."), field="ended_on")
    plan.ended_on, plan.ended_why = on, why
    plan.save(update_fields=["ended_on", "ended_why"])
    reckon(plan.resident.household)


@transaction.atomic
def note_event(
    household: Household, *, actor: User, kind: CareEventKind, on: date, note: str = ""
) -> CareEvent:
    """Something happened: somebody looks in within `rhythm.LOOK_IN_WITHIN` working days.

    Raises:
        Refused: the household is not this person's, or has left.
    """
    if not access.may_write(actor, household.dwelling.grid):
        raise Refused(_("This household is in another unit's care."))
    if not household.is_here:
        raise Refused(_("This household has moved away."))
    look_by = rhythm.look_by(max(on, today()), calendar=current_calendar())
    event = CareEvent.objects.create(
        household=household, kind=kind, on=on, look_by=look_by, note=note, noted_by=actor
    )
    reckon(household)
    return event


def _check_may_decide(resident: Resident, actor: User) -> None:
    if not access.may_decide_care(actor, resident.household.dwelling.grid):
        raise Refused(_("Care plans are decided by the grid leader and the community."))


def _consent(resident: Resident, on: date) -> Consent:
    given = resident.consents.filter(purpose=ConsentPurpose.CARE, withdrawn_on__isnull=True, given_on__lte=on)
    if (consent := given.first()) is None:
        raise Refused(
            _("Write down the resident's consent first: a plan on consent needs one."), field="basis"
        )
    return consent
