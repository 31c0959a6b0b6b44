"""Two hundred tickets in every state, made by the real services at moments of the past.

One in ten is open and not yet due; the others are closed, declined or merged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from django.db import connection

from grids.locate import Place
from grids.models import Grid, User
from requests_app.models import Category, Ticket
from requests_app.services import RESIDENT, SYSTEM, Matter, give_verdict, staff, submit, take
from wangguan import clock
from wangguan.notify import outbox

COUNT = 200
WORDS = "三单元二楼的感应灯坏了一周，晚上上下楼要打手电，老人怕摔，麻烦来人看看。"
ANSWER = "您好，今天下午已由物业更换灯具并测试正常，如再出现问题请直接在本页告诉我们。"


@dataclass
class Case:
    """One ticket on its way, with who serves its units and how many hours have gone since it was told."""

    ticket: Ticket
    worker: User
    community: User
    street: User
    hours: float = 0.0

    def take(self, name: str, *, by: User | None = None, after: float = 0.0, **fields: object) -> None:
        """Take a step `after` so many hours; by the grid's worker unless told otherwise."""
        self.hours += after
        with clock.at(self.ticket.arrived_at + timedelta(hours=self.hours)):
            take(self.ticket, name, by=staff(by or self.worker), **fields)  # type: ignore[arg-type]

    def hear(self, *, after: float = 1.0) -> None:
        """The gateway reports that the answer arrived."""
        self.hours += after
        with clock.at(self.ticket.arrived_at + timedelta(hours=self.hours)):
            take(self.ticket, "answer", by=SYSTEM, how="sms")

    def say(self, *, solved: bool) -> None:
        self.hours += 2
        with clock.at(self.ticket.arrived_at + timedelta(hours=self.hours)):
            self.ticket = give_verdict(self.ticket, solved=solved, satisfaction=4 if solved else 2)


Fate = Callable[[Case], None]


def waits(case: Case) -> None:
    """Stays where it arrived."""


def accepted(case: Case) -> None:
    case.take("accept")


def climbed(case: Case) -> None:
    case.take("accept")
    case.take("escalate", note="需要社区协调产权单位")


def held(case: Case) -> None:
    climbed(case)
    later = (case.ticket.arrived_at + timedelta(days=30)).date()
    case.take("hold", by=case.street, review_on=later, note="纳入下月改造计划")


def resolved(case: Case) -> None:
    case.take("accept")
    case.take("handle", note="已到现场查看")
    case.take("resolve", answer=ANSWER)


def answered(case: Case) -> None:
    resolved(case)
    case.hear(after=0.0)


def closed(case: Case) -> None:
    case.take("accept", after=0.5)
    case.take("handle", after=1, note="已到现场查看")
    case.take("resolve", after=2, answer=ANSWER)
    case.hear()
    case.say(solved=True)


def reopened_and_closed(case: Case) -> None:
    case.take("accept", after=0.5)
    case.take("resolve", after=2, answer=ANSWER)
    case.hear()
    case.say(solved=False)
    case.take("resolve", by=case.community, after=3, answer=ANSWER)
    case.hear()
    case.say(solved=True)


def climbed_and_closed(case: Case) -> None:
    case.take("accept", after=0.5)
    case.take("escalate", after=1, note="需要社区协调")
    case.take("escalate", after=1, by=case.community, note="需要街道协调")
    case.take("resolve", after=5, by=case.street, answer=ANSWER)
    case.hear()
    case.say(solved=True)


def declined(case: Case) -> None:
    case.take("decline", after=2, by=case.street, note="不属本街道", answer="请拨打 12345，由市级部门受理。")
    case.hear()


def withdrawn(case: Case) -> None:
    case.hours += 2
    with clock.at(case.ticket.arrived_at + timedelta(hours=case.hours)):
        take(case.ticket, "withdraw", by=RESIDENT, note="已经好了")


_PAST: tuple[Fate, ...] = (closed, closed, climbed_and_closed, closed, reopened_and_closed, closed)
_ENDS: tuple[Fate, ...] = (*_PAST, closed, declined, closed, *_PAST, withdrawn, closed, closed)
_OPEN: tuple[Fate, ...] = (waits, accepted, climbed, accepted, waits, resolved, held, answered)


def fates() -> Iterator[Fate]:
    """What becomes of one ticket after the other: nine that are over, one that is open."""
    over, open_ = cycle(_ENDS), cycle(_OPEN)
    while True:
        yield from islice(over, 9)
        yield next(open_)


def make_specimens(now: datetime) -> None:
    """Make `COUNT` tickets whose open ones have nothing due at `now`."""
    cases = islice(zip(fates(), cycle(_places()), cycle(_categories()), strict=False), COUNT)
    with outbox.unnudged():
        for number, (fate, (place, people), category) in enumerate(cases):
            is_open = fate in _OPEN
            told = now - (
                timedelta(minutes=5, seconds=number) if is_open else timedelta(days=12, hours=number)
            )
            with clock.at(told):
                matter = Matter(
                    WORDS, place, category=category, contact_name="王女士", contact_phone=f"139{number:08}"
                )
                ticket, _is_new = submit(matter)
            fate(Case(ticket, *people))
    _deliver()


def _places() -> list[tuple[Place, tuple[User, User, User]]]:
    people = {person.username: person for person in User.objects.all()}
    found = []
    for grid in Grid.objects.select_related("community").order_by("code"):
        who = (people[f"worker-{grid.code}"], people[f"staff-{grid.community.code}"], people["dispatcher"])
        found.append((Place(grid, grid.community), who))
    return found


def _categories() -> list[Category | None]:
    return [*Category.objects.offered().filter(urgency__in="CD"), None]


def _deliver() -> None:
    """What the services wrote to residents counts as sent, so that no sweep finds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notify_message SET state = 'sent', sent_at = created_at WHERE channel <> 'in_app'"
        )
