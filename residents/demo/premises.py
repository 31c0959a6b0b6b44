"""One dedicated grid: its venues, and the safety checks of the last year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import uscc

from residents import rhythm
from residents.demo import texts
from residents.demo.draw import Draw
from residents.demo.families import Families, Person
from residents.demo.homes import SEED, Ground, House
from residents.demo.numbers import Numbers
from residents.demo.rounds import Almanac
from residents.demo.rows import Book, CheckResultRow, FindingRow, VenueRow, VisitRow
from residents.demo.visits import near
from residents.terms import Checked, HouseholdKind, Met, Purpose, VenueKind, VisitLevel

HOW_MANY = {
    VenueKind.SHOP: 9, VenueKind.RESTAURANT: 6, VenueKind.WORKSHOP: 3, VenueKind.OFFICE: 3,
    VenueKind.ENTERTAINMENT: 2, VenueKind.FITNESS: 2, VenueKind.HOTEL: 1, VenueKind.CLINIC: 1,
    VenueKind.SCHOOL: 1, VenueKind.FLAMMABLE: 1, VenueKind.OTHER: 1,
}  # fmt: skip
FIRST_BLOCK = 60
"""Telephone numbers of dedicated grids stand behind those of the residential ones."""
CHECKED = VisitLevel.QUARTERLY
"""Venues are checked every three months, by the rule of a quarterly visit."""
_LARGEST = {VenueKind.SCHOOL: 400, VenueKind.OFFICE: 900, VenueKind.OTHER: 600}


@dataclass(frozen=True)
class Item:
    """An item of a checklist: its key and the kind of request that it becomes."""

    id: int
    words: str
    category: str


class Premises:
    """Fills a book with the venues of one grid. `checklists`: kind → its items in use."""

    def __init__(
        self, ground: Ground, *, book: Book, almanac: Almanac, checklists: Mapping[str, Sequence[Item]]
    ) -> None:
        self.ground, self.book, self.almanac, self.checklists = ground, book, almanac, checklists
        self.draw = Draw(f"{SEED}:venues:{ground.code}")
        self.today = almanac.today
        self.texts = texts.load()
        self.numbers = Numbers(FIRST_BLOCK + ground.number, self.draw)
        self.families = Families(self.draw, self.numbers, self.today)

    def make(self) -> None:
        kinds = [kind for kind, count in HOW_MANY.items() for _nth in range(count)]
        self.draw.shuffle(kinds)
        brands = self.draw.sample(self.texts.brands * 2, len(kinds))
        for nth, (kind, brand) in enumerate(zip(kinds, brands, strict=True)):
            house = self.ground.houses[nth % len(self.ground.houses)]
            self._venue(kind, brand, house, nth // len(self.ground.houses) + 1)

    def _venue(self, kind: VenueKind, brand: str, house: House, number: int) -> None:
        draw = self.draw
        key = self.book.key(VenueRow)
        name = f"{brand}{draw.pick(self.texts.venues[kind])}"
        contact = self._contact()
        closed = draw.chance(0.03)
        last, due = self._checks(key, kind, house)
        closed_on = self.almanac.worked(self.today - timedelta(days=draw.between(1, 60))) if closed else None
        self.book.add(
            VenueRow(
                id=key,
                name=name,
                kind=kind,
                grid_id=self.ground.id,
                building_id=house.id,
                address=f"{house.address}{number}号",
                size=self._size(kind),
                operator=f"市中区{name}（演示）",
                contact_name=contact.name,
                contact_phone=contact.phone or self.numbers.phone(),
                staff=draw.between(1, 12) if kind != VenueKind.OFFICE else draw.between(5, 60),
                licence=self._licence() if draw.chance(0.9) else "",
                licence_until=self.today + timedelta(days=draw.between(-40, 1500))
                if draw.chance(0.6)
                else None,
                has_party_organisation=draw.chance(0.25 if kind == VenueKind.OFFICE else 0.04),
                closed_on=closed_on,
                last_visit_on=last,
                next_visit_on=None if closed else due,
            )
        )

    def _contact(self) -> Person:
        while (person := self.families.make(HouseholdKind.MIGRANT).head).age > 70:
            pass
        return person

    def _size(self, kind: VenueKind) -> float | None:
        """Within the limit of its kind."""
        most = kind.limit.most if kind.limit else _LARGEST[kind]
        return float(self.draw.between(max(2, most // 12), max(3, most * 2 // 3)))

    def _licence(self) -> str:
        """A code whose check character fits, of a place that no district has."""
        digits = f"92370199{self.draw.below(10**9):09}"
        return digits + str(uscc.calc_check_digit(digits))

    # --- checks ---------------------------------------------------------------------------
    def _checks(self, venue: int, kind: VenueKind, house: House) -> tuple[date, date]:
        """Writes the year's checks, oldest first; the day of the last one, and by when the next is due."""
        draw, almanac = self.draw, self.almanac
        items = self.checklists.get(kind, ())
        fails = bool(items) and draw.chance(0.08)
        if fails:
            last = draw.pick(almanac.working[-rhythm.RECHECK_AFTER :])
        else:
            last = draw.pick((almanac.late if draw.chance(0.05) else almanac.on_time)[CHECKED])
        since = self.today - timedelta(days=draw.between(150, 3000))
        earlier = almanac.before(last, CHECKED, draw, since=since, cared_since=since)
        for day in reversed([last, *earlier]):
            self._check(venue, day, items, house, is_last=day is last, fails=fails and day is last)
        return last, rhythm.next_check(last=last, failed=fails, calendar=almanac.calendar)

    def _check(
        self, venue: int, day: date, items: Sequence[Item], house: House, *, is_last: bool, fails: bool
    ) -> None:
        """One check: what an earlier one found is settled, the last found something only if it `fails`."""
        draw = self.draw
        key = self.book.key(VisitRow)
        at = self.almanac.at(day, draw, (9, 10, 11, 14, 15, 16))
        has_point = house.latitude is not None and draw.chance(0.5)
        self.book.add(
            VisitRow(
                id=key,
                submission_id=f"{draw.getrandbits(128):032x}",
                grid_id=self.ground.id,
                household_id=None,
                resident_id=None,
                venue_id=venue,
                patrol_id=None,
                by_id=self.ground.worker,
                visited_at=at,
                recorded_at=at + timedelta(minutes=draw.between(1, 20)),
                purpose=Purpose.INSPECTION,
                met=Met.MET,
                note="",
                follow_up_on=None,
                latitude=near(house.latitude, draw) if has_point else None,
                longitude=near(house.longitude, draw) if has_point else None,
            )
        )
        wrong = {draw.below(len(items))} if fails or (items and not is_last and draw.chance(0.15)) else set()
        for nth, item in enumerate(items):
            self._result(key, item, day, is_wrong=nth in wrong, is_open=is_last)

    def _result(self, visit: int, item: Item, day: date, *, is_wrong: bool, is_open: bool) -> None:
        draw = self.draw
        outcome = (
            Checked.FAILED if is_wrong else Checked.NOT_APPLICABLE if draw.chance(0.06) else Checked.GOOD
        )
        finding = self._finding(visit, item, day, is_open=is_open) if is_wrong else None
        key = self.book.key(CheckResultRow)
        self.book.add(CheckResultRow(key, visit, item.id, outcome, finding))

    def _finding(self, visit: int, item: Item, day: date, *, is_open: bool) -> int:
        draw = self.draw
        key = self.book.key(FindingRow)
        settled_on = self.almanac.worked(day + timedelta(days=draw.between(3, 14)))
        words = "当场告知经营者，答应三天内整改。"
        settled_at = None if is_open else self.almanac.at(settled_on, draw, (17,))
        by = None if is_open else self.ground.worker
        self.book.add(FindingRow(key, visit, "", item.category, words, settled_at, by))
        return key
