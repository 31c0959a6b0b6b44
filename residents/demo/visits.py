"""The year's visits of one grid: what they found, what follows, and when each home is due again."""

from datetime import date, datetime, timedelta

from residents import rhythm
from residents.demo import texts
from residents.demo.draw import Draw, Weighted
from residents.demo.homes import SEED, Cared, Ground
from residents.demo.rounds import Almanac
from residents.demo.rows import Book, CareEventRow, FindingRow, HouseholdRow, PatrolRow, VisitRow
from residents.terms import CareEventKind, HouseholdKind, Met, Need, Purpose

USUALLY_BEHIND = (0.008, 0.04)
"""Share of a grid's homes that are due today or late: from grid to grid between these."""
BEHIND = {"370103015005003": 0.018}
"""Grids of the demo's accounts, whose morning list is to be worth looking at and no reproach."""
DAYTIME, EVENING = (9, 9, 10, 10, 11, 14, 15, 15, 16, 16), (17, 18, 18, 19)
STILL_OPEN = timedelta(days=25)
"""Only what was found lately may be open still."""
_NEEDS = Weighted(
    {
        Need.OLD_AGE: 14, Need.PAPERS: 14, Need.LEAK: 13, Need.PROPERTY: 16, Need.WIRING: 9, Need.POOR: 6,
        Need.NEIGHBOURS: 8, Need.WORK: 6, Need.DISABILITY: 4, Need.HEALTH: 3, Need.CHILD: 2, Need.GAS: 3,
        Need.OTHER: 2,
    }
)  # fmt: skip
_EVENTS = Weighted(
    {
        CareEventKind.HOSPITAL: 45, CareEventKind.DISPUTE: 25, CareEventKind.LOSS: 12,
        CareEventKind.DISASTER: 6, CareEventKind.OTHER: 12,
    }
)  # fmt: skip


