"""The demo's training: the street's approved plan with eight sessions (five held), a community's draft."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.demo import GIVEN, SURNAMES
from grids.models import Community, Line, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State, Via
from partybuilding.training.models import Attempt, Plan, Session
from partybuilding.training.quiz_text import parse
from partybuilding.training.services import materials, plans, quizzes, sessions
from partybuilding.training.terms import Mode, Topic
from wangguan import clock
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash

FORM = "00000000-0000-4000-8000-0000000070{:02}"
PHONE = "1995379{:04}"
"""No operator has given numbers of this block out."""
COMMUNITY = "九区社区"
VISITORS, WORKERS = 14, 10


@dataclass(frozen=True)
class Plot:
    """One session; `after`: days from today when it is ahead, None when it was held."""

    title: str
    topic: Topic
    mode: Mode
    lecturer: str
    audience: str
    hours: str
    after: int | None = None


PLOTS = (
    Plot("党的创新理论专题党课", Topic.THEORY, Mode.LECTURE, "街道党工委 组织委员", "各支部党员", "2"),
    Plot("接诉即办：首接负责怎么做", Topic.SKILL, Mode.LECTURE, "街道网格中心", "网格员", "2"),
    Plot("红色物业现场观摩", Topic.SKILL, Mode.FIELD, "九区社区党委", "小区支部书记", "3"),
    Plot("民法典里的小区事", Topic.LAW, Mode.LECTURE, "区司法局 公职律师", "楼长、业委会党员", "1.5"),
    Plot("居家消防与电动车安全", Topic.SAFETY, Mode.FIELD, "区消防救援大队", "网格员、志愿者", "2"),
    Plot("入户走访怎样开口", Topic.SKILL, Mode.LECTURE, "街道妇联", "新任网格员", "2", 6),
    Plot("党章党规测学", Topic.RULES, Mode.ONLINE, "街道纪工委", "全体党员", "1", 13),
    Plot("冬季一氧化碳中毒预防", Topic.SAFETY, Mode.LECTURE, "王官庄社区卫生服务中心", "志愿者", "1.5", 20),
)
QUIZ = """发现楼道里电动车充电，第一步做什么？
自己拔掉了事
*拍照记录并劝离，同时上报
等检查时再说

家用灭火器使用时先做什么？
*拔保险销
压把手
摇晃瓶体

火灾报警电话是多少？
110
*119"""


def load() -> str:
    """Make them where there are none; says how many there are."""
    keeper, leader = _people()
    if keeper and leader and not Plan.objects.exists():
        with transaction.atomic(), outbox.unnudged():
            _make(By(keeper), By(leader))
    return f"{Plan.objects.count()} training plans, {Session.objects.count()} sessions"


def _people() -> tuple[User | None, User | None]:
    """Who keeps the street's records and another who approves: never one and the same person."""
    leaders = people_of(Role.STREET_LEADER)
    section = [each for each in people_of(Role.SECTION_STAFF) if Line.PARTY in each.sections]
    keeper = (section or leaders)[:1]
    others = [each for each in leaders if each not in keeper]
    return (keeper[0] if keeper else None), (others[0] if others else None)


def _make(keeper: By, leader: By) -> None:
    draw = Random("training")
    plan = plans.draft(
        "王官庄街道网格党员与骨干培训计划",
        year=today().year,
        community=None,
        aim="让每名网格员会宣传、会处置、会沟通；每名党员全年学习不少于 32 学时。",
        sessions_planned=10,
        hours_planned=Decimal(20),
        form_id=UUID(FORM.format(1)),
        by=keeper,
    )
    plans.take(plan, "submit", by=keeper)
    plans.take(plan, "approve", by=leader, note="同意，请把消防安全排在入冬之前。")
    people = _visitors(draw) + _workers()
    for number, plot in enumerate(PLOTS):
        _session(number, plot, plan, people, draw, keeper)
    _draft()


