"""What is told in the demo: by whom, where, when, and which plan it follows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from grids.demo import DRAGON_GRID, THIRD_GRID
from grids.locate import Place
from grids.models import Building, Grid, GridKind
from requests_app import deadlines
from requests_app.deadlines import Limit
from requests_app.demo import plans, texts
from requests_app.demo.plans import Ending, Plan, Reach, daytime
from requests_app.demo.texts import Matter
from requests_app.models import Category
from requests_app.workflow import Source, Urgency
from wangguan.workdays import current_calendar

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩"
_OWN_HOME = re.compile("[我俺咱]")
# What is told of offices, shops and markets.
STREET_SIDE = ("0101", "0201", "0202", "0203", "0304", "0405", "0501", "0502", "0503", "0606", "1003", "1105")
# Groups of what is easily settled only for a while.
COMES_BACK = ("01", "05", "06", "07", "09")
# What keeps people awake.
BY_NIGHT = ("0301",)
_FROM_RESIDENTS = (Source.WEB, Source.WEB, Source.WEB, Source.QR, Source.QR)
_FROM_STAFF = (Source.WECHAT_GROUP, Source.WECHAT_GROUP, Source.PHONE, Source.VISIT, Source.HOTLINE)


@dataclass(frozen=True)
class Case:
    """One matter before it is told.

    `grid` is where it happened, whatever `place` says; `letter` is the answer it will get;
    `why` the inside reason of a decline; `same_as` the index of the case that told the same before.
    """

    index: int
    plan: Plan
    category: Category
    told: str
    letter: str
    place: Place
    grid: Grid
    at: datetime
    source: str
    name: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    may_publish: bool = False
    about_staff: bool = False
    why: str = ""
    same_as: int | None = None

    def draw(self) -> Random:
        """This case's own chances, whatever happens to the others."""
        return Random(f"{plans.SEED}:{self.index}")


