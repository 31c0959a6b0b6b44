"""Adding, moving and correcting people and homes; every change leaves an entry."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Grid, User, today
from residents import access
from residents.models import Consent, Dwelling, Household, Resident
from residents.services import care
from residents.services.record import ChangedMeanwhile, note, write
from residents.terms import ConsentHow, ConsentPurpose, EntryKind, HouseholdKind, LeftHow, Relation
from wangguan.refusals import Refused

__all__ = [
    "ChangedMeanwhile",
    "add_household",
    "add_resident",
    "consent",
    "correct",
    "leave",
    "move",
    "withdraw",
]


def check_may_write(actor: User, grid: Grid) -> None:
    """Raises: Refused: the grid's people are not this person's."""
    if not access.may_write(actor, grid):
        raise Refused(_("This household is in another unit's care."))


@transaction.atomic
def add_household(
    dwelling: Dwelling,
    *,
    actor: User,
    kind: HouseholdKind = HouseholdKind.REGISTERED,
    since: date | None = None,
) -> Household:
    """A household behind this door; several may share one."""
    check_may_write(actor, dwelling.grid)
    household = Household.objects.create(dwelling=dwelling, kind=kind, since=since)
    care.reckon(household)
    note(EntryKind.ADDED, by=actor, household=household, on=since)
    return household


@transaction.atomic
def add_resident(
    household: Household, *, actor: User, born: bool = False, on: date | None = None, **fields: Any
) -> Resident:
    """Somebody new in the household; `born` here, or come from elsewhere.

    Raises:
        Refused: not this person's household, or there is a head already.
    """
    check_may_write(actor, household.dwelling.grid)
    if fields.get("relation") == Relation.HEAD:
        _no_other_head(household)
    resident = Resident.objects.create(household=household, came_on=on, **fields)
    note(EntryKind.BORN if born else EntryKind.ADDED, by=actor, resident=resident, on=on)
    return resident


@transaction.atomic
def correct(
    row: Resident | Household,
    *,
    actor: User,
    version: int,
    kind: EntryKind = EntryKind.CORRECTED,
    on: date | None = None,
    **fields: Any,
) -> dict[str, list[Any]]:
    """Change fields, if nobody else did meanwhile; what changed, field → [before, after].

    `kind` names what it was: a correction, a marriage, a divorce, a new head.

    Raises:
        ChangedMeanwhile: the row no longer stands at `version`.
        Refused: not this person's household, or a second head.
    """
    household = row.household if isinstance(row, Resident) else row
    check_may_write(actor, household.dwelling.grid)
    if isinstance(row, Resident) and fields.get("relation") == Relation.HEAD != row.relation:
        _no_other_head(household, but=row)
    changes = write(row, fields, version=version)
    if changes:
        resident = row if isinstance(row, Resident) else None
        note(kind, by=actor, household=household, resident=resident, on=on, changes=changes)
    return changes


@transaction.atomic
def move(
    resident: Resident, *, to: Household, actor: User, version: int, on: date, relation: Relation
) -> None:
    """Into another household of the street; both households keep the entry.

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: neither household is this person's, or the other has a head already.
    """
    old = resident.household
    if not (access.may_write(actor, old.dwelling.grid) or access.may_write(actor, to.dwelling.grid)):
        raise Refused(_("Both households are in another unit's care."))
    if relation == Relation.HEAD:
        _no_other_head(to, but=resident)
    changes = write(resident, {"household": to, "relation": relation, "came_on": on}, version=version)
    note(EntryKind.MOVED, by=actor, household=old, resident=resident, on=on, changes=changes)
    note(EntryKind.MOVED_IN, by=actor, household=to, resident=resident, on=on)
    care.reckon(old)
    care.reckon(to)


@transaction.atomic
def leave(resident: Resident, *, how: LeftHow, actor: User, version: int, on: date) -> None:
    """Moved away, died, or was entered by mistake; the household goes when nobody is left in it."""
    check_may_write(actor, resident.household.dwelling.grid)
    if resident.left_on is not None:
        raise Refused(_("This person has left already."))
    if on > today():
        raise Refused(_("The day lies in the future."), field="on")
    write(resident, {"left_on": on, "left_how": how}, version=version)
    kinds = {
        LeftHow.MOVED: EntryKind.MOVED_AWAY,
        LeftHow.DIED: EntryKind.DIED,
        LeftHow.MISTAKE: EntryKind.REMOVED,
    }
    note(kinds[how], by=actor, resident=resident, on=on)
    for plan in resident.care_plans.filter(ended_on__isnull=True):
        plan.ended_on = max(on, plan.since)
        plan.save(update_fields=["ended_on"])
    household = resident.household
    if not household.people.filter(left_on__isnull=True).exists():
        household.left_on, household.next_visit_on = on, None
        household.save(update_fields=["left_on", "next_visit_on"])
    care.reckon(household)


@transaction.atomic
def consent(
    resident: Resident, *, purpose: ConsentPurpose, how: ConsentHow, given_on: date, actor: User
) -> Consent:
    """Write down what somebody agreed to.

    Raises:
        Refused: not this person's household, a day to come, or such a consent is in force already.
    """
    check_may_write(actor, resident.household.dwelling.grid)
    if given_on > today():
        raise Refused(_("The day lies in the future."), field="given_on")
    if resident.consents.filter(purpose=purpose, withdrawn_on__isnull=True).exists():
        raise Refused(_("This consent is on record already."), field="purpose")
    given = Consent.objects.create(
        resident=resident, purpose=purpose, how=how, given_on=given_on, recorded_by=actor
    )
    note(EntryKind.CONSENTED, by=actor, resident=resident, on=given_on)
    return given


@transaction.atomic
def withdraw(given: Consent, *, actor: User, on: date) -> None:
    """The consent ends, and with it every care plan that stands on it."""
    resident = given.resident
    check_may_write(actor, resident.household.dwelling.grid)
    given.withdrawn_on = on
    given.save(update_fields=["withdrawn_on"])
    note(EntryKind.WITHDREW, by=actor, resident=resident, on=on)
    for plan in resident.care_plans.filter(consent=given, ended_on__isnull=True):
        plan.ended_on = max(on, plan.since)
        plan.save(update_fields=["ended_on"])
    care.reckon(resident.household)


def _no_other_head(household: Household, *, but: Resident | None = None) -> None:
    heads = household.people.filter(relation=Relation.HEAD, left_on__isnull=True)
    if (heads.exclude(pk=but.pk) if but else heads).exists():
        raise Refused(_("This household has a head already; change that person first."), field="relation")
