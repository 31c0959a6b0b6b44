"""Residents out of a file: who is known already, who is new, and which household they belong to.

A person is known by the ID number, else by door, name and birth date, among those who live behind that
door today. Empty cells say nothing: they never empty what the register holds. Nobody is moved and no
household is changed by a file, both have consequences that somebody decides on the household's page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from grids.models import User
from residents import identity
from residents.models import Dwelling, Household, Resident
from residents.services.exchange.columns import People, door
from residents.services.exchange.importer import Importer, RowRefused, differing
from residents.services.exchange.people_writer import Writer
from residents.services.exchange.places import Buildings
from residents.terms import HouseholdKind, LeftHow, Relation, Sex
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

Door = tuple[int, int, str]
"""Building, entrance, door."""


@dataclass(slots=True)
class Person:
    """A row that is right in itself."""

    line: int
    door: Door
    values: dict[str, Any] = field(repr=False)
    id_hash: str = field(repr=False, default="")
    phone_hash: str = field(repr=False, default="")

    @property
    def group(self) -> int:
        return self.door[0]

    def __getattr__(self, name: str) -> Any:
        """A cell by its attribute; None where the row says nothing."""
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(slots=True)
class Known:
    """Somebody of the register who lives behind one of the doors; nothing is decrypted for this."""

    pk: int
    household: int
    name: str
    sex: str
    born_on: date | None
    relation: str
    came_on: date | None
    phone_hash: str
    id_hash: str
    version: int


@dataclass(slots=True)
class Home:
    """A household: one of the register (`pk`), or one to be made for this door."""

    door: Door
    kind: str
    pk: int | None = None
    head: int | None = None
    """Key of whoever is head today."""
    head_line: int | None = None
    """Row that made itself head."""


@dataclass(slots=True)
class Decision:
    """What becomes of a row that is not refused."""

    person: Person
    home: Home
    known: Known | None = None
    changes: dict[str, Any] = field(default_factory=dict, repr=False)


class PeopleImport(Importer[Person]):
    register = People

    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.buildings = Buildings(self.scope)
        self._by_id: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_name: dict[tuple[Door, str, date | None], int] = {}

    # --- one row --------------------------------------------------------------------------
    def understand(self, number: int, values: dict[str, Any]) -> Person:
        _agree_with_id(values, self.columns)
        try:
            place = self.buildings.find(values.pop("building"))
        except Refused as refused:
            raise RowRefused.from_refused(self.columns.heading("building"), refused) from refused
        key = (place.pk, values.pop("entrance") or 1, values.pop("door"))
        person = Person(number, key, values, keyed_hash(values["id_number"] or ""))
        person.phone_hash = keyed_hash(values["phone"] or "")
        self._only_once(person)
        return person

    def _only_once(self, person: Person) -> None:
        """Raises: RowRefused: an earlier row is the same person."""
        for other in self._by_id[person.id_hash] if person.id_hash else ():
            if other.door == person.door or not _lives_twice(other.kind, person.kind):
                raise RowRefused((self.columns.heading("id_number"), _same(other.line)))
        key = (person.door, person.name, person.born_on)
        if (line := self._by_name.setdefault(key, person.line)) != person.line:
            raise RowRefused((self.columns.heading("name"), _same(line)))
        self._by_id[person.id_hash].append(person)

    # --- a batch --------------------------------------------------------------------------
    def settle(self, batch: list[Person], *, write: bool) -> None:
        decisions = Judge(batch).decide(self.refuse)
        for decision in decisions:
            if decision.known is None:
                self.outcome.create(decision.person.line)
            elif decision.changes:
                self.outcome.change(decision.person.line, self.columns.named(list(decision.changes)))
            else:
                self.outcome.keep()
        if write:
            Writer(self.by).write(decisions)

    def refuse(self, person: Person, attribute: str, why: str) -> None:
        self.outcome.refuse(person.line, self.columns.heading(attribute), why)


def _agree_with_id(values: dict[str, Any], columns: Any) -> None:
    """Birth date and sex as the ID number says, where there is one.

    Raises:
        RowRefused: the row says otherwise.
    """
    if values["sex"] == Sex.UNKNOWN:
        values["sex"] = None
    if not (number := values["id_number"]):
        return
    told = {"born_on": identity.born_on(number), "sex": identity.sex(number)}
    wrong = [
        (columns.heading(name), _("The ID number says something else."))
        for name, value in told.items()
        if values[name] is not None and values[name] != value
    ]
    if wrong:
        raise RowRefused(*wrong)
    values.update(told)


def _lives_twice(*kinds: str | None) -> bool:
    """Registered in one home and living in another: the one case in which somebody stands twice."""
    return HouseholdKind.ELSEWHERE in kinds


def _same(line: int) -> str:
    return _("This person stands in row %(row)d already.") % {"row": line}


class Judge:
    """Decides a batch against the register as it stands."""

    def __init__(self, batch: list[Person]) -> None:
        self.batch = batch
        self.homes: defaultdict[Door, list[Home]] = defaultdict(list)
        self.people: defaultdict[Door, list[Known]] = defaultdict(list)
        self._homes_by_pk: dict[int, Home] = {}
        self._read_homes({person.group for person in batch})
        self._read_people()
        hashes = [person.id_hash for person in batch if person.id_hash]
        self._elsewhere = _elsewhere(hashes)
        gone = Resident.objects.filter(id_hash__in=hashes, left_how=LeftHow.DIED).order_by()
        self._dead = set(gone.values_list("id_hash", flat=True))
        self._stated: defaultdict[Door, set[str]] = defaultdict(set)
        for person in batch:
            if person.kind:
                self._stated[person.door].add(person.kind)
        self._claimed: dict[int, int] = {}

    def _read_homes(self, buildings: set[int]) -> None:
        doors = Dwelling.objects.filter(building__in=buildings).order_by()
        self.dwellings: dict[int, Door] = {
            pk: (building, entrance, door(written))
            for pk, building, entrance, written in doors.values_list("pk", "building", "entrance", "door")
        }
        rows = Household.objects.here().filter(dwelling__building__in=buildings).order_by("pk")
        for pk, dwelling, kind in rows.values_list("pk", "dwelling", "kind"):
            home = Home(self.dwellings[dwelling], kind, pk)
            self._homes_by_pk[pk] = home
            self.homes[home.door].append(home)

    def _read_people(self) -> None:
        names = ("pk", "household", "name", "sex", "born_on", "relation", "came_on")
        rows = Resident.objects.here().filter(household__in=self._homes_by_pk).order_by("pk")
        for values in rows.values_list(*names, "phone_hash", "id_hash", "version"):
            known = Known(*values)
            home = self._homes_by_pk[known.household]
            self.people[home.door].append(known)
            if known.relation == Relation.HEAD:
                home.head = known.pk

    # --- decisions ------------------------------------------------------------------------
    def decide(self, refuse: Any) -> list[Decision]:
        """A decision for each row; `refuse(person, attribute, sentence)` hears of those that get none."""
        decisions = []
        for person in self.batch:
            try:
                decisions.append(self._decide(person))
            except Refused as refused:
                refuse(person, refused.field, refused.sentence)
        return self._with_heads(decisions, refuse)

    def _decide(self, person: Person) -> Decision:
        known = self._known(person)
        if known is None:
            self._not_elsewhere(person)
            return Decision(person, self._home(person))
        home = self._homes_by_pk[known.household]
        if person.kind and person.kind != home.kind:
            raise Refused(
                _("This person's household is kept as another kind; change it on the household's page."),
                field="kind",
            )
        if (line := self._claimed.setdefault(known.pk, person.line)) != person.line:
            raise Refused(_same(line), field="name")
        return Decision(person, home, known, _changes(person, known))

    def _known(self, person: Person) -> Known | None:
        here = self.people.get(person.door, [])
        if person.id_hash and (found := [one for one in here if one.id_hash == person.id_hash]):
            of_kind = [one for one in found if self._homes_by_pk[one.household].kind == person.kind]
            return (of_kind or found)[0]
        found = [one for one in here if _same_person(person, one)]
        if len(found) > 1:
            raise Refused(
                _("Several people of this name live behind this door; give the ID number."), field="name"
            )
        return found[0] if found else None

    def _not_elsewhere(self, person: Person) -> None:
        if person.id_hash in self._dead:
            raise Refused(_("The register says that this person has died."), field="id_number")
        kinds = self._elsewhere.get(person.id_hash, [])
        if kinds and not _lives_twice(person.kind, *kinds):
            raise Refused(
                _("This person is in the register behind another door; move them on their page."),
                field="id_number",
            )

    def _home(self, person: Person) -> Home:
        """The household at this door, or one to be made; the file's own rows agree on one."""
        kind = person.kind
        homes = [home for home in self.homes[person.door] if kind in (None, home.kind)]
        if not homes and kind is None:
            stated = self._stated[person.door] or {HouseholdKind.REGISTERED.value}
            kind = next(iter(stated)) if len(stated) == 1 else None
        if len(homes) > 1 or (not homes and kind is None):
            raise Refused(
                _("Several households live behind this door; enter this person on the household's page."),
                field="kind",
            )
        if not homes:
            homes = [Home(person.door, str(kind))]
            self.homes[person.door] += homes
        return homes[0]

    def _with_heads(self, decisions: list[Decision], refuse: Any) -> list[Decision]:
        """Those that leave each household with one head at most; who stops being head makes room."""
        for decision in decisions:
            if decision.known and decision.home.head == decision.known.pk and _stops_being_head(decision):
                decision.home.head = None
        kept = []
        for decision in decisions:
            if decision.person.relation == Relation.HEAD and not _becomes_head(decision):
                refuse(decision.person, "relation", _("This household has a head already."))
            else:
                kept.append(decision)
        return kept


