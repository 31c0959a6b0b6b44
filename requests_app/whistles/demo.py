"""Whistles of the demo: one archived, one under way, an emergency with a department late, a draft."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from grids.models import Department, Role, User
from grids.queries import people_of
from requests_app.models import Ticket
from requests_app.services import staff
from requests_app.whistles.models import Call, Whistle
from requests_app.whistles.services import consent, due
from requests_app.whistles.services.drafting import Plan, draft
from requests_app.whistles.services.steps import take
from requests_app.workflow import Level, Status
from wangguan import clock
from wangguan.notify import outbox

FORM = "00000000-0000-4000-8000-00000000b{:03}"
LAW = "law-enforcement"


@dataclass(frozen=True)
class Story:
    """One whistle: who is called to do what, and how long ago."""

    number: int
    kind: str
    title: str
    needs: str
    place: str
    tasks: dict[str, str]
    ago: timedelta
    latitude: float = 36.6343
    longitude: float = 116.9412
    done: dict[str, str] = field(default_factory=dict)


ARCHIVED = Story(
    1,
    "joint",
    "王官庄西路占道烧烤联合整治",
    "晚高峰前清理占道炉具和桌椅，检查油烟净化设施和食品经营许可，恢复人行道通行。",
    "王官庄西路与刘长山路路口",
    {LAW: "清理占道炉具和桌椅", "market": "查验食品经营许可", "environment": "检查油烟净化设施"},
    timedelta(days=12),
    done={
        LAW: "清走占道炉具 6 个、桌椅 11 套，当场恢复人行道通行，对两家下达责令改正通知。",
        "market": "查验 7 家经营户证照，1 家许可过期，已责令停业补办。",
        "environment": "5 家油烟净化器正常运行，2 家滤网堵塞，现场督促清洗。",
    },
)
RUNNING = Story(
    2,
    "joint",
    "青龙山路沿街烧烤油烟",
    "傍晚 6 点起联合检查沿街烧烤店，重点看油烟直排和占道经营，劝导入店经营。",
    "青龙山路北口公交站",
    {LAW: "清理占道经营", "market": "查验证照", "environment": "检测油烟"},
    timedelta(hours=17),
)
EMERGENCY = Story(
    3,
    "emergency",
    "十区东门燃气管道占压",
    "违建围挡压在燃气管道上方，请到现场核实风险、拉警戒线、组织拆除。",
    "十区东门",
    {"emergency": "核实风险、统一指挥", "housing": "排查燃气管线", LAW: "拆除占压围挡"},
    timedelta(minutes=42),
)
DRAFT = Story(
    4,
    "key_work",
    "八区消防通道固定地锁集中清理",
    "拆除占用消防通道的固定地锁，现场划线；对阻挠的由派出所协助劝导。",
    "八区社区党群服务中心门口",
    {LAW: "拆除固定地锁", "fire-rescue": "指导通道划线", "police": "维持现场秩序"},
    timedelta(hours=2),
)


def load() -> str:
    """Tell them where they are not there yet; says what there is."""
    if not Whistle.objects.exists():
        tickets = _street_matters()
        if len(tickets) < 4:
            return "no whistles: fewer than four matters are at the street"
        with outbox.unnudged():
            _tell(tickets)
    return f"{Whistle.objects.count()} whistles"


def _street_matters() -> list[Ticket]:
    """Open matters that the street holds; the oldest first."""
    running = [Status.SUBMITTED, Status.ACCEPTED, Status.ON_HOLD, Status.RESOLVED, Status.ANSWERED]
    held = Ticket.objects.filter(level=Level.STREET, about_staff=False, status__in=running)
    return list(held.with_units().order_by("id")[:4])


def _tell(tickets: list[Ticket]) -> None:
    now = clock.now()
    _archived(tickets[0])
    running = _blown(RUNNING, tickets[1])
    with clock.at(now - RUNNING.ago + timedelta(hours=2)):
        _come(running, "market")
        _come(running, "environment", "流动检测车已到位，先测北段 3 家。")
        if tickets[1].has_phone:
            consent.say(running.matters.select_related("ticket").get(), "yes")
    emergency = _blown(EMERGENCY, tickets[2])
    with clock.at(now - EMERGENCY.ago + timedelta(minutes=12)):
        _come(emergency, "emergency", "已拉警戒线，现场无泄漏。")
    for minutes in (16, 31):
        with clock.at(now - EMERGENCY.ago + timedelta(minutes=minutes)):
            due.sweep()
    with clock.at(now - DRAFT.ago):
        _draft(DRAFT, tickets[3])


def _archived(ticket: Ticket) -> None:
    whistle, began = _blown(ARCHIVED, ticket), clock.now() - ARCHIVED.ago
    ratings = {LAW: (5, "到得快，处置彻底。"), "market": (4, "查得细。"), "environment": (3, "次日才到。")}
    for number, (code, words) in enumerate(ARCHIVED.done.items(), start=1):
        with clock.at(began + timedelta(hours=13 * number - 8)):
            call = _come(whistle, code, words)
            take(call, "conclude", by=staff(_person(code)), note="本单位任务已完成。")
    with clock.at(began + timedelta(days=2)):
        for code, (rating, why) in ratings.items():
            take(_call(whistle, code), "rate", by=staff(_of(Role.DISPATCHER)), rating=rating, note=why)
        take(whistle, "archive", by=staff(_of(Role.DISPATCHER)))


def _blown(story: Story, ticket: Ticket) -> Whistle:
    with clock.at(clock.now() - story.ago - timedelta(minutes=20)):
        whistle = _draft(story, ticket)
    with clock.at(clock.now() - story.ago):
        take(whistle, "approve", by=staff(_of(Role.STREET_LEADER)))
        take(whistle, "blow", by=staff(_of(Role.DISPATCHER)))
    return whistle


def _draft(story: Story, ticket: Ticket) -> Whistle:
    departments = Department.objects.in_bulk(list(story.tasks), field_name="code")
    plan = Plan(
        kind=story.kind,
        title=story.title,
        needs=story.needs,
        place=story.place,
        tickets=(ticket,),
        tasks={departments[code].pk: task for code, task in story.tasks.items()},
        latitude=story.latitude,
        longitude=story.longitude,
        knows_other=True,
    )
    return draft(plan, by=_of(Role.DISPATCHER), form_id=UUID(FORM.format(story.number)))


def _come(whistle: Whistle, code: str, words: str = "") -> Call:
    """Somebody of the department checks in, and says what was done."""
    call, person = _call(whistle, code), staff(_person(code))
    take(call, "check_in", by=person)
    if words:
        take(call, "deed", by=person, note=words)
    return call


def _call(whistle: Whistle, code: str) -> Call:
    return whistle.calls.get(department__code=code)


def _person(code: str) -> User:
    return people_of(Role.DEPARTMENT_STAFF, department=Department.objects.get(code=code))[0]


def _of(role: Role) -> User:
    return people_of(role)[0]
