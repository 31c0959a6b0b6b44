"""A plan, a session and people who were there, for tests."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.workflow import State as Turn
from partybuilding.training.models import Plan, Quiz, Session
from partybuilding.training.quiz_text import parse
from partybuilding.training.services import plans, quizzes, sessions
from partybuilding.training.workflow import State
from tests.cast import Cast
from wangguan import clock
from wangguan.privacy import keyed_hash

NAMES = ("赵春燕", "钱秀兰", "孙国庆", "李建国")
PHONES = tuple(f"1995379000{number}" for number in range(4))
PHONE, OTHER_PHONE = PHONES[0], PHONES[1]
QUIZ = """“119”是什么电话？
*火警
匪警

灭火器先拔什么？
压把
*保险销
喷管"""
H = Decimal


def of_phone(number: int = 0) -> By:
    return By(phone_hash=keyed_hash(PHONES[number]))


def year() -> int:
    return timezone.localdate(clock.now()).year


def make_plan(cast: Cast, *, state: str = State.APPROVED, **fields: Any) -> Plan:
    """The first community's, of this year: four sessions, eight hours."""
    given: dict[str, Any] = {
        "community": cast.community_unit,
        "title": "网格员业务培训",
        "year": year(),
        "aim": "人人会处置、会沟通。",
        "sessions_planned": 4,
        "hours_planned": H(8),
        "form_id": uuid4(),
    }
    by = fields.pop("by", By(cast.community))
    row = plans.draft(**{**given, **fields}, by=by)
    if state != State.DRAFT:
        plans.take(row, "submit", by=by)
    if state in (State.APPROVED, State.RETURNED):
        name = "approve" if state == State.APPROVED else "return"
        plans.take(row, name, by=By(cast.director), note="请补充课时")
    return row


def told(**fields: Any) -> dict[str, Any]:
    starts = fields.pop("starts_at", clock.now() + timedelta(hours=1))
    given = {"title": "消防知识讲座", "words": "", "place": "二楼会议室", "places": 30, "closes_at": starts}
    return {**given, "starts_at": starts, "ends_at": starts + timedelta(hours=2), **fields}


def announce(plan: Plan, cast: Cast, *, by: By | None = None, **fields: Any) -> Session:
    given: dict[str, Any] = {
        "topic": "safety",
        "mode": "lecture",
        "lecturer": "区消防大队 王教员",
        "audience": "全体网格员",
        "hours": H(2),
        "form_id": uuid4(),
        "told": told(),
    }
    return sessions.announce(plan, by=by or By(cast.community), **{**given, **fields})


def make_session(cast: Cast, *, held: bool = True, plan: Plan | None = None, **fields: Any) -> Session:
    """Of the plan; `held`: it ended half an hour ago."""
    row = announce(plan or make_plan(cast), cast, **fields)
    if held:
        end = clock.now() - timedelta(minutes=30)
        start = end - timedelta(hours=2)
        Gathering.objects.filter(pk=row.gathering_id).update(starts_at=start, closes_at=start, ends_at=end)
    return Session.objects.select_related("gathering", "plan").get(pk=row.pk)


def there(
    session: Session, number: int = 0, *, state: str = Turn.ATTENDED, hours: Decimal | None = None
) -> SignUp:
    """Person number so-and-so at the session, written at once."""
    now = clock.now()
    return SignUp.objects.create(
        gathering=session.gathering,
        name=NAMES[number],
        phone=PHONES[number],
        state=state,
        attended_at=now if state == Turn.ATTENDED else None,
        hours=hours,
        hours_confirmed_at=now if hours else None,
    )


def make_quiz(session: Session, cast: Cast, **fields: Any) -> Quiz:
    given = {"questions": parse(QUIZ), "pass_mark": 2, "by": By(cast.community)}
    return quizzes.put(session, **{**given, **fields})


def attempt(quiz: Quiz, sign_up: SignUp, *answers: int, number: int = 0) -> Any:
    return quizzes.answer(quiz, sign_up, answers=answers, form_id=uuid4(), by=of_phone(number))
