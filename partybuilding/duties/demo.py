"""The duty list of the demo: this year's, of the street and of three communities, as far as it is today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from grids.models import Line, Post, Role, User, today
from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.services.people import People
from partybuilding.duties.services.steps import take
from partybuilding.duties.services.turns import lay_out
from partybuilding.duties.terms import Period, Tier
from wangguan import clock
from wangguan.notify import outbox

COMMUNITIES = 3


@dataclass(frozen=True)
class Plan:
    """One item; `ends` is how its last day that is over stands: checked, done, returned or late."""

    tier: Tier
    item: str
    evidence: str
    period: Period
    said: str
    ends: str = "checked"
    line: Line | None = None
    """The section that owns it; none: a leader of the street, or the community's secretary."""


STREET = (
    Plan(
        Tier.FIRST,
        "每季度召开党工委会议专题研究基层党建工作，听取各社区党委汇报。",
        "会议记录、签到表和议定事项清单",
        Period.QUARTER,
        "已召开专题会议，研究议定事项 4 项，责任到人，会议记录已归档。",
    ),
    Plan(
        Tier.FIRST,
        "每半年到党建联系点讲党课一次，调研网格党支部运行情况。",
        "党课讲稿、现场照片、调研记录",
        Period.HALF,
        "到九区社区讲党课一次，参加党员 46 人，现场收集意见 7 条。",
    ),
    Plan(
        Tier.FIRST,
        "年底组织社区党委书记抓基层党建工作述职评议。",
        "述职报告、评议结果通报",
        Period.YEAR,
        "述职评议会已召开，结果已通报。",
    ),
    Plan(
        Tier.FIELD,
        "每月调度“红色管家”工作，协调物业、业委会解决小区共性问题。",
        "调度记录、问题销号台账",
        Period.MONTH,
        "本月调度问题 9 件，办结 7 件，其余 2 件已明确时限。",
        "done",
        Line.PARTY,
    ),
    Plan(
        Tier.FIELD,
        "每季度检查“双报到”单位和党员到社区报到服务情况。",
        "检查通报、服务时长统计",
        Period.QUARTER,
        "抽查报到单位 6 家，服务时长统计已发各社区核对。",
        "returned",
        Line.PARTY,
    ),
    Plan(
        Tier.POST,
        "结合安全生产检查，每季度督促包联社区落实党员包楼责任。",
        "检查记录、照片",
        Period.QUARTER,
        "检查楼院 12 处，党员包楼公示牌全部更新。",
        "late",
        Line.SAFETY,
    ),
    Plan(
        Tier.POST,
        "每半年组织民生条线党员干部开展一次集中走访困难群众。",
        "走访台账、解决问题清单",
        Period.HALF,
        "走访困难家庭 38 户，帮办事项 15 件。",
        line=Line.LIVELIHOOD,
    ),
)
COMMUNITY = (
    Plan(
        Tier.DIRECT,
        "每月主持社区党委会，研究网格诉求办理和重点人群走访。",
        "会议记录、议定事项落实情况",
        Period.MONTH,
        "会议已召开，上月议定事项 5 项全部落实。",
        "done",
    ),
    Plan(
        Tier.DIRECT,
        "每季度召开联席会，向共建单位发布需求清单。",
        "联席会纪要、需求清单认领情况",
        Period.QUARTER,
        "联席会发布需求 6 项，认领 5 项。",
        "late",
    ),
    Plan(
        Tier.POST,
        "每季度对网格党支部开展一次工作指导，入户听取居民意见。",
        "指导记录、意见办理情况",
        Period.QUARTER,
        "指导网格党支部 5 个，收集意见 11 条，已转办。",
    ),
)


def load() -> str:
    """Make it where this year has no list yet; says what there is."""
    year = today().year
    if not Duty.objects.filter(year=year).exists():
        with outbox.unnudged():
            _make(year)
    return f"{Duty.objects.filter(year=year).count()} duties of {year}"


def _make(year: int) -> None:
    posts = Post.objects.current().select_related("user").order_by("pk")
    leaders = [post.user for post in posts.filter(role=Role.STREET_LEADER)[:1]]
    sections = [post.user for post in posts.filter(role=Role.SECTION_STAFF)]
    for plan in STREET if leaders else ():
        owners = [user for user in sections if plan.line in user.sections] or leaders
        _add(year, plan, owners[0], None)
    secretaries = posts.filter(role=Role.COMMUNITY_LEADER).order_by("community__code")
    for post in secretaries[:COMMUNITIES]:
        for plan in COMMUNITY:
            _add(year, plan, post.user, post.community_id)


def _add(year: int, plan: Plan, owner: User, community: int | None) -> None:
    with clock.at(_moment(date(year, 1, 4))):
        duty = Duty.objects.create(
            year=year,
            tier=plan.tier,
            community_id=community,
            item=plan.item,
            evidence=plan.evidence,
            owner=owner,
            period=plan.period,
        )
        lay_out(duty)
    over = list(duty.turns.select_related("duty__owner").filter(due_on__lt=today() - timedelta(days=2)))
    for turn in over:
        _live(turn, plan, ends=plan.ends if turn == over[-1] else "checked")


def _live(turn: Turn, plan: Plan, *, ends: str) -> None:
    """Reported three days before its day and judged two days later, as far as it came."""
    if ends == "late":
        return
    with clock.at(_moment(turn.due_on - timedelta(days=3))):
        take(turn, "report", by=turn.duty.owner, words=plan.said)
        keepers = People.today().keeping(turn)
    if ends == "done" or not keepers:
        return
    with clock.at(_moment(turn.due_on - timedelta(days=1))):
        if ends == "returned":
            take(turn, "return", by=keepers[0], words="缺少服务时长统计表，请补充后重新报送。")
        else:
            take(turn, "check", by=keepers[0], words="材料齐全。")


def _moment(day: date) -> datetime:
    """In the afternoon of that day."""
    return datetime.combine(day, time(15), tzinfo=timezone.get_default_timezone())
