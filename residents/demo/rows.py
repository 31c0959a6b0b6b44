"""Rows as they are copied: one named tuple per table, its fields named as the columns.

Words and numbers stand in the open here; `residents.demo.copying` encrypts what its model encrypts.
Columns that are missing get their model's default.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model

from residents import models


class DwellingRow(NamedTuple):
    id: int
    building_id: int
    entrance: int
    floor: int
    door: str
    use: str


class HouseholdRow(NamedTuple):
    id: int
    dwelling_id: int
    kind: str
    since: date
    left_on: date | None
    visit_level: str
    last_visit_on: date | None
    next_visit_on: date | None


class ResidentRow(NamedTuple):
    id: int
    household_id: int
    name: str
    sex: str
    born_on: date
    relation: str
    phone: str
    id_number: str
    came_on: date
    left_on: date | None
    left_how: str
    phone_hash: str
    phone_tail_hash: str
    id_hash: str


class ConsentRow(NamedTuple):
    id: int
    resident_id: int
    purpose: str
    how: str
    given_on: date
    recorded_by_id: int
    recorded_at: datetime
    withdrawn_on: date | None


class CarePlanRow(NamedTuple):
    id: int
    resident_id: int
    group: str
    group_hash: str
    level: str
    reason: str
    basis: str
    consent_id: int | None
    since: date
    review_on: date
    decided_by_id: int
    decided_at: datetime
    ended_on: date | None
    ended_why: str


class CareEventRow(NamedTuple):
    id: int
    household_id: int
    kind: str
    on: date
    look_by: date
    note: str
    noted_by_id: int
    noted_at: datetime
    settled_on: date | None


class EntryRow(NamedTuple):
    id: int
    at: datetime
    on: date
    kind: str
    by_id: int
    household_id: int
    resident_id: int | None
    changes: str


class PatrolRow(NamedTuple):
    id: int
    grid_id: int
    by_id: int
    submission_id: str
    started_at: datetime
    ended_at: datetime
    note: str


class VenueRow(NamedTuple):
    id: int
    name: str
    kind: str
    grid_id: int
    building_id: int
    address: str
    size: float | None
    operator: str
    contact_name: str
    contact_phone: str
    staff: int
    licence: str
    licence_until: date | None
    has_party_organisation: bool
    closed_on: date | None
    last_visit_on: date | None
    next_visit_on: date | None


class VisitRow(NamedTuple):
    id: int
    submission_id: str
    grid_id: int
    household_id: int | None
    resident_id: int | None
    venue_id: int | None
    patrol_id: int | None
    by_id: int
    visited_at: datetime
    recorded_at: datetime
    purpose: str
    met: str
    note: str
    follow_up_on: date | None
    latitude: float | None
    longitude: float | None


class FindingRow(NamedTuple):
    id: int
    visit_id: int
    need: str
    category: str
    words: str
    settled_at: datetime | None
    settled_by_id: int | None


class CheckResultRow(NamedTuple):
    id: int
    visit_id: int
    item_id: int
    outcome: str
    finding_id: int | None


class ErrandRow(NamedTuple):
    id: int
    household_id: int
    resident_id: int
    submission_id: str
    kind: str
    words: str
    state: str
    due_on: date | None
    asked_at: datetime
    noted_by_id: int
    taken_by_id: int | None
    taken_at: datetime | None
    done_at: datetime | None
    handed_at: datetime | None
    signature: str
    cancelled_at: datetime | None
    cancelled_why: str


Row = tuple[Any, ...]
R = TypeVar("R", bound=Row)

# In the order of writing: what is pointed to comes first.
TABLES: Mapping[type[Row], type[Model]] = {
    DwellingRow: models.Dwelling,
    HouseholdRow: models.Household,
    ResidentRow: models.Resident,
    ConsentRow: models.Consent,
    CarePlanRow: models.CarePlan,
    CareEventRow: models.CareEvent,
    EntryRow: models.RegisterEntry,
    PatrolRow: models.Patrol,
    VenueRow: models.Venue,
    VisitRow: models.Visit,
    FindingRow: models.Finding,
    CheckResultRow: models.CheckResult,
    ErrandRow: models.Errand,
}


class Book:
    """Rows of every table, and the keys they get."""

    def __init__(self, first_keys: Mapping[type[Row], int] | None = None) -> None:
        """`first_keys`: the first key of each table; 1 unless given."""
        first = first_keys or {}
        self._next = {kind: first.get(kind, 1) for kind in TABLES}
        self.rows: dict[type[Row], list[Any]] = defaultdict(list)

    def key(self, kind: type[Row]) -> int:
        """The next row's key in its table."""
        key = self._next[kind]
        self._next[kind] = key + 1
        return key

    def add(self, row: Row) -> None:
        self.rows[type(row)].append(row)

    def of(self, kind: type[R]) -> list[R]:
        return self.rows[kind]

    def last_keys(self) -> dict[type[Row], int]:
        """The last key given in each table; 0 where none was."""
        return {kind: key - 1 for kind, key in self._next.items()}

    def clear(self) -> None:
        """Forget the rows, which are written; keys go on."""
        self.rows.clear()
