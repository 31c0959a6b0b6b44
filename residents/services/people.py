"""The people of a household: who comes, what changes, who goes; every change leaves an entry.

A household row is locked before its membership changes, the lower key first, so that two people who
leave at once cannot both believe that somebody stays.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import Grid, User, today
from residents import access, identity
from residents.models import CarePlan, Dwelling, Household, RegisterEntry, Resident
from residents.services import care
from residents.services.record import DOUBLE_TAP, note, write
from residents.terms import EntryKind, LeftHow, Relation, Sex
from wangguan import clock
from wangguan.refusals import Refused

LEAVING = {
    LeftHow.MOVED: EntryKind.MOVED_AWAY,
    LeftHow.DIED: EntryKind.DIED,
    LeftHow.MISTAKE: EntryKind.REMOVED,
}
PLANS = "care_plans"
"""In an entry of leaving: keys of the plans that ended with it, so that it can be taken back whole."""


# --- what every change asks first ----------------------------------------------------------
def check_may_write(actor: User, grid: Grid) -> None:
    """Raises: Refused: the grid's people are not this person's."""
    if not access.may_write(actor, grid):
        raise Refused(_("This household is in another unit's care."))


def check_day(on: date, *, field: str = "on") -> None:
    """Raises: Refused: nothing that is still to come is in the register."""
    if on > today():
        raise Refused(_("The day lies in the future."), field=field)


def locked(*households: Household) -> list[Household]:
    """The rows, locked until the transaction ends, in the order of their keys."""
    keys = {household.pk for household in households}
    return list(Household.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _check_here(resident: Resident) -> None:
    if resident.left_on is not None:
        raise Refused(_("This person has left already."))


def _no_other_head(household: Household, *, but: Resident | None = None) -> None:
    heads = household.people.here().filter(relation=Relation.HEAD)
    if (heads.exclude(pk=but.pk) if but else heads).exists():
        raise Refused(_("This household has a head already; change that person first."), field="relation")


def _not_there_already(household: Household, id_hash: str, *, but: Resident | None = None) -> None:
    same = household.people.here().filter(id_hash=id_hash).exclude(id_hash="")
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Refused(_("Somebody with this ID number is in the household already."), field="id_number")


# --- what an ID number says -----------------------------------------------------------------
def filled_from_id(fields: dict[str, Any], *, number: str) -> dict[str, Any]:
    """The fields, with birth date and sex as the ID number says them.

    Raises:
        Refused: what was given contradicts it. The sentence names no date: beside a masked number it
            would tell the number.
    """
    if not number or (born_on := identity.born_on(number)) is None:
        return fields
    if fields.get("born_on") not in (None, born_on):
        raise Refused(
            _("This is not the date of birth in the ID number. Leave it empty: it is filled in from there."),
            field="born_on",
        )
    sex = identity.sex(number)
    if fields.get("sex", Sex.UNKNOWN) not in (Sex.UNKNOWN, "", sex):
        raise Refused(_("The ID number says otherwise; please check the number or the sex."), field="sex")
    return {**fields, "born_on": born_on, "sex": sex}


# --- coming -----------------------------------------------------------------------------------
@transaction.atomic
def add_resident(
    household: Household,
    *,
    actor: User,
    born: bool = False,
    moved_in: bool = False,
    on: date | None = None,
    **fields: Any,
) -> Resident:
    """Somebody new in the household: born here, come from elsewhere (`moved_in`), or only now written down.

    Pressed twice, it is one.

    Raises:
        Refused: not this person's household, gone, a day to come, a head or this person there already,
            or what the ID number contradicts.
    """
    check_may_write(actor, household.dwelling.grid)
    if on:
        check_day(on)
    (row,) = locked(household)
    if not row.is_here:
        raise Refused(_("This household has moved away."))
    made = Resident(
        household=household, came_on=on, **filled_from_id(fields, number=fields.get("id_number", ""))
    )
    made.seal()
    if (first := _same_person(household, made)) is not None:
        return _as_pressed_twice(first, actor)
    _not_there_already(household, made.id_hash)
    if made.relation == Relation.HEAD:
        _no_other_head(household)
    made.save()
    kind = EntryKind.BORN if born else EntryKind.MOVED_IN if moved_in else EntryKind.ADDED
    note(kind, by=actor, resident=made, on=on)
    return made


def _same_person(household: Household, made: Resident) -> Resident | None:
    same = {name: getattr(made, name) for name in ("name", "born_on", "phone_hash", "id_hash")}
    return household.people.here().filter(**same).first()


def _as_pressed_twice(first: Resident, actor: User) -> Resident:
    since = clock.now() - DOUBLE_TAP
    if RegisterEntry.objects.filter(resident=first, by=actor, at__gt=since).exists():
        return first
    raise Refused(_("This person is in the household already."), field="name")


# --- changing ---------------------------------------------------------------------------------
@transaction.atomic
def correct(
    row: Resident | Household,
    *,
    actor: User,
    version: int,
    entry: EntryKind = EntryKind.CORRECTED,
    on: date | None = None,
    **fields: Any,
) -> dict[str, list[Any]]:
    """Change fields, if nobody else did meanwhile; what changed, field → [before, after].

    `entry` names what it was: a correction, a change by an import.

    Raises:
        ChangedMeanwhile: the row no longer stands at `version`.
        Refused: not this person's household, a second head, somebody there twice, what the ID number
            contradicts, or somebody whose data were made anonymous.
    """
    household = row.household if isinstance(row, Resident) else row
    check_may_write(actor, household.dwelling.grid)
    if isinstance(row, Resident):
        fields = _checked(row, fields)
    try:
        with transaction.atomic():
            changes = write(row, fields, version=version)
    except IntegrityError as error:
        raise Refused(_("Somebody in this household is head, or has this ID number, already.")) from error
    if changes:
        resident = row if isinstance(row, Resident) else None
        note(entry, by=actor, household=household, resident=resident, on=on, changes=changes)
    if isinstance(row, Household) and "since" in changes:
        care.reckon(row)
    return changes


def _checked(resident: Resident, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields to be written, after all that can be said before writing."""
    if resident.anonymised_at is not None:
        raise Refused(_("This person's data were made anonymous; there is nothing left to correct."))
    household = resident.household
    if resident.is_here and fields.get("relation") == Relation.HEAD != resident.relation:
        _no_other_head(household, but=resident)
    if not fields.keys() & {"id_number", "born_on", "sex"}:
        return fields
    fields = filled_from_id(fields, number=fields.get("id_number", resident.id_number))
    if resident.is_here and fields.get("id_number"):
        sealed = Resident(id_number=fields["id_number"])
        sealed.seal()
        _not_there_already(household, sealed.id_hash, but=resident)
    return fields


