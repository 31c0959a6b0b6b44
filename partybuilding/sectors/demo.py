"""Emerging sectors of the demo: forty invented firms and sites on the dedicated grids, in every stage."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random

from django.db import transaction

from grids import boundaries
from grids.models import Community, Grid, GridKind, Post, User, today
from grids.roles import COMMUNITY_ROLES
from partybuilding.organisations.models import Organisation
from partybuilding.organisations.terms import Kind as OrganisationKind
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import SURVEYING
from partybuilding.sectors.services import branches, firms
from partybuilding.sectors.services.branches import NewBranch
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.terms import Kind, Trade, Why
from wangguan import clock
from wangguan.notify import outbox

HOW_MANY = 40
DAYS_AGO = 120
# Name, kind, trade; the number of the round follows where a name comes again.
SIGNS = (
    ("泉石网络科技有限公司", Kind.FIRM, Trade.TECHNOLOGY),
    ("惠民便利超市", Kind.FIRM, Trade.RETAIL),
    ("顺达快递网点", Kind.SITE, Trade.COURIER),
    ("南山家政服务公司", Kind.FIRM, Trade.SERVICES),
    ("快马外卖站点", Kind.SITE, Trade.MEALS),
    ("晨光社工服务中心", Kind.SOCIAL, Trade.SERVICES),
    ("鲁味餐饮公司", Kind.FIRM, Trade.CATERING),
    ("平安网约车服务点", Kind.SITE, Trade.RIDES),
    ("启明教育培训中心", Kind.SOCIAL, Trade.EDUCATION),
    ("安居物业服务公司", Kind.FIRM, Trade.PROPERTY),
)
NEEDS = ("希望有歇脚、充电和饮水的地方。", "想了解社保和租房政策。", "希望社区帮助对接停车位。", "")
OFFERS = ("可以在取送件途中随手报告隐患。", "可以提供每月一次的义务维修。", "愿意参加社区志愿服务。", "")
VISITS = ("和负责人谈了党员情况，约好下季度一起过主题党日。", "送去政策手册，了解员工需求，已转社区。")
# How far each firm goes, over and over.
WAYS = (
    "found",
    "reported",
    "surveyed",
    "surveyed",
    "guided",
    "guided",
    "guided",
    "joined",
    "gone",
    "visited",
)


def load() -> str:
    """Enter them where there are none; says what there is."""
    if not Firm.objects.exists():
        with transaction.atomic(), outbox.unnudged():
            _organisations()
            _firms(Random(HOW_MANY))
            _own_branches()
    return f"{Firm.objects.count()} firms and sites"


def _organisations() -> None:
    """The working committee, and a committee in every community, where they do not stand yet."""
    standing = Organisation.objects.standing()
    head, _made = standing.get_or_create(
        kind=OrganisationKind.WORKING_COMMITTEE, defaults={"name": "王官庄街道党工委"}
    )
    for community in Community.objects.order_by("code"):
        standing.get_or_create(
            name=f"{community.name}党委",
            defaults={"kind": OrganisationKind.COMMITTEE, "parent": head, "community": community},
        )


def _firms(random: Random) -> None:
    grids = Grid.objects.in_force().filter(kind=GridKind.DEDICATED) or Grid.objects.in_force()
    places = cycle(grids.select_related("community").order_by("code"))
    for number, grid in zip(range(HOW_MANY), places, strict=False):
        if (people := _people(grid)) is not None:
            _firm(number, grid, people, random)


def _people(grid: Grid) -> tuple[User, User] | None:
    """Who keeps the community's records, and who surveys the grid."""
    posts = Post.objects.current().select_related("user")
    keeper = posts.filter(role__in=COMMUNITY_ROLES, community=grid.community).order_by("pk").first()
    worker = posts.filter(role__in=SURVEYING, grid=grid).order_by("pk").first()
    if keeper is None:
        return None
    return keeper.user, (worker or keeper).user


def _firm(number: int, grid: Grid, people: tuple[User, User], random: Random) -> None:
    keeper, worker = people
    name, kind, trade = SIGNS[number % len(SIGNS)]
    way = WAYS[(number + number // len(WAYS)) % len(WAYS)]
    with clock.at(clock.now() - timedelta(days=DAYS_AGO + number)):
        about = {
            "name": f"{grid.community.name.removesuffix('社区')}{name}{number // len(SIGNS) + 1}店",
            "kind": kind,
            "trade": trade,
            "address": f"{grid.name}沿街{number + 1}号",
            "contact_name": random.choice("王李张刘陈") + "经理",
            "contact_phone": f"1380001{number:04}",
            **_point(grid, random),
        }
        counted = None if way == "found" else _counted(random)
        firm = firms.report(grid, by=keeper if counted is None else worker, about=about, counted=counted)
    _go_on(firm, way, keeper, random)


def _point(grid: Grid, random: Random) -> dict[str, float]:
    """Somewhere near the middle of the grid; nothing where it has no boundary."""
    if not grid.boundary:
        return {}
    middle = boundaries.parse(grid.boundary).representative_point()
    return {
        "latitude": round(middle.y + random.uniform(-0.0004, 0.0004), 6),
        "longitude": round(middle.x + random.uniform(-0.0005, 0.0005), 6),
    }


def _counted(random: Random) -> Counted:
    members = random.choice((0, 0, 1, 2, 3, 4, 5))
    people = random.randint(6, 60)
    return Counted(
        people, members, min(members, random.randint(0, 1)), random.choice(NEEDS), random.choice(OFFERS)
    )


def _go_on(firm: Firm, way: str, keeper: User, random: Random) -> None:
    if way in ("found", "reported"):
        return
    with clock.at(clock.now() - timedelta(days=DAYS_AGO - 5)):
        firm = firms.confirm(firm, by=keeper)
        if way == "gone":
            firms.leave(firm, by=keeper, why=Why.MOVED, words="门面已腾空，电话确认搬到外区。")
        elif way != "surveyed":
            firm = firms.name_adviser(firm, by=keeper, adviser=keeper)
    if way in ("visited", "joined"):
        on = today() - timedelta(days=random.randint(3, 60))
        firm = firms.visit(firm, by=keeper, words=random.choice(VISITS), on=on)
    if way == "joined":
        firms.join(firm, by=keeper, organisation=_joint(firm))


def _joint(firm: Firm) -> Organisation:
    """The joint branch of the community, made where it does not stand yet."""
    name = f"{firm.community.name}新兴领域联合党支部"
    found = branches.choices(firm).filter(name=name).first()
    return found or branches.found(firm, NewBranch(name, date(2024, 7, 1)))


def _own_branches() -> None:
    """Two firms have a branch of their own."""
    for firm, keeper in _ready():
        new = NewBranch(f"{firm.name}党支部", today() - timedelta(days=30))
        firms.establish(firm, by=keeper, new=new)


def _ready() -> Iterator[tuple[Firm, User]]:
    guided = Firm.objects.filter(stage="guided", adviser__isnull=False).select_related("adviser", "community")
    for firm in guided.order_by("-party_members", "pk")[:2]:
        if firm.adviser:
            yield firm, firm.adviser