class Rounds:
    """Fills a book with the visits of one grid's homes, and writes the homes themselves."""

    def __init__(self, ground: Ground, *, book: Book, almanac: Almanac) -> None:
        self.ground, self.book, self.almanac = ground, book, almanac
        self.draw = Draw(f"{SEED}:rounds:{ground.code}")
        self.today = almanac.today
        self.texts = texts.load()
        self.follow_ups: dict[int, date | None] = {}
        """Household → what its newest visit set."""

    def make(self, homes: list[Cared]) -> None:
        behind = BEHIND.get(self.ground.code) or self.draw.uniform(*USUALLY_BEHIND)
        late = {home.key for home in self.draw.sample(homes, round(behind * len(homes)))}
        for home in homes:
            last = self._visits(home, late=home.key in late)
            event = self._event(home, last)
            self._write(home, last, event)
        self._patrols()

    def _write(self, home: Cared, last: date | None, event: date | None) -> None:
        """The home itself, due by what `residents.services.care.reckon` would say."""
        if last:
            usual = self.almanac.due[home.level][last]
        else:
            usual = rhythm.first_due(home.level, since=home.since, calendar=self.almanac.calendar)
        days = (usual, event, self.follow_ups.get(home.key))
        self.book.add(
            HouseholdRow(
                id=home.key,
                dwelling_id=home.dwelling,
                kind=home.family.kind,
                since=home.since,
                left_on=None,
                visit_level=home.level,
                last_visit_on=last,
                next_visit_on=min(day for day in days if day),
            )
        )

    # --- visits ---------------------------------------------------------------------------
    def _visits(self, home: Cared, *, late: bool) -> date | None:
        """Writes the year's visits, oldest first; the day of the last that met somebody."""
        last = self.almanac.last_visit(home.level, home.since, self.draw, late=late)
        if last is None:
            return None
        earlier = self.almanac.before(
            last, home.level, self.draw, since=home.since, cared_since=home.cared_since
        )
        days = [last, *earlier]
        for day in reversed(days):
            self._visit(home, day, is_last=day is last)
        return last

    def _visit(self, home: Cared, day: date, *, is_last: bool) -> None:
        """A visit that met somebody, perhaps after one in vain."""
        draw = self.draw
        if draw.random() < 0.05:
            self._in_vain(home, self.almanac.worked(day - timedelta(days=draw.between(1, 3))))
        cares = bool(home.under_care) and day >= home.cared_since
        by_phone = home.family.kind == HouseholdKind.ELSEWHERE or draw.random() < 0.05
        note = ""
        if draw.random() < (0.7 if is_last else 0.15):
            note = draw.pick(self.texts.notes["care" if cares else "routine"])
        key = self._row(
            home,
            day,
            purpose=Purpose.CARE if cares else Purpose.POLICY if draw.random() < 0.1 else Purpose.ROUTINE,
            met=Met.PHONE if by_phone else Met.MET,
            resident=draw.pick(home.under_care) if cares else None,
            note=note,
        )
        if draw.random() < 0.035:
            self._finding(key, day)
        if is_last and draw.random() < 0.012:
            self._in_vain(
                home, self.almanac.worked(self.today - timedelta(days=draw.between(1, 4))), after=day
            )

    def _in_vain(self, home: Cared, day: date, *, after: date | None = None) -> None:
        """Nobody at home: soon somebody looks in again. `after`: only when the day lies later."""
        if (after and day <= after) or day < home.since:
            return
        met = Met.REFUSED if self.draw.random() < 0.1 else Met.NOBODY
        again = self.almanac.try_again(day)
        note = self.draw.pick(self.texts.notes["nobody"]) if met == Met.NOBODY else ""
        self._row(home, day, purpose=Purpose.ROUTINE, met=met, note=note, follow_up_on=again)
        if after:
            self.follow_ups[home.key] = again

    def _row(
        self,
        home: Cared,
        day: date,
        *,
        purpose: str,
        met: str,
        resident: int | None = None,
        note: str = "",
        follow_up_on: date | None = None,
    ) -> int:
        draw, house = self.draw, home.house
        works = home.family.oldest < 60
        at = self.almanac.at(day, draw, EVENING if works and draw.random() < 0.5 else DAYTIME)
        has_point = house.latitude is not None and met != Met.PHONE and draw.random() < 0.3
        key = self.book.key(VisitRow)
        self.book.add(
            VisitRow(
                id=key,
                submission_id=f"{draw.getrandbits(128):032x}",
                grid_id=self.ground.id,
                household_id=home.key,
                resident_id=resident,
                venue_id=None,
                patrol_id=None,
                by_id=self.ground.leader if draw.random() < 0.08 else self.ground.worker,
                visited_at=at,
                recorded_at=at + timedelta(minutes=draw.between(1, 40)),
                purpose=purpose,
                met=met,
                note=note,
                follow_up_on=follow_up_on,
                latitude=near(house.latitude, draw) if has_point else None,
                longitude=near(house.longitude, draw) if has_point else None,
            )
        )
        return key

    # --- what was found and what happened -------------------------------------------------
    def _finding(self, visit: int, day: date) -> None:
        draw = self.draw
        need = _NEEDS.pick(draw)
        settled_on = self.almanac.worked(day + timedelta(days=draw.between(1, 15)))
        is_open = day > self.today - STILL_OPEN and (settled_on >= self.today or draw.chance(0.5))
        settled_at = None if is_open else self.almanac.at(max(settled_on, day), draw, (20,))
        self.book.add(
            FindingRow(
                id=self.book.key(FindingRow),
                visit_id=visit,
                need=need,
                category=need.category,
                words=draw.pick(self.texts.needs[need]),
                settled_at=settled_at,
                settled_by_id=None if is_open else self.ground.worker,
            )
        )

    def _event(self, home: Cared, last: date | None) -> date | None:
        """Something happened in a few homes; the day to look in by, while nobody has."""
        draw = self.draw
        if last is None or draw.random() >= 0.012:
            return None
        lately = self.almanac.worked(self.today - timedelta(days=draw.between(1, 3)))
        is_open = lately > last and draw.chance(0.35)
        on = lately if is_open else min(last, self.almanac.worked(last - timedelta(days=draw.below(4))))
        look_by = rhythm.look_by(on, calendar=self.almanac.calendar)
        kind = _EVENTS.pick(draw)
        self.book.add(
            CareEventRow(
                id=self.book.key(CareEventRow),
                household_id=home.key,
                kind=kind,
                on=on,
                look_by=look_by,
                note=self.texts.events[kind],
                noted_by_id=self.ground.worker,
                noted_at=self.almanac.at(on, draw, (8,)),
                settled_on=None if is_open else last,
            )
        )
        return look_by if is_open else None

    def _patrols(self) -> None:
        """One round a week through the grid, for the last eight weeks, with a stop now and then."""
        draw = self.draw
        for week in range(8, 0, -1):
            day = self.almanac.worked(self.today - timedelta(days=7 * week - draw.between(1, 5)))
            started = self.almanac.at(day, draw, (9, 10, 15, 16))
            key = self.book.key(PatrolRow)
            self.book.add(
                PatrolRow(
                    id=key,
                    grid_id=self.ground.id,
                    by_id=self.ground.worker,
                    submission_id=f"{draw.getrandbits(128):032x}",
                    started_at=started,
                    ended_at=started + timedelta(minutes=draw.between(25, 70)),
                    note="",
                )
            )
            if draw.chance(0.5):
                self._stop(key, started + timedelta(minutes=draw.between(5, 20)))

    def _stop(self, patrol: int, at: datetime) -> None:
        draw = self.draw
        house = draw.pick(self.ground.houses)
        self.book.add(
            VisitRow(
                id=self.book.key(VisitRow),
                submission_id=f"{draw.getrandbits(128):032x}",
                grid_id=self.ground.id,
                household_id=None,
                resident_id=None,
                venue_id=None,
                patrol_id=patrol,
                by_id=self.ground.worker,
                visited_at=at,
                recorded_at=at + timedelta(minutes=1),
                purpose=Purpose.PATROL,
                met=Met.MET,
                note=f"{house.address}周边看过，消防通道畅通。",
                follow_up_on=None,
                latitude=near(house.latitude, draw),
                longitude=near(house.longitude, draw),
            )
        )


def near(degrees: float | None, draw: Draw) -> float | None:
    """A point within some ten metres."""
    return None if degrees is None else round(degrees + draw.uniform(-0.0001, 0.0001), 6)
