"""How each matter of the demo goes: quotas of fates, and a grid in which every state can be seen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random

from django.utils import timezone

SEED = 370103015
DAYS = 60
COUNT = 300


class Ending(StrEnum):
    """What the resident says in the end, or what the street does."""

    YES = "yes"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    DECIDED = "decided"


class Reach(StrEnum):
    """How the answer gets to the resident."""

    SMS = "sms"
    WECHAT = "wechat"
    CALLED = "called"
    NEVER = "never"
    PAGE = "page"
    UNOPENED = "unopened"


@dataclass(frozen=True)
class Plan:
    """One fate.

    Attributes:
        climbs: levels it climbs before it is settled.
        pace: share of the time to resolve that is used up when the answer is written; over 1 is late.
        noes: how often the resident says that it is not solved.
        asks: what the holder asks for: "", "granted", "refused", "undecided" (more time), "hold",
            "hold_refused", "hold_undecided".
        review_after: days until a hold is looked at again.
        lost: told without a place that names a grid; the community finds the right one.
        unsorted: told without a category.
        returned: climbs once and is sent back down.
        assigned: role of the person the leader assigns it to, if any.
        stop: name of the step after which nobody does anything any more.
        used: share of the time to resolve that has passed by now; fixes when it was told.
        ago: days since it was told; random without `used` and `ago`.
        urgency: only a matter of this urgency fits; empty takes any.
    """

    ending: Ending = Ending.YES
    climbs: int = 0
    pace: float = 0.0
    reach: Reach = Reach.SMS
    noes: int = 0
    asks: str = ""
    review_after: int = 5
    lost: bool = False
    unsorted: bool = False
    returned: bool = False
    assigned: str = ""
    stop: str = ""
    used: float | None = None
    ago: float | None = None
    urgency: str = ""


_BASE = Plan()
# How many of 100 matters go which way; the showcase comes on top.
QUOTAS: tuple[tuple[int, Plan], ...] = (
    (22, _BASE),
    (15, replace(_BASE, ending=Ending.SILENT)),
    (9, replace(_BASE, climbs=1)),
    (5, replace(_BASE, climbs=1, ending=Ending.SILENT)),
    (6, replace(_BASE, climbs=2)),
    (3, replace(_BASE, climbs=2, pace=1.2)),
    (4, replace(_BASE, pace=1.25)),
    (3, replace(_BASE, reach=Reach.WECHAT)),
    (3, replace(_BASE, reach=Reach.PAGE)),
    (2, replace(_BASE, reach=Reach.UNOPENED, ending=Ending.SILENT)),
    (2, replace(_BASE, reach=Reach.CALLED, ending=Ending.SILENT)),
    (2, replace(_BASE, reach=Reach.NEVER, ending=Ending.SILENT)),
    (4, replace(_BASE, noes=1)),
    (1, replace(_BASE, noes=2)),
    (1, replace(_BASE, noes=3, ending=Ending.DECIDED)),
    (3, replace(_BASE, asks="hold", climbs=1)),
    (2, replace(_BASE, asks="hold", review_after=24)),
    (3, replace(_BASE, asks="granted")),
    (1, replace(_BASE, asks="refused")),
    (1, replace(_BASE, asks="hold_refused")),
    (2, replace(_BASE, lost=True)),
    (2, replace(_BASE, unsorted=True)),
    (2, replace(_BASE, returned=True)),
    (2, replace(_BASE, ending=Ending.WITHDRAWN)),
)
# One grid in which every state can be looked at and every button pressed.
SHOWCASE: tuple[Plan, ...] = (
    Plan(stop="tell", used=0.1, urgency="A"),
    Plan(stop="tell", used=0.02, urgency="B"),
    Plan(stop="tell", used=0.03, urgency="C"),
    Plan(stop="tell", used=0.01, urgency="C"),
    Plan(stop="tell", used=0.3, urgency="C"),
    Plan(stop="accept", used=0.15, urgency="B"),
    Plan(stop="accept", used=0.3, urgency="C"),
    Plan(stop="handle", used=0.55, urgency="C"),
    Plan(stop="handle", used=0.9, urgency="C"),
    Plan(stop="handle", used=0.85, urgency="B"),
    Plan(stop="handle", used=1.15, urgency="C"),
    Plan(stop="accept", used=1.6, urgency="B"),
    Plan(stop="accept", used=0.2, urgency="C", assigned="part_time_worker"),
    Plan(stop="handle", used=0.35, urgency="C", assigned="service_specialist"),
    Plan(stop="ask", used=0.6, urgency="C", asks="undecided"),
    Plan(stop="ask", used=0.4, urgency="D", asks="hold_undecided"),
    Plan(stop="ask", used=0.4, urgency="D", asks="hold", review_after=12),
    Plan(stop="ask", used=0.5, urgency="C", asks="hold", review_after=20),
    Plan(stop="escalate", used=0.4, urgency="C", climbs=1),
    Plan(stop="escalate", used=1.1, urgency="C", climbs=1),
    Plan(stop="escalate", used=0.5, urgency="D", climbs=2),
    Plan(stop="escalate", used=1.3, urgency="C", climbs=2),
    Plan(stop="escalate", used=0.3, urgency="B", climbs=2),
    Plan(stop="resolve", used=0.9, pace=0.6, urgency="A"),
    Plan(stop="resolve", used=2.0, pace=0.5, urgency="B", reach=Reach.PAGE),
    Plan(stop="failed", used=1.8, pace=0.6, urgency="A", reach=Reach.CALLED),
    Plan(stop="answer", used=2.5, pace=0.6, urgency="A"),
    Plan(stop="answer", used=2.5, pace=0.5, urgency="B", climbs=1),
    Plan(stop="answer", used=6.0, pace=0.6, urgency="B", reach=Reach.NEVER),
    Plan(stop="reopen", ago=2.0, pace=0.3, urgency="B", noes=1),
    Plan(stop="reopen", ago=3.5, pace=0.3, urgency="B", noes=2),
    Plan(stop="contest", ago=6.0, pace=0.3, urgency="B", noes=3),
    Plan(ago=11.0, urgency="B"),
    Plan(ago=20.0, urgency="C", climbs=1),
    Plan(ago=26.0, urgency="C", ending=Ending.SILENT),
    Plan(ago=13.0, urgency="C", ending=Ending.WITHDRAWN),
    Plan(ago=33.0, urgency="B", noes=3, ending=Ending.DECIDED),
    Plan(ago=24.0, urgency="C", asks="granted"),
    Plan(ago=29.0, urgency="C", asks="refused"),
    Plan(ago=31.0, urgency="C", asks="hold"),
    Plan(ago=37.0, urgency="C", asks="hold_refused"),
    Plan(ago=16.0, urgency="B", lost=True),
    Plan(ago=18.0, urgency="C", unsorted=True),
    Plan(ago=42.0, urgency="C", returned=True),
)

# What lies with the other demo worker.
BESIDE: tuple[Plan, ...] = (
    Plan(stop="tell", used=0.05, urgency="C"),
    Plan(stop="accept", used=0.3, urgency="C"),
    Plan(stop="handle", used=0.9, urgency="C"),
)


def ordinary(count: int, draw: Random) -> list[Plan]:
    """`count` plans in the shares of `QUOTAS`, shuffled."""
    hundred = [plan for share, plan in QUOTAS for _ in range(share)]
    plans = (hundred * (count // len(hundred) + 1))[:count]
    draw.shuffle(plans)
    return plans


def telling_times(count: int, *, until: datetime, draw: Random) -> Iterator[datetime]:
    """`count` moments of the last `DAYS` days at which people tell things, most by day, few at night."""
    today = timezone.localdate(until)
    for _ in range(count):
        day = today - timedelta(days=int(draw.triangular(0, DAYS, 4)))
        hour = min(max(draw.gauss(13.5, 4.2), 0), 23)
        moment = datetime.combine(day, time(int(hour), draw.randrange(60), draw.randrange(60)))
        told = timezone.make_aware(moment)
        yield told if told < until else told - timedelta(days=1)


def daytime(moment: datetime, *, opens: int = 7, closes: int = 22) -> datetime:
    """`moment` itself between these hours of the day, else the next time the clock shows `opens`."""
    local = timezone.localtime(moment)
    if opens <= local.hour < closes:
        return moment
    day = local.date() + timedelta(days=local.hour >= closes)
    return timezone.make_aware(datetime.combine(day, time(opens, local.minute, local.second)))
