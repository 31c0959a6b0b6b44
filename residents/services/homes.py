"""Doors and households: adding, correcting, moving, closing; every change leaves an entry.

People are in `residents.services.people`, consent in `residents.services.consents`.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Building, User, today
from residents.models import Dwelling, Household, RegisterEntry
from residents.services import care
from residents.services.people import (
    check_day,
    check_may_write,
    leave,
    locked,
)
from residents.services.record import DOUBLE_TAP, ChangedMeanwhile, note, write
from residents.terms import DwellingUse, EntryKind, HouseholdKind, LeftHow
from wangguan import clock
from wangguan.refusals import Refused


# --- doors -------------------------------------------------------------------------------
def add_dwelling(
    building: Building,
    *,
    actor: User,
    entrance: int,
    floor: int,
    door: str,
    use: DwellingUse = DwellingUse.OWN,
) -> Dwelling:
    """A door that was not in the register; the one that is there when it was (double taps).

    Raises:
        Refused: not this person's building.
    """
    check_may_write(actor, building.grid)
    place = {"building": building, "entrance": entrance, "door": door}
    made, _new = Dwelling.objects.get_or_create(**place, defaults={"floor": floor, "use": use})
    return made


@transaction.atomic
def correct_dwelling(dwelling: Dwelling, *, actor: User, seen: DwellingUse, use: DwellingUse) -> None:
    """What the flat is used for. A door keeps no history: the households behind it do.

    Raises:
        ChangedMeanwhile: it is no longer used as it was `seen`.
        Refused: not this person's building.
    """
    check_may_write(actor, dwelling.grid)
    if not Dwelling.objects.filter(pk=dwelling.pk, use=seen).update(use=use):
        raise ChangedMeanwhile
    dwelling.use = use
    if use == seen:
        return
    for household in dwelling.households.here():
        note(EntryKind.CORRECTED, by=actor, household=household, changes={"use": [seen, use]})


# --- households --------------------------------------------------------------------------
@transaction.atomic
def add_household(
    dwelling: Dwelling,
    *,
    actor: User,
    kind: HouseholdKind = HouseholdKind.REGISTERED,
    since: date | None = None,
) -> Household:
    """A household behind this door; several may share one. Pressed twice, it is one.

    Raises:
        Refused: not this person's building, or a day to come.
    """
    check_may_write(actor, dwelling.grid)
    if since:
        check_day(since, field="since")
    Dwelling.objects.select_for_update(no_key=True).get(pk=dwelling.pk)
    if (first := _just_added(dwelling, actor, kind)) is not None:
        return first
    household = Household.objects.create(dwelling=dwelling, kind=kind, since=since)
    care.reckon(household)
    note(EntryKind.ADDED, by=actor, household=household, on=since)
    return household


def _just_added(dwelling: Dwelling, actor: User, kind: HouseholdKind) -> Household | None:
    """The empty household that the same person put there a moment ago."""
    fresh = RegisterEntry.objects.filter(
        kind=EntryKind.ADDED, by=actor, at__gt=clock.now() - DOUBLE_TAP, resident__isnull=True
    )
    empty = dwelling.households.here().filter(kind=kind, people__isnull=True, entries__in=fresh)
    return empty.first()


@transaction.atomic
def move_together(household: Household, *, to: Dwelling, actor: User, version: int, on: date) -> None:
    """The whole household lives behind another door now; visits, plans and history go with it.

    Raises:
        ChangedMeanwhile: somebody else changed the household meanwhile.
        Refused: not this person's household, gone, the same door, or a day to come.
    """
    check_may_write(actor, household.dwelling.grid)
    check_day(on, field="on")
    _check_here(household)
    if to.pk == household.dwelling_id:
        raise Refused(_("They live behind this door already."))
    changes = write(household, {"dwelling": to, "since": on}, version=version)
    note(EntryKind.MOVED, by=actor, household=household, on=on, changes=changes)
    care.reckon(household)


@transaction.atomic
def leave_together(household: Household, *, actor: User, version: int, on: date) -> None:
    """Everybody moved away, and the household with them.

    Raises:
        ChangedMeanwhile: somebody else changed the household meanwhile.
        Refused: not this person's household, or a day to come.
    """
    (row,) = locked(household)
    if row.version != version:
        raise ChangedMeanwhile
    for resident in household.people.here().order_by("pk"):
        leave(resident, how=LeftHow.MOVED, actor=actor, version=resident.version, on=on)


@transaction.atomic
def close(household: Household, *, actor: User, version: int) -> None:
    """A household in which nobody is: entered by mistake.

    Raises:
        ChangedMeanwhile: somebody else changed the household meanwhile.
        Refused: not this person's household, gone already, or somebody lives in it.
    """
    check_may_write(actor, household.dwelling.grid)
    locked(household)
    _check_here(household)
    if household.people.here().exists():
        raise Refused(_("Somebody lives in this household; say first what became of them."))
    fields: dict[str, Any] = {"left_on": today(), "next_visit_on": None}
    write(household, fields, version=version)
    note(EntryKind.REMOVED, by=actor, household=household, on=household.left_on)


def _check_here(household: Household) -> None:
    if not household.is_here:
        raise Refused(_("This household has moved away."))
