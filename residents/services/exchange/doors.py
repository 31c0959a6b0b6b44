"""Dwellings out of a file: known by building, entrance and door."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from grids.models import User
from residents.models import Dwelling, Household, RegisterEntry
from residents.services.exchange.columns import Doors, door
from residents.services.exchange.importer import Importer, RowRefused, differing
from residents.services.exchange.places import Buildings
from residents.terms import DwellingUse, EntryKind
from wangguan.refusals import Refused

AT_ONCE = 500


@dataclass(slots=True)
class Flat:
    line: int
    door: tuple[int, int, str]
    floor: int | None
    use: str | None
    pk: int | None = None
    """Of the dwelling of the register that it is."""
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> int:
        return self.door[0]


class DoorsImport(Importer[Flat]):
    register = Doors

    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.buildings = Buildings(self.scope)
        self._seen: dict[tuple[int, int, str], int] = {}

    def understand(self, number: int, values: dict[str, Any]) -> Flat:
        try:
            place = self.buildings.find(values["building"])
        except Refused as refused:
            raise RowRefused.from_refused(self.columns.heading("building"), refused) from refused
        key = (place.pk, values["entrance"] or 1, values["door"])
        if (line := self._seen.setdefault(key, number)) != number:
            why = _("This door stands in row %(row)d already.") % {"row": line}
            raise RowRefused((self.columns.heading("door"), why))
        return Flat(number, key, values["floor"], values["use"])

    def settle(self, batch: list[Flat], *, write: bool) -> None:
        self._compare(batch)
        for flat in batch:
            if flat.pk is None:
                self.outcome.create(flat.line)
            elif flat.changes:
                self.outcome.change(flat.line, self.columns.named(list(flat.changes)))
            else:
                self.outcome.keep()
        if write:
            self._add([flat for flat in batch if flat.pk is None])
            self._change([flat for flat in batch if flat.changes])

    def _compare(self, batch: Iterable[Flat]) -> None:
        rows = Dwelling.objects.filter(building__in={flat.group for flat in batch}).order_by()
        known = {
            (row.building_id, row.entrance, door(row.door)): row
            for row in rows.only("building", "entrance", "door", "floor", "use")
        }
        for flat in batch:
            if row := known.get(flat.door):
                flat.pk = row.pk
                flat.changes = differing(
                    (("floor", row.floor, flat.floor), ("use", str(row.use), flat.use and str(flat.use)))
                )

    def _add(self, flats: list[Flat]) -> None:
        Dwelling.objects.bulk_create(
            [
                Dwelling(
                    building_id=flat.door[0],
                    entrance=flat.door[1],
                    door=flat.door[2],
                    floor=1 if flat.floor is None else flat.floor,
                    use=flat.use or DwellingUse.OWN,
                )
                for flat in flats
            ],
            batch_size=AT_ONCE,
        )

    def _change(self, flats: list[Flat]) -> None:
        """With an entry for each household that lives there."""
        changes = {flat.pk: flat.changes for flat in flats}
        rows = Dwelling.objects.select_for_update().in_bulk(list(changes))
        homes = (
            Household.objects.here().filter(dwelling__in=rows).order_by("pk").values_list("pk", "dwelling")
        )
        entries = []
        for household, dwelling in homes:
            told = {name: [getattr(rows[dwelling], name), new] for name, new in changes[dwelling].items()}
            entries.append(
                RegisterEntry(
                    kind=EntryKind.IMPORTED,
                    by=self.by,
                    household_id=household,
                    changes=json.dumps(told, ensure_ascii=False),
                )
            )
        for pk, row in rows.items():
            for name, new in changes[pk].items():
                setattr(row, name, new)
        Dwelling.objects.bulk_update(rows.values(), ["floor", "use"], batch_size=AT_ONCE)
        RegisterEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