def _stops_being_head(decision: Decision) -> bool:
    return decision.changes.get("relation", Relation.HEAD) != Relation.HEAD


def _becomes_head(decision: Decision) -> bool:
    """Whether the household has room for this head; the room is taken then."""
    home, known = decision.home, decision.known
    if home.head is not None:
        return known is not None and home.head == known.pk
    if home.head_line is not None:
        return False
    home.head_line = decision.person.line
    return True


def _same_person(person: Person, known: Known) -> bool:
    """By name and birth date; where one side does not know the date, the ID numbers may not differ."""
    if person.name != known.name:
        return False
    if person.born_on and known.born_on:
        return bool(person.born_on == known.born_on)
    return not (person.id_hash and known.id_hash)


def _changes(person: Person, known: Known) -> dict[str, Any]:
    """Attribute → new value."""
    names = ("name", "sex", "born_on", "relation", "came_on")
    changes = differing((name, getattr(known, name), getattr(person, name)) for name in names)
    if person.phone_hash and person.phone_hash != known.phone_hash:
        changes["phone"] = person.phone
    if person.id_hash and person.id_hash != known.id_hash:
        changes["id_number"] = person.id_number
    return changes


def _elsewhere(hashes: Iterable[str]) -> dict[str, list[str]]:
    """ID hash → kinds of the households in which this person lives today."""
    rows = Resident.objects.here().filter(id_hash__in=list(hashes)).order_by()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for id_hash, kind in rows.values_list("id_hash", "household__kind"):
        found[id_hash].append(kind)
    return found