@transaction.atomic
def tell(
    resident: Resident,
    *,
    kind: EntryKind,
    actor: User,
    version: int,
    on: date,
    relation: Relation | None = None,
) -> None:
    """Something happened to somebody who stays: married, divorced. The entry is the record.

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: not this person's household, gone, a day to come, or a second head.
    """
    check_may_write(actor, resident.household.dwelling.grid)
    _check_here(resident)
    check_day(on)
    if relation == Relation.HEAD != resident.relation:
        _no_other_head(resident.household, but=resident)
    changes = write(resident, {"relation": relation} if relation else {}, version=version)
    note(kind, by=actor, resident=resident, on=on, changes=changes)


@transaction.atomic
def appoint_head(
    resident: Resident,
    *,
    actor: User,
    version: int,
    on: date,
    relations: Mapping[int, Relation] | None = None,
) -> None:
    """The new head of the household; what the others are to them now: resident key → relation.

    Whoever was head before and is not named becomes "other".

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: not this person's household, gone, head already, or a day to come.
    """
    household = resident.household
    check_may_write(actor, household.dwelling.grid)
    _check_here(resident)
    check_day(on)
    if resident.relation == Relation.HEAD:
        raise Refused(_("This person is the head already."))
    locked(household)
    for other in household.people.here().exclude(pk=resident.pk).order_by("pk"):
        _relate(other, (relations or {}).get(other.pk), actor=actor, on=on)
    changes = write(resident, {"relation": Relation.HEAD}, version=version)
    note(EntryKind.HEAD, by=actor, resident=resident, on=on, changes=changes)


def _relate(other: Resident, relation: Relation | None, *, actor: User, on: date) -> None:
    """What another of the household is to the new head; nobody else stays head."""
    if relation in (None, Relation.HEAD):
        relation = Relation.OTHER if other.relation == Relation.HEAD else Relation(other.relation)
    if relation != other.relation:
        changes = write(other, {"relation": relation}, version=other.version)
        note(EntryKind.CORRECTED, by=actor, resident=other, on=on, changes=changes)


def _succeed(household: Household, heir: Resident | None, *, left: Resident, actor: User, on: date) -> None:
    """Somebody of the household becomes head after one who left."""
    if heir is None:
        return
    if heir.pk == left.pk or heir.household_id != household.pk:
        raise Refused(_("The new head has to be somebody of this household."), field="new_head")
    _check_here(heir)
    if heir.relation == Relation.HEAD:
        return
    _no_other_head(household, but=left)
    changes = write(heir, {"relation": Relation.HEAD}, version=heir.version)
    note(EntryKind.HEAD, by=actor, resident=heir, on=on, changes=changes)