class Casting:
    """Draws the cases; the same territory, seed and moment give the same ones."""

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        self.draw = Random(plans.SEED)
        self.words = texts.load()
        self.categories = {row.code: row for row in Category.objects.select_related("parent")}
        self.cases: list[Case] = []
        rows = Building.objects.select_related("grid__community", "estate").order_by("grid__code", "id")
        self.homes: dict[str, list[Building]] = {}
        self.shops: dict[str, list[Building]] = {}
        for row in rows:
            kind = self.homes if row.grid.kind == GridKind.RESIDENTIAL else self.shops
            kind.setdefault(row.grid.code, []).append(row)
        self._untold = self._shuffled()

    def all(self) -> list[Case]:
        """Every case, in the order of telling."""
        self._showcase()
        self._declined()
        self._duplicates()
        self._about_staff()
        self._ordinary()
        return self.cases

    # --- the groups -----------------------------------------------------------------------
    def _showcase(self) -> None:
        shown = [(THIRD_GRID, plan) for plan in plans.SHOWCASE]
        for grid, plan in [*shown, *((DRAGON_GRID, plan) for plan in plans.BESIDE)]:
            matter, told = self._next(urgency=plan.urgency, codes=self._fitting(plan))
            self._add(plan, matter, told, self._home(grid), at=self._when(plan, matter))

    def _declined(self) -> None:
        times = plans.telling_times(len(self.words.declined), until=self._ago(3), draw=self.draw)
        for declined, at in zip(self.words.declined, times, strict=True):
            matter = Matter(declined.category, (declined.told,), declined.answer)
            self._add(
                Plan(ending=Ending.DECLINED), matter, declined.told, self._anywhere(), at=at, why=declined.why
            )

    def _duplicates(self) -> None:
        """The first telling of each happening leads; the others are merged into it."""
        homes = [self._home(THIRD_GRID), *(self._anywhere() for _ in self.words.duplicates[1:])]
        for number, (matter, home) in enumerate(zip(self.words.duplicates, homes, strict=True)):
            first = len(self.cases)
            at = self._ago((0.3, 9, 17, 28, 41)[number % 5])
            for later, told in enumerate(matter.told):
                plan = Plan(climbs=1) if not later else Plan(ending=Ending.SILENT)
                self._add(plan, matter, told, home, at=at + timedelta(minutes=25 * later))
                if later:
                    self.cases[-1] = replace(self.cases[-1], same_as=first)

    def _about_staff(self) -> None:
        for number, matter in enumerate(self.words.about_staff):
            home = self._home(DRAGON_GRID if number else THIRD_GRID)
            self._add(Plan(), matter, matter.told[0], home, at=self._ago(2 + 9 * number), about_staff=True)

    def _ordinary(self) -> None:
        left = plans.COUNT - len(self.cases)
        times = plans.telling_times(left, until=self.until, draw=self.draw)
        for plan, at in zip(plans.ordinary(left, self.draw), times, strict=True):
            codes = self._fitting(plan)
            beside_street = not codes and self.draw.random() < 0.08
            matter, told = self._next(
                urgency="C" if plan.asks and not codes else "", codes=STREET_SIDE if beside_street else codes
            )
            home = self._shop() if beside_street else self._anywhere()
            self._add(plan, matter, told, home, at=self._at_night(at) if matter.category in BY_NIGHT else at)

    # --- one case -------------------------------------------------------------------------
    def _add(
        self,
        plan: Plan,
        matter: Matter,
        told: str,
        home: Building,
        *,
        at: datetime,
        about_staff: bool = False,
        why: str = "",
    ) -> None:
        draw, source = self.draw, self._source(told, plan)
        if source == Source.PATROL:
            plan = replace(plan, reach=Reach.WECHAT)
        has_phone = plan.reach not in (Reach.PAGE, Reach.UNOPENED) and source != Source.PATROL
        by_point = source == Source.WEB and not plan.lost and draw.random() < 0.25
        self.cases.append(
            Case(
                index=len(self.cases),
                plan=plan,
                category=self.categories[matter.category],
                told=texts.fill(told, place=home.address),
                letter=texts.fill(matter.answer, place=home.address),
                place=_place(home, plan, by_point=by_point),
                grid=home.grid,
                at=at,
                source=source,
                name="" if source == Source.PATROL else _name(draw),
                phone=f"137{draw.randrange(1, 240):08}" if has_phone else "",
                latitude=_near(home.latitude, draw) if by_point else None,
                longitude=_near(home.longitude, draw) if by_point else None,
                address="" if by_point or source == Source.QR else _address(home, plan, draw),
                may_publish=draw.random() < 0.4,
                about_staff=about_staff,
                why=why,
            )
        )

    def _source(self, told: str, plan: Plan) -> str:
        """Residents tell by themselves or through staff; patrols see what is nobody's own home."""
        if plan.reach in (Reach.PAGE, Reach.UNOPENED) or plan.ending is Ending.DECLINED:
            return self.draw.choice(_FROM_RESIDENTS)
        if plan.reach is Reach.WECHAT:
            return Source.WECHAT_GROUP
        if not _OWN_HOME.search(told) and self.draw.random() < 0.12 and plan.ending is Ending.SILENT:
            return Source.PATROL
        source = self.draw.choice((*_FROM_RESIDENTS, *_FROM_RESIDENTS, *_FROM_STAFF))
        by_message = plan.reach in (Reach.CALLED, Reach.NEVER)
        # No message of ours goes to whoever called the hotline, so none of theirs fails.
        return Source.PHONE if source == Source.HOTLINE and by_message else source

    def _when(self, plan: Plan, matter: Matter) -> datetime:
        if plan.used is None:
            return self._ago(plan.ago or 0)
        limit = self.categories[matter.category].limits().resolve
        passed = Limit(-limit.span * plan.used, limit.working)
        at = deadlines.due(self.until, passed, current_calendar())
        return at if plan.urgency == Urgency.A else min(daytime(at), self.until - timedelta(minutes=9))

    def _ago(self, days: float) -> datetime:
        return self.until - timedelta(days=days)

    def _at_night(self, at: datetime) -> datetime:
        """The night before `at`."""
        hour = self.draw.choice((22, 23, 0, 1))
        return daytime(at - timedelta(days=1), opens=hour, closes=hour + 1)

    def _fitting(self, plan: Plan) -> tuple[str, ...]:
        """Categories that believably go this way; empty for any."""
        if plan.asks.startswith("hold"):
            return self.words.may_be_held
        if plan.noes:
            return tuple(code for code in self.categories if code[:2] in COMES_BACK and len(code) > 2)
        return ()

    # --- where ----------------------------------------------------------------------------
    def _home(self, grid: str) -> Building:
        return self.draw.choice(self.homes[grid])

    def _anywhere(self) -> Building:
        """Somewhere people live; the grids of the demo's accounts come up more often."""
        favoured = {THIRD_GRID: 0.06, DRAGON_GRID: 0.05}
        chance = self.draw.random()
        for grid, share in favoured.items():
            if chance < share:
                return self._home(grid)
            chance -= share
        return self._home(self.draw.choice(sorted(self.homes)))

    def _shop(self) -> Building:
        return self.draw.choice(self.shops[self.draw.choice(sorted(self.shops))])

    # --- what -----------------------------------------------------------------------------
    def _shuffled(self) -> list[tuple[Matter, str]]:
        return texts.shuffled(self.words.matters, self.draw)

    def _next(self, *, urgency: str = "", codes: Sequence[str] = ()) -> tuple[Matter, str]:
        """The next telling that nobody used, of this urgency or these categories."""
        for position, (matter, told) in enumerate(self._untold):
            fits = not urgency or self.categories[matter.category].urgency == urgency
            if fits and (not codes or matter.category in codes):
                del self._untold[position]
                return matter, told
        self._untold += self._shuffled()
        return self._next(urgency=urgency, codes=codes)


def _name(draw: Random) -> str:
    """A family name and how one calls them, marked as invented."""
    return draw.choice(SURNAMES) + draw.choice(("先生", "女士", "阿姨", "大爷", "")) + "（演示）"


def _near(degrees: float | None, draw: Random) -> float | None:
    """A map point within some ten metres."""
    return None if degrees is None else round(degrees + draw.uniform(-0.0001, 0.0001), 6)


def _place(home: Building, plan: Plan, *, by_point: bool) -> Place:
    """Where it is told to be: at the building, at a point near it, or nobody can say."""
    if by_point:
        return Place(home.grid, home.grid.community, how="point")
    if plan.lost:
        return Place(community=home.grid.community, how="desk")
    return Place(home.grid, home.grid.community, home, how="building")


def _address(home: Building, plan: Plan, draw: Random) -> str:
    if plan.lost:
        return "说不清具体楼号，在小广场附近"
    if home.entrances < 2 or draw.random() < 0.4:
        return home.address
    return f"{home.address}{draw.randrange(1, home.entrances + 1)}单元"
