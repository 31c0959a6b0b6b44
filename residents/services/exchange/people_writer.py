"""Bringing decided rows into the register, in bulk, with an entry for every change."""

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

from grids.models import User, today
from residents import rhythm
from residents.models import Dwelling, Household, RegisterEntry, Resident
from residents.services.exchange.columns import door
from residents.services.record import ChangedMeanwhile
from residents.terms import DwellingUse, EntryKind, Relation, VisitLevel
from wangguan.workdays import current_calendar

if TYPE_CHECKING:
    from residents.services.exchange.people import Decision, Door, Home, Person

AT_ONCE = 500
"""Rows of one statement."""
_HASHES = ("phone_hash", "phone_tail_hash", "id_hash")
_CHANGEABLE = ("name", "sex", "born_on", "relation", "came_on", "phone", "id_number", *_HASHES, "version")


class Writer:
    """Writes one batch; the caller's transaction keeps it whole."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.entries: list[RegisterEntry] = []

    def write(self, decisions: list["Decision"]) -> None:
        """
        Raises:
            ChangedMeanwhile: somebody changed one of these people while the import ran.
        """
        self._change([decision for decision in decisions if decision.changes])
        new = [decision for decision in decisions if decision.known is None]
        self._make_homes(new)
        self._add(new)
        RegisterEntry.objects.bulk_create(self.entries, batch_size=AT_ONCE)
        self.entries = []

    # --- known people ---------------------------------------------------------------------
    def _change(self, decisions: list["Decision"]) -> None:
        """Whoever stops being head goes first: the database holds one head a household at any moment."""
        heads = [one for one in decisions if one.changes.get("relation") == Relation.HEAD]
        others = [one for one in decisions if one.changes.get("relation") != Relation.HEAD]
        for part in (others, heads):
            for start in range(0, len(part), AT_ONCE):
                self._change_some(part[start : start + AT_ONCE])

    def _change_some(self, decisions: list["Decision"]) -> None:
        keys = [decision.known.pk for decision in decisions if decision.known]
        locked = Resident.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        rows = {row.pk: row for row in locked}
        for decision in decisions:
            known = decision.known
            assert known is not None
            row = rows.get(known.pk)
            if row is None or row.version != known.version or row.household_id != known.household:
                raise ChangedMeanwhile
            changes = {name: [getattr(row, name), new] for name, new in decision.changes.items()}
            for name, new in decision.changes.items():
                setattr(row, name, new)
            row.version += 1
            row.seal()
            self._note(EntryKind.IMPORTED, row.household_id, row, changes=changes)
        Resident.objects.bulk_update(rows.values(), _CHANGEABLE)

    # --- new ones -------------------------------------------------------------------------
    def _make_homes(self, decisions: list["Decision"]) -> None:
        doors = self._doors(decisions)
        homes: dict[int, tuple[Home, list[date]]] = {}
        for decision in decisions:
            if decision.home.pk is None:
                _home, days = homes.setdefault(id(decision.home), (decision.home, []))
                days += [decision.person.came_on] if decision.person.came_on else []
        made = Household.objects.bulk_create(
            [self._household(home, doors[home.door], days) for home, days in homes.values()],
            batch_size=AT_ONCE,
        )
        for (home, _days), row in zip(homes.values(), made, strict=True):
            home.pk = row.pk
            self._note(EntryKind.ADDED, row.pk)

    def _doors(self, decisions: list["Decision"]) -> dict["Door", int]:
        """Key of each door's dwelling; a door that the register lacks is made as its first row says."""
        first: dict[Door, Person] = {}
        for decision in decisions:
            if decision.home.pk is None:
                first.setdefault(decision.home.door, decision.person)
        known = _dwellings(first)
        missing = [key for key in first if key not in known]
        made = Dwelling.objects.bulk_create(
            [
                Dwelling(
                    building_id=building,
                    entrance=entrance,
                    door=number,
                    floor=1 if first[key].floor is None else first[key].floor,
                    use=first[key].use or DwellingUse.OWN,
                )
                for key in missing
                for building, entrance, number in [key]
            ],
            batch_size=AT_ONCE,
        )
        return known | {key: row.pk for key, row in zip(missing, made, strict=True)}

    def _household(self, home: "Home", dwelling: int, came: list[date]) -> Household:
        """Due like one that came today: a family of twenty years that is entered now is not late."""
        since = min(came, default=None)
        if since and since < today() - rhythm.FIRST_LOOK_WITHIN:
            since = None
        level = VisitLevel.HALF_YEARLY
        due = rhythm.first_due(level, since=since or today(), calendar=current_calendar())
        return Household(
            dwelling_id=dwelling, kind=home.kind, since=since, visit_level=level, next_visit_on=due
        )

    def _add(self, decisions: list["Decision"]) -> None:
        rows = []
        for decision in decisions:
            person = decision.person
            assert decision.home.pk is not None
            row = Resident(
                household_id=decision.home.pk,
                name=person.name,
                sex=person.sex or "unknown",
                born_on=person.born_on,
                relation=person.relation or Relation.OTHER,
                phone=person.phone or "",
                id_number=person.id_number or "",
                came_on=person.came_on,
            )
            row.seal()
            rows.append(row)
        for row in Resident.objects.bulk_create(rows, batch_size=AT_ONCE):
            self._note(EntryKind.ADDED, row.household_id, row)

    def _note(
        self,
        kind: EntryKind,
        household: int,
        resident: Resident | None = None,
        *,
        changes: dict[str, list[Any]] | None = None,
    ) -> None:
        told = json.dumps(changes, ensure_ascii=False, cls=DjangoJSONEncoder) if changes else ""
        self.entries.append(
            RegisterEntry(
                kind=kind, by=self.by, household_id=household, resident=resident, on=None, changes=told
            )
        )


def _dwellings(doors: Iterable["Door"]) -> dict["Door", int]:
    buildings = {building for building, _entrance, _door in doors}
    rows = Dwelling.objects.filter(building__in=buildings).order_by()
    return {
        (building, entrance, door(written)): pk
        for pk, building, entrance, written in rows.values_list("pk", "building", "entrance", "door")
    }
