"""One residential grid: its doors, who lives behind them, who is cared for and was visited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from residents import rhythm
from residents.demo import needs, texts
from residents.demo.draw import Draw, Weighted
from residents.demo.families import Families, Family
from residents.demo.numbers import Numbers
from residents.demo.rounds import Almanac
from residents.demo.rows import (
    Book,
    CarePlanRow,
    ConsentRow,
    DwellingRow,
    EntryRow,
    HouseholdRow,
    ResidentRow,
)
from residents.terms import (
    CareBasis,
    ConsentHow,
    ConsentPurpose,
    DwellingUse,
    EntryKind,
    HouseholdKind,
    LeftHow,
    Relation,
    VisitLevel,
)
from wangguan.privacy import keyed_hash

SEED = "370103015:people:1"
OCCUPIED = 0.93
"""Doors of a grid to its planned households: some flats were put together, some are stores."""


@dataclass(frozen=True)
class House:
    """A building as the demo needs it."""

    id: int
    entrances: int
    latitude: float | None
    longitude: float | None
    address: str


@dataclass(frozen=True)
class Ground:
    """A grid to be filled: its houses and who serves it (keys of people).

    `number` counts the street's grids of its kind from 0.
    """

    id: int
    code: str
    number: int
    planned: int
    houses: tuple[House, ...]
    worker: int
    leader: int
    is_dedicated: bool = False


@dataclass(slots=True)
class Cared:
    """A household of today with what its visits depend on; its row is written with its next day."""

    key: int
    dwelling: int
    family: Family
    people: list[int]
    """Keys, in the order of the family."""
    house: House
    since: date
    level: VisitLevel
    cared_since: date
    under_care: list[int]
    """Keys of those with an open plan."""


@dataclass(frozen=True)
class Door:
    """What stands behind one door: its use, and the kinds of household there."""

    use: DwellingUse
    kinds: tuple[HouseholdKind, ...] = ()


_DOORS = Weighted(
    {
        Door(DwellingUse.OWN, (HouseholdKind.REGISTERED,)): 66.5,
        Door(DwellingUse.RENTED, (HouseholdKind.REGISTERED,)): 4,
        Door(DwellingUse.RENTED, (HouseholdKind.MIGRANT,)): 15.5,
        Door(DwellingUse.RENTED, (HouseholdKind.MIGRANT, HouseholdKind.ELSEWHERE)): 4.5,
        Door(DwellingUse.EMPTY, (HouseholdKind.ELSEWHERE,)): 5.5,
        Door(DwellingUse.EMPTY): 2.5,
        Door(DwellingUse.SHOP): 1.5,
    }
)
_HOW = Weighted({ConsentHow.PAPER: 55, ConsentHow.SPOKEN: 30, ConsentHow.PHONE: 10, ConsentHow.ONLINE: 5})


class Homes:
    """Fills a book with one grid's homes and people, and keeps those whom visits are planned for."""

    def __init__(self, ground: Ground, *, book: Book, almanac: Almanac) -> None:
        self.ground, self.book, self.almanac = ground, book, almanac
        self.draw = Draw(f"{SEED}:{ground.code}")
        self.today = almanac.today
        self.opened = self.today - timedelta(days=400)
        """When the register was begun."""
        self.families = Families(self.draw, Numbers(ground.number, self.draw), self.today)
        self.cared: list[Cared] = []
        self.texts = texts.load()

    def make(self) -> list[Cared]:
        """Everybody; returns the households that are here today."""
        for house, door in self._doors():
            kinds = self._kinds(door)
            for kind in kinds.kinds:
                self._household(house, door.id, kind)
            self.book.add(door._replace(use=kinds.use))
        return self.cared

    # --- doors ----------------------------------------------------------------------------
    def _doors(self) -> Iterator[tuple[House, DwellingRow]]:
        """As many doors as the grid has, floor by floor: two on a landing, three where it is crowded."""
        entrances = [(house, number + 1) for house in self.ground.houses for number in range(house.entrances)]
        if not entrances:
            return
        wanted = round(self.ground.planned * OCCUPIED)
        for place, (house, entrance) in enumerate(entrances):
            count = wanted * (place + 1) // len(entrances) - wanted * place // len(entrances)
            landing = 2 if count <= 14 else 3
            for nth in range(count):
                floor = nth // landing + 1
                door = f"{floor}{nth % landing + 1:02}"
                yield (
                    house,
                    DwellingRow(self.book.key(DwellingRow), house.id, entrance, floor, door, DwellingUse.OWN),
                )

    def _kinds(self, door: DwellingRow) -> Door:
        found = _DOORS.pick(self.draw)
        if found.use == DwellingUse.SHOP and door.floor > 1:
            return Door(DwellingUse.OWN, (HouseholdKind.REGISTERED,))
        return found

    # --- households and people ------------------------------------------------------------
    def _household(self, house: House, dwelling: int, kind: HouseholdKind) -> None:
        draw = self.draw
        since = self._since(kind)
        if kind == HouseholdKind.MIGRANT and draw.chance(0.06):
            self._gone(dwelling, since)
        family = self.families.make(kind)
        key = self.book.key(HouseholdRow)
        people = [self._resident(key, family, who, since) for who in range(len(family.people))]
        if draw.chance(0.02):
            self._lost(key, family, since)
        plans = self._plans(family, people)
        level = rhythm.tightest(plan.level for plan in plans)
        self.cared.append(
            Cared(
                key=key,
                dwelling=dwelling,
                family=family,
                people=people,
                house=house,
                since=since,
                level=level,
                cared_since=min((plan.since for plan in plans), default=self.today),
                under_care=[plan.resident_id for plan in plans],
            )
        )
        self._entry(EntryKind.ADDED, key, None, since)
        self._consents(people[0], since)

    def _since(self, kind: HouseholdKind) -> date:
        draw = self.draw
        if kind == HouseholdKind.MIGRANT:
            return self.today - timedelta(
                days=draw.between(2, 28) if draw.chance(0.03) else draw.between(60, 2200)
            )
        return self.today - timedelta(days=draw.between(200, 11000))

    def _resident(self, household: int, family: Family, who: int, since: date) -> int:
        person = family.people[who]
        key = self.book.key(ResidentRow)
        self.book.add(
            ResidentRow(
                id=key,
                household_id=household,
                name=person.name,
                sex=person.sex,
                born_on=person.born_on,
                relation=person.relation,
                phone=person.phone,
                id_number=person.id_number,
                came_on=max(since, person.born_on),
                left_on=None,
                left_how="",
                phone_hash=keyed_hash(person.phone),
                phone_tail_hash=keyed_hash(person.phone[-4:]),
                id_hash=keyed_hash(person.id_number),
            )
        )
        return key

    def _lost(self, household: int, family: Family, since: date) -> None:
        """Somebody who is no longer in it: an old one who died, a young one who moved away."""
        draw = self.draw
        died = family.oldest >= 70
        left_on = max(self.today - timedelta(days=draw.between(20, 700)), since)
        other = self.families.make(HouseholdKind.REGISTERED).head
        key = self.book.key(ResidentRow)
        self.book.add(
            ResidentRow(
                id=key,
                household_id=household,
                name=other.name,
                sex=other.sex,
                born_on=other.born_on,
                relation=Relation.SPOUSE if died else Relation.OTHER,
                phone="",
                id_number="",
                came_on=max(min(since, left_on), other.born_on),
                left_on=left_on,
                left_how=LeftHow.DIED if died else LeftHow.MOVED,
                phone_hash="",
                phone_tail_hash="",
                id_hash="",
            )
        )
        self._entry(EntryKind.DIED if died else EntryKind.MOVED_AWAY, household, key, left_on)

    def _gone(self, dwelling: int, until: date) -> None:
        """Tenants before these ones; they moved away when the others came, or a little before."""
        draw = self.draw
        left_on = max(until - timedelta(days=draw.between(1, 30)), self.opened + timedelta(days=1))
        if left_on >= self.today:
            return
        since = left_on - timedelta(days=draw.between(200, 1500))
        family = self.families.make(HouseholdKind.MIGRANT)
        key = self.book.key(HouseholdRow)
        for who in range(len(family.people)):
            resident = self._resident(key, family, who, since)
            moved = self.book.of(ResidentRow)[-1]._replace(left_on=left_on, left_how=LeftHow.MOVED)
            self.book.of(ResidentRow)[-1] = moved
            self._entry(EntryKind.MOVED_AWAY, key, resident, left_on)
        level = VisitLevel.HALF_YEARLY
        self.book.add(HouseholdRow(key, dwelling, HouseholdKind.MIGRANT, since, left_on, level, None, None))

    # --- what is agreed and decided -------------------------------------------------------
    def _consents(self, head: int, since: date) -> None:
        draw = self.draw
        if draw.chance(0.4):
            self._consent(head, ConsentPurpose.REGISTER, self._lately(since))
        if draw.chance(0.06):
            given_on = self._lately(since)
            withdrawn_on = self.today - timedelta(days=draw.below(30)) if draw.chance(0.05) else None
            self._consent(
                head,
                ConsentPurpose.MESSAGES,
                given_on,
                max(withdrawn_on, given_on) if withdrawn_on else None,
            )

    def _consent(
        self, resident: int, purpose: ConsentPurpose, given_on: date, withdrawn_on: date | None = None
    ) -> int:
        key = self.book.key(ConsentRow)
        self.book.add(
            ConsentRow(
                id=key,
                resident_id=resident,
                purpose=purpose,
                how=_HOW.pick(self.draw),
                given_on=given_on,
                recorded_by_id=self.ground.worker,
                recorded_at=self._moment(given_on),
                withdrawn_on=withdrawn_on,
            )
        )
        return key

    def _plans(self, family: Family, people: list[int]) -> list[CarePlanRow]:
        """The household's plans, those ended apart."""
        opened: dict[tuple[int, str], CarePlanRow] = {}
        consents: dict[int, int] = {}
        for wish in needs.wishes(family, self.draw):
            resident = people[wish.who]
            since = self._lately(self.today - timedelta(days=700))
            if wish.basis == CareBasis.CONSENT and resident not in consents:
                consents[resident] = self._consent(resident, ConsentPurpose.CARE, since)
            consent = consents.get(resident) if wish.basis == CareBasis.CONSENT else None
            plan = self._plan(resident, wish, since, consent)
            opened[resident, wish.group] = plan
            self.book.add(plan)
        if opened and self.draw.chance(0.04):
            self._ended(next(iter(opened.values())))
        return list(opened.values())

    def _plan(self, resident: int, wish: needs.Wish, since: date, consent: int | None) -> CarePlanRow:
        draw = self.draw
        review_on = since + timedelta(days=365)
        while review_on < self.today - timedelta(days=8):
            review_on += timedelta(days=365)
        return CarePlanRow(
            id=self.book.key(CarePlanRow),
            resident_id=resident,
            group=wish.group,
            group_hash=keyed_hash(f"care:{resident}:{wish.group}"),
            level=wish.level,
            reason=draw.pick(self.texts.reasons[wish.group]),
            basis=wish.basis,
            consent_id=consent,
            since=since,
            review_on=review_on,
            decided_by_id=self.ground.leader,
            decided_at=self._moment(since),
            ended_on=None,
            ended_why="",
        )

    def _ended(self, plan: CarePlanRow) -> None:
        """An earlier plan of the same person that has ended."""
        since = plan.since - timedelta(days=self.draw.between(100, 300))
        self.book.add(
            plan._replace(
                id=self.book.key(CarePlanRow),
                basis=CareBasis.DUTY,
                consent_id=None,
                since=since,
                decided_at=self._moment(since),
                review_on=since + timedelta(days=365),
                ended_on=plan.since,
                ended_why=self.draw.pick(self.texts.ended_why),
            )
        )

    # --- small things ---------------------------------------------------------------------
    def _lately(self, since: date) -> date:
        """A working day of the register's time, not before `since`."""
        first = max(since, self.opened)
        days = max((self.today - first).days, 1)
        return max(self.almanac.worked(self.today - timedelta(days=self.draw.between(1, days))), first)

    def _entry(self, kind: EntryKind, household: int, resident: int | None, on: date) -> None:
        at = self._moment(max(on, self.opened))
        key = self.book.key(EntryRow)
        self.book.add(EntryRow(key, at, on, kind, self.ground.leader, household, resident, ""))

    def _moment(self, day: date) -> datetime:
        """In working hours of that day, never later than yesterday."""
        return self.almanac.at(min(day, self.today - timedelta(days=1)), self.draw, range(9, 17))