# --- moving -----------------------------------------------------------------------------------
@transaction.atomic
def move(
    resident: Resident,
    *,
    to: Household | Dwelling,
    actor: User,
    version: int,
    on: date,
    relation: Relation,
    new_head: Resident | None = None,
) -> Household:
    """Into another household of the street, or a new one behind a door; where they live now.

    Both households keep the entry; care plans and consents go along. A household in which nobody stays
    goes too; `new_head` follows a head who moved out.

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: not this person's household, gone, nowhere else, a day to come, or the other household
            has gone, has a head, or has somebody with the same ID number.
    """
    old = resident.household
    check_may_write(actor, old.dwelling.grid)
    _check_here(resident)
    check_day(on)
    new = to if isinstance(to, Household) else _made_behind(to, like=old, actor=actor, on=on)
    if new.pk == old.pk:
        raise Refused(_("They live in this household already."))
    locked(old, new)
    _check_room(new, resident, relation)
    changes = write(resident, {"household": new, "relation": relation, "came_on": on}, version=version)
    note(EntryKind.MOVED, by=actor, household=old, resident=resident, on=on, changes=changes)
    note(EntryKind.MOVED_IN, by=actor, household=new, resident=resident, on=on)
    _succeed(old, new_head, left=resident, actor=actor, on=on)
    _close_if_empty(old, on)
    care.reckon(old)
    care.reckon(new)
    return new


def _check_room(new: Household, resident: Resident, relation: Relation) -> None:
    """Whether somebody can come into a household that is locked by now."""
    if not Household.objects.here().filter(pk=new.pk).exists():
        raise Refused(_("This household has moved away."))
    _not_there_already(new, resident.id_hash)
    if relation == Relation.HEAD:
        _no_other_head(new)


def _made_behind(dwelling: Dwelling, *, like: Household, actor: User, on: date) -> Household:
    made = Household.objects.create(dwelling=dwelling, kind=like.kind, since=on)
    note(EntryKind.ADDED, by=actor, household=made, on=on)
    return made


# --- going and coming back --------------------------------------------------------------------
@transaction.atomic
def leave(
    resident: Resident,
    *,
    how: LeftHow,
    actor: User,
    version: int,
    on: date,
    new_head: Resident | None = None,
) -> None:
    """Moved away, died, or was entered by mistake; the household goes when nobody is left in it.

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: not this person's household, gone already, a day to come, or a head from elsewhere.
    """
    household = resident.household
    check_may_write(actor, household.dwelling.grid)
    _check_here(resident)
    check_day(on)
    locked(household)
    write(resident, {"left_on": on, "left_how": how}, version=version)
    plans = _end_plans(resident, on)
    note(LEAVING[how], by=actor, resident=resident, on=on, changes={PLANS: [plans, []]} if plans else None)
    _succeed(household, new_head, left=resident, actor=actor, on=on)
    _close_if_empty(household, on)
    care.reckon(household)


def _end_plans(resident: Resident, on: date) -> list[int]:
    """Nobody who has left is visited; keys of the plans that ended."""
    ended = []
    for plan in resident.care_plans.open():
        plan.ended_on = max(on, plan.since)
        plan.save(update_fields=["ended_on"])
        ended.append(plan.pk)
    return ended


def _close_if_empty(household: Household, on: date) -> None:
    if household.people.here().exists():
        return
    gone = {"left_on": on, "next_visit_on": None}
    Household.objects.filter(pk=household.pk).update(**gone, version=F("version") + 1)
    household.refresh_from_db(fields=["left_on", "next_visit_on", "version"])


@transaction.atomic
def come_back(resident: Resident, *, actor: User, version: int) -> None:
    """Take back that somebody left: they are here after all, and so is what ended with their leaving.

    Raises:
        ChangedMeanwhile: somebody else changed the person meanwhile.
        Refused: not this person's household, here anyway, made anonymous, or there already.
    """
    household = resident.household
    check_may_write(actor, household.dwelling.grid)
    if resident.is_here:
        raise Refused(_("This person is here; there is nothing to take back."))
    if resident.anonymised_at is not None:
        raise Refused(_("This person's data were made anonymous; please add them anew."))
    (row,) = locked(household)
    _not_there_already(household, resident.id_hash)
    fields: dict[str, Any] = {"left_on": None, "left_how": ""}
    if resident.relation == Relation.HEAD and household.people.here().filter(relation=Relation.HEAD).exists():
        fields["relation"] = Relation.OTHER
    left = resident.entries.filter(kind__in=LEAVING.values(), household=household).first()
    changes = write(resident, fields, version=version)
    note(EntryKind.CORRECTED, by=actor, resident=resident, on=today(), changes=changes)
    _resume_plans(resident, left)
    if not row.is_here:
        Household.objects.filter(pk=row.pk).update(left_on=None, version=F("version") + 1)
    care.reckon(household)
    household.refresh_from_db(fields=["version"])


def _resume_plans(resident: Resident, left: RegisterEntry | None) -> None:
    """Plans that ended with the leaving go on, but for those whose consent or place is gone meanwhile."""
    keys = left.changed.get(PLANS, [[], []])[0] if left else []
    going = set(resident.care_plans.open().values_list("group_hash", flat=True))
    for plan in CarePlan.objects.filter(pk__in=keys, resident=resident).select_related("consent"):
        if plan.group_hash in going or (plan.consent and plan.consent.withdrawn_on):
            continue
        plan.ended_on = None
        plan.save(update_fields=["ended_on"])
