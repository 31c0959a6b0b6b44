"""A random month of matters, made by the real services at random moments of the past."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grids.locate import Place
from requests_app.models import Category, Ticket
from requests_app.services import RESIDENT, SYSTEM, Import, Matter, Settled, due, keep_settled, staff, take
from requests_app.services.verdict import give_verdict
from requests_app.workflow import STEPS, Source
from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import clock
from wangguan.refusals import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
EDGES = tuple(
    datetime.fromisoformat(f"{moment}+08:00")
    for moment in (
        *("2023-12-31T23:59:59", "2024-01-01T00:00:00", "2024-01-31T23:59:59", "2024-02-01T00:00:00"),
        *("2024-02-28T23:59:59", "2024-02-29T00:00:00", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
    )
)
"""Last and first seconds of days, months, a leap day and a year, in Shanghai."""
FIRST, LAST = datetime(2023, 12, 20, tzinfo=SHANGHAI), datetime(2024, 3, 10, tzinfo=SHANGHAI)
PHONES = ("13800000001", "13800000002", "13800000003", "")
Move = Callable[[Ticket, Cast, random.Random], object]

MOVES: dict[str, Move] = {
    "accept": lambda t, c, r: take(t, "accept", by=staff(c.worker)),
    "contact": lambda t, c, r: take(t, "contact", by=staff(c.director), how="phone"),
    "resolve": lambda t, c, r: take(t, "resolve", by=staff(c.director), answer="已处理。"),
    "answer": lambda t, c, r: take(t, "answer", by=SYSTEM, how="sms"),
    "escalate": lambda t, c, r: take(t, "escalate", by=staff(c.director), note="办不了"),
    "send_back": lambda t, c, r: take(t, "send_back", by=staff(c.director), note="请网格处理"),
    "hold": lambda t, c, r: take(
        t, "hold", by=staff(c.director), note="等配件", review_on=(clock.now() + timedelta(days=9)).date()
    ),
    "resume": lambda t, c, r: take(t, "resume", by=staff(c.director)),
    "reclassify": lambda t, c, r: take(t, "reclassify", by=staff(c.director), category=_category(r)),
    "hand_over": lambda t, c, r: take(t, "hand_over", by=staff(c.director), note="属地", target=c.grid_far),
    "withdraw": lambda t, c, r: take(t, "withdraw", by=RESIDENT),
    "decline": lambda t, c, r: take(t, "decline", by=staff(c.director), note="不归", answer="请找供电局。"),
    "merge": lambda t, c, r: take(t, "merge", by=staff(c.director), parent=_other(t, r)),
    "verdict": lambda t, c, r: give_verdict(t, solved=r.random() < 0.6, satisfaction=r.choice((None, 2, 5))),
}  # fmt: skip


def make_month(cast: Cast, rng: random.Random, *, tickets: int = 30, moves: int = 150) -> None:
    """So many matters, and so many tries to move one of them, in the order of time."""
    moments = [_moment(rng) for _ in range(tickets + moves)]
    telling = set(rng.sample(range(len(moments)), tickets)) | {0}
    for index, at in enumerate(sorted(moments)):
        with clock.at(at):
            if index in telling:
                (_history if rng.random() < 0.15 else _tell)(cast, rng)
            else:
                _move(cast, rng)


def make_categories() -> None:
    group = Category.objects.create(code="6", name="公用设施", line="city", urgency="C", position=1)
    for code, name, line, urgency in (
        ("6-1", "路灯", "city", "C"), ("6-2", "水电气暖", "livelihood", "B"), ("6-3", "井盖", "safety", "A"),
    ):  # fmt: skip
        Category.objects.create(code=code, name=name, line=line, urgency=urgency, parent=group, position=2)


def _moment(rng: random.Random) -> datetime:
    if rng.random() < 0.25:
        return rng.choice(EDGES)
    return FIRST + (LAST - FIRST) * rng.random()


def _category(rng: random.Random) -> Category | None:
    return rng.choice([None, *Category.objects.filter(parent__isnull=False).order_by("code")])


def _other(ticket: Ticket, rng: random.Random) -> Ticket:
    others = Ticket.objects.exclude(pk=ticket.pk).open().order_by("pk")
    return rng.choice([*others, ticket])


def _history(cast: Cast, rng: random.Random) -> None:
    """A row of a hotline that came with its reply: told and answered before it came to us."""
    told_at = clock.now() - timedelta(days=rng.randrange(1, 20))
    place = Place(grid=cast.grid, community=cast.community_unit, building=None, outside=False)
    matter = Matter(
        description="咨询停水时间，什么时候恢复？",
        place=place,
        source=Source.HOTLINE,
        category=_category(rng),
        address=rng.choice(["", "二环南路"]),
        contact_phone=rng.choice(PHONES),
        came=Import(told_at, rng.choice([None, told_at + timedelta(days=3)])),
    )
    keep_settled([Settled(matter, "已经恢复供水。", told_at + timedelta(days=rng.randrange(1, 7)))])


def _tell(cast: Cast, rng: random.Random) -> Ticket:
    places = (
        Place(grid=cast.grid, community=cast.community_unit, building=cast.building, outside=False),
        Place(grid=cast.grid_far, community=cast.community_unit2, building=None, outside=False),
        Place(grid=None, community=cast.community_unit, building=None, outside=False),
        Place(grid=None, community=None, building=None, outside=False),
    )
    return told(
        cast,
        place=rng.choice(places),
        address=rng.choice(["", "二环南路", "王官庄小学门口"]),
        contact_phone=rng.choice(PHONES),
        category=_category(rng),
        source=rng.choice([Source.WEB, Source.QR, Source.PHONE]),
        about_staff=rng.random() < 0.1,
    )


def _move(cast: Cast, rng: random.Random) -> None:
    """One move of one ticket, when the workflow lets it; now and then what fell due is dealt with."""
    key = rng.choice(list(Ticket.objects.order_by("pk").values_list("pk", flat=True)))
    ticket = Ticket.objects.with_units().get(pk=key)
    names = [
        name for name in MOVES if name == "verdict" or STEPS[name].starts_at(ticket.status, ticket.level)
    ]
    with suppress(Refused):
        MOVES[rng.choice(names)](ticket, cast, rng)
    if rng.random() < 0.1:
        due.sweep()