def _session(number: int, plot: Plot, plan: Plan, people: list[dict[str, Any]], draw: Random, by: By) -> None:
    day = _day(number, plot)
    first = timezone.make_aware(datetime.combine(day, time(9)))
    row = sessions.announce(
        plan,
        told={
            "title": plot.title,
            "words": "请提前十分钟到场，扫门口的签到码。",
            "place": "街道党群服务中心三楼报告厅",
            "starts_at": first,
            "ends_at": first + timedelta(hours=float(plot.hours)),
            "places": 40 if plot.after is None else 15,
            "closes_at": first,
        },
        topic=plot.topic,
        mode=plot.mode,
        lecturer=plot.lecturer,
        audience=plot.audience,
        hours=Decimal(plot.hours),
        form_id=UUID(FORM.format(10 + number)),
        by=by,
    )
    rows = _sign_ups(
        row, draw.sample(people, min(len(people), 12 if plot.after else 18)), held=plot.after is None
    )
    if number == 4:
        _learnt(row, rows, draw, by)
        return  # its hours wait to be confirmed
    if plot.after is None:
        sessions.confirm(row, by=by)


def _day(number: int, plot: Plot) -> date:
    """Held ones lie evenly between New Year and today; those ahead stay in the year."""
    now = today()
    if plot.after is not None:
        return min(now + timedelta(days=plot.after), date(now.year, 12, 31))
    elapsed = (now - date(now.year, 1, 1)).days
    return now - timedelta(days=elapsed * (5 - number) // 6)


def _sign_ups(row: Session, people: list[dict[str, Any]], *, held: bool) -> list[SignUp]:
    """Two of those who had signed up for a session that was held did not come."""
    start = row.gathering.starts_at
    return SignUp.objects.bulk_create(
        SignUp(
            gathering=row.gathering,
            state=(State.ABSENT if place < 2 else State.ATTENDED) if held else State.SIGNED,
            attended_at=start - timedelta(minutes=place) if held and place >= 2 else None,
            via=Via.QR if held and place >= 2 else "",
            queued_at=min(start, clock.now()) - timedelta(days=2, minutes=place),
            **person,
        )
        for place, person in enumerate(people)
    )


def _visitors(draw: Random) -> list[dict[str, Any]]:
    found = []
    for number in range(VISITORS):
        given = 2 * draw.randrange(len(GIVEN) // 2)
        name, phone = draw.choice(SURNAMES) + GIVEN[given : given + 2], PHONE.format(number)
        found.append({"name": name, "phone": phone, "phone_hash": keyed_hash(phone)})
    return found


def _workers() -> list[dict[str, Any]]:
    return [{"user": user} for user in people_of(Role.FULL_TIME_WORKER)[:WORKERS]]


def _learnt(row: Session, rows: list[SignUp], draw: Random, by: By) -> None:
    """The last one held: a link to read, and a quiz that most passed."""
    link = "https://www.119.gov.cn/"
    materials.add(
        row, title="居家防火要点（应急管理部消防救援局）", link=link, form_id=UUID(FORM.format(30)), by=by
    )
    questions = parse(QUIZ)
    quiz = quizzes.put(row, questions=questions, pass_mark=2, by=by)
    tries = []
    for number, sign_up in enumerate(each for each in rows if each.state == State.ATTENDED):
        chosen = [each.right if draw.random() < 0.8 else 0 for each in questions]
        score = sum(one == each.right for one, each in zip(chosen, questions, strict=True))
        tries.append(
            Attempt(
                quiz=quiz,
                sign_up=sign_up,
                number=1,
                answers=chosen,
                score=score,
                passed=score >= quiz.pass_mark,
                form_id=UUID(FORM.format(40 + number)),
            )
        )
    Attempt.objects.bulk_create(tries[:12])


def _draft() -> None:
    """A community's plan that nobody has submitted yet."""
    community = Community.objects.filter(name=COMMUNITY).first()
    office = people_of(Role.COMMUNITY_LEADER, community=community) if community else []
    if community and office:
        plans.draft(
            "九区社区党员冬训计划",
            year=today().year,
            community=community,
            aim="利用冬闲，组织在职和离退休党员学理论、学应急、学手机。",
            sessions_planned=4,
            hours_planned=Decimal(8),
            form_id=UUID(FORM.format(2)),
            by=By(office[0]),
        )
