"""Writing the register's history beside the change it tells of, in the same transaction."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model
from django.utils.translation import gettext as _

from grids.models import User
from residents.models import Household, RegisterEntry, Resident
from residents.terms import EntryKind
from wangguan.refusals import Refused

DOUBLE_TAP = timedelta(minutes=10)
"""The same entry again by the same person within this time is the same press."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the row first; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed this meanwhile. This is how it stands now; your entries are kept below.")
        )


def note(
    kind: EntryKind,
    *,
    by: User | None,
    household: Household | None = None,
    resident: Resident | None = None,
    on: date | None = None,
    changes: dict[str, list[Any]] | None = None,
) -> RegisterEntry:
    """Write one entry. `changes`: field → [before, after], encrypted with it."""
    return RegisterEntry.objects.create(
        kind=kind,
        by=by,
        household=household or (resident.household if resident else None),
        resident=resident,
        on=on,
        changes=json.dumps(changes, ensure_ascii=False, cls=DjangoJSONEncoder) if changes else "",
    )


def write(row: Household | Resident, fields: dict[str, Any], *, version: int) -> dict[str, list[Any]]:
    """Set `fields` on the row if it still stands at `version`; what changed, field → [before, after].

    Raises:
        ChangedMeanwhile: it does not.
    """
    changes = {
        name: [getattr(row, name), value] for name, value in fields.items() if getattr(row, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    if isinstance(row, Resident):
        row.seal()
    stored = {name: getattr(row, name) for name in (*changes, *_hashes(row))}
    model: type[Model] = type(row)
    moved = model._default_manager.filter(pk=row.pk, version=version).update(
        version=F("version") + 1, **stored
    )
    if not moved:
        raise ChangedMeanwhile
    row.version = version + 1
    return _plain(changes)


def _hashes(row: Household | Resident) -> Iterable[str]:
    return ("phone_hash", "phone_tail_hash", "id_hash") if isinstance(row, Resident) else ()


def _plain(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows as their keys, everything else as it is."""
    return {
        name: [value.pk if isinstance(value, Model) else value for value in pair]
        for name, pair in changes.items()
    }
