"""The demo's dual check-in: five units, members in 九区社区, a need that is coming and one that is over."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.demo import GIVEN, SURNAMES
from grids.models import Community, Grid, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.checkins.models import MemberCheckIn, Need, Service, UnitCheckIn
from partybuilding.checkins.services import entering, letter, serving, steps
from partybuilding.checkins.services.entering import Whom
from partybuilding.checkins.terms import Skill, Slot
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash

FORM = "00000000-0000-4000-8000-00000000c{:03}"
UNITS = (
    ("市中区交通运输局", "organ", 86, "可派党员参加交通疏导，提供停车划线方面的指导。"),
    ("济南市第五中学", "school", 64, "周末可开放篮球场，教师党员可做课业辅导。"),
    ("王官庄社区卫生服务中心", "institution", 32, "每月义诊一次，可上门为行动不便老人测血压。"),
    ("济南热力集团市中分公司", "state_firm", 120, "供暖季前可入户检查暖气，提供维修人员。"),
    ("齐鲁律师事务所", "firm", 18, "每月两次法律咨询，可参与矛盾纠纷调解。"),
)
COMMUNITY = "九区社区"
MEMBERS = 14
PHONE = "1995371{:04}"
"""No operator has given numbers of this block out. The first of them enters in the demo's walk."""


def load() -> str:
    """Make them where there are none; says how many there are."""
    community = Community.objects.filter(name=COMMUNITY).first()
    if community and not UnitCheckIn.objects.exists():
        with transaction.atomic(), outbox.unnudged():
            _make(community, people_of(Role.COMMUNITY_LEADER, community=community)[0])
    return f"{UnitCheckIn.objects.count()} units and {MemberCheckIn.objects.count()} members checked in"


def _make(community: Community, keeper: User) -> None:
    by, draw = By(keeper), Random("check-ins")
    units = [_unit(number, community, by, draw) for number in range(len(UNITS))]
    members = [_member(number, community, by, draw) for number in range(MEMBERS)]
    _over(community, by, [member for member in members if member.state == "confirmed"][:4])
    _coming(community, by, members)
    letter.appraise(units[0], year=today().year, grade="good", words="参加交通疏导及时，居民反映好。", by=by)


def _unit(number: int, community: Community, by: By, draw: Random) -> UnitCheckIn:
    name, kind, people, offers = UNITS[number]
    row = entering.unit_in(
        name,
        kind,
        community=community,
        contact=Whom(_name(draw), PHONE.format(9000 + number)),
        people=people,
        offers=offers,
        form_id=UUID(FORM.format(number)),
    )
    # The last one waits to be confirmed.
    for step in ("confirm", "begin") if number < len(UNITS) - 1 else ():
        steps.take(row, step, by=by)
    return row


def _member(number: int, community: Community, by: By, draw: Random) -> MemberCheckIn:
    grids = list(Grid.objects.in_force().filter(community=community).order_by("code"))
    row = entering.member_in(
        Whom(_name(draw), PHONE.format(number)),
        community=community,
        grid=draw.choice(grids),
        unit_named=UNITS[number % len(UNITS)][0],
        duty=draw.choice(("楼道长", "政策宣传", "环境巡查", "助老陪伴")),
        skills=draw.sample(Skill.values, 3),
        slots=draw.sample(Slot.values, 2),
        form_id=UUID(FORM.format(100 + number)),
    )
    if number < MEMBERS - 3:
        steps.take(row, "confirm", by=by)
    return row


def _need(number: int, community: Community, by: By, *, title: str, days: int, skills: list[str]) -> Need:
    day = today() + timedelta(days=days)
    return Need.objects.create(
        community=community,
        title=title,
        words="请自带水杯，集合后由网格员带队。",
        place="九区党群服务中心门口",
        starts_at=_at(day, time(9)),
        ends_at=_at(day, time(11)),
        skills=skills,
        wanted=4,
        form_id=UUID(FORM.format(200 + number)),
        made_by=by.user,
    )


def _at(day: object, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))  # type: ignore[arg-type]


def _over(community: Community, by: By, members: list[MemberCheckIn]) -> None:
    """Three came and their hours are confirmed; one reported and waits."""
    need = _need(0, community, by, title="入冬前独居老人家暖气检查", days=-9, skills=[Skill.REPAIR])
    for number, member in enumerate(members):
        service = Service.objects.create(
            need=need, member=member, turn="coming", day=timezone.localdate(need.starts_at)
        )
        own = By(phone_hash=keyed_hash(member.phone))
        serving.report(service, by=own, hours=Decimal("2.5"), words="检查 6 户，换阀门 2 个。")
        if number < 3:
            service.refresh_from_db()
            serving.judge(service, "agree", by=by)


def _coming(community: Community, by: By, members: list[MemberCheckIn]) -> None:
    need = _need(1, community, by, title="周末清理楼道堆物", days=5, skills=[Skill.TIDY])
    serving.ask(need, members[:5], by=by)


def _name(draw: Random) -> str:
    given = 2 * draw.randrange(len(GIVEN) // 2)
    return draw.choice(SURNAMES) + GIVEN[given : given + 2]
