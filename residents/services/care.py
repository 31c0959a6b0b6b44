"""Care plans and events, and the day of the next visit that follows from them."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from grids.models import User, today
from residents import access, rhythm
from residents.models import CareEvent, CarePlan, Consent, Household, Resident
from residents.services.record import DOUBLE_TAP, ChangedMeanwhile
from residents.services.record import note as entry
from residents.terms import CareBasis, CareEventKind, CareGroup, ConsentPurpose, EntryKind, VisitLevel
from wangguan import clock
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
        Refused: not for this person to decide, gone, there is one already, no consent is on record, a
            day to come, or a review that is no later day.
    """
    _check_may_decide(resident, actor)
    if not resident.is_here:
        raise Refused(_("This person has left already."))
    _check_days(since, review_on)
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
    _note(plan, actor, {"care_plan": [None, str(level)]})
    reckon(resident.household)
    return plan


def _check_days(since: date, review_on: date) -> None:
    if since > today():
        raise Refused(_("The day lies in the future."), field="since")
    if review_on <= max(since, today() - timedelta(days=1)):
        raise Refused(_("Choose a later day for looking it over again."), field="review_on")


@transaction.atomic
def change(
    plan: CarePlan,
    *,
    actor: User,
    seen: tuple[str, date],
    level: VisitLevel,
    review_on: date,
    reason: str,
) -> None:
    """Decide anew how often somebody is visited and when the plan is looked over again.

    `seen`: level and day of review as they stood when the decision was made.

    Raises:
        ChangedMeanwhile: the plan stands otherwise by now.
        Refused: not for this person to decide, ended already, or a review that is no later day.
    """
    _check_may_decide(plan.resident, actor)
    row = _locked(plan)
    if (row.level, row.review_on) != seen:
        raise ChangedMeanwhile
    _check_days(row.since, review_on)
    given = {"level": level, "review_on": review_on, "reason": reason}
    before = {name: getattr(row, name) for name in given}
    for name, value in given.items():
        setattr(plan, name, value)
    plan.decided_by, plan.decided_at = actor, clock.now()
    plan.save(update_fields=[*given, "decided_by", "decided_at"])
    _note(
        plan, actor, {_TOLD_AS.get(name, name): [before[name], given[name]] for name in _told(before, given)}
    )
    reckon(plan.resident.household)


_TOLD_AS = {"level": "care_plan"}


def _told(before: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """What of a changed plan the history tells; its reason stays with the plan."""
    return [name for name in ("level", "review_on") if before[name] != given[name]]


@transaction.atomic
def end(plan: CarePlan, *, actor: User, on: date, why: str) -> None:
    """End a plan, with a reason; the household's rhythm follows.

    Raises:
        Refused: not for this person to decide, ended already, a day to come or before it began.
    """
    _check_may_decide(plan.resident, actor)
    _locked(plan)
    if on > today():
        raise Refused(_("The day lies in the future."), field="on")
    if on < plan.since:
        raise Refused(_("The last day lies before the first."), field="on")
    plan.ended_on, plan.ended_why = on, why
    plan.save(update_fields=["ended_on", "ended_why"])
    _note(plan, actor, {"care_plan": [plan.level, None]})
    reckon(plan.resident.household)


def _locked(plan: CarePlan) -> CarePlan:
    row = CarePlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if row.ended_on is not None:
        raise Refused(_("This plan has ended already."))
    return row


def _note(plan: CarePlan, actor: User, changes: dict[str, list[Any]]) -> None:
    """The history tells how often somebody is visited, never why."""
    entry(EntryKind.CORRECTED, by=actor, resident=plan.resident, on=today(), changes=changes)


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
    if on > today():
        raise Refused(_("The day lies in the future."), field="on")
    if (first := _just_noted(household, actor, kind, on, note)) is not None:
        return first
    look_by = rhythm.look_by(max(on, today()), calendar=current_calendar())
    event = CareEvent.objects.create(
        household=household, kind=kind, on=on, look_by=look_by, note=note, noted_by=actor
    )
    reckon(household)
    return event


def _just_noted(
    household: Household, actor: User, kind: CareEventKind, on: date, note: str
) -> CareEvent | None:
    """The same words again within minutes are the same press; what is sealed is compared here."""
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    fresh = household.care_events.filter(noted_by=actor, on=on, noted_at__gt=clock.now() - DOUBLE_TAP)
    return next((event for event in fresh[:5] if (event.kind, event.note) == (kind, note)), None)


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
