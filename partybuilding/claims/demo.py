"""The demo's three lists in 九区社区: six needs, five resources, three projects, in every state."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from grids.models import Community, Role, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.checkins.models import Unit, UnitCheckIn
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.services import agreeing, carrying, claiming, listing, steps
from partybuilding.claims.services.claiming import Wish
from partybuilding.claims.terms import Kind, Origin, Sort
from wangguan import clock
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash

COMMUNITY = "九区社区"
FORM = "00000000-0000-4000-8000-0000000d{:04}"
TELLER = ("孙桂芳", "19953755000")
"""No operator has given numbers of this block out."""

# kind, title, words, what else
NEEDS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (Kind.SPACE, "合唱队周末排练场地", "四十人左右，每周六下午两小时，有钢琴更好。", {"amount": "40 人"}),
    (
        Kind.SKILL,
        "老年人智能手机课",
        "从打电话、看病挂号教起，一次一小时。",
        {"shares": 4, "served": "六十岁以上居民"},
    ),
    (Kind.SERVICE, "行动不便老人上门测血压", "每月一次，约二十户。", {"shares": 2, "served": "行动不便老人"}),
    (Kind.GOODS, "社区书屋添儿童图书", "适合小学生，新旧都可以。", {"amount": "200 本"}),
    (Kind.PEOPLE, "放学时段路口疏导", "工作日下午四点到五点。", {"shares": 5}),
    (Kind.SKILL, "法律咨询进小区", "邻里纠纷、继承、租房方面的问题较多。", {"source": Origin.MEETING}),
)
RESOURCES: tuple[tuple[int, str, str, str, dict[str, Any]], ...] = (
    (
        1,
        Kind.SPACE,
        "周末排练厅",
        "可坐六十人，有钢琴，周六周日可用。",
        {"amount": "60 座", "place": "文化楼一层"},
    ),
    (2, Kind.SERVICE, "每月一次义诊", "测血压、血糖，可上门。", {"shares": 4}),
    (3, Kind.SKILL, "供暖前入户检修", "维修人员两名，自带工具。", {"shares": 10}),
    (0, Kind.PEOPLE, "党员交通疏导队", "可派八人，服从社区安排。", {"amount": "8 人"}),
    (1, Kind.GOODS, "旧课桌椅一批", "三十套，可自取。", {"amount": "30 套"}),
)
PROJECTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (Kind.FUNDS, "楼道口加装扶手", "先做老年人多的六个楼门，预计一个月完工。", {"shares": 3}),
    (Kind.SPACE, "口袋花园共建", "清理空地，种花，安放座椅。", {"shares": 4}),
    (Kind.SERVICE, "一站式便民服务日", "每季度一次，义诊、理发、修理同场。", {"shares": 6}),
)


def load() -> str:
    """Make them where there are none; says how many there are."""
    community = Community.objects.filter(name=COMMUNITY).first()
    rows = UnitCheckIn.objects.here().filter(community=community).select_related("unit").order_by("pk")
    units = [row.unit for row in rows]
    if community and len(units) >= 4 and not Item.objects.exists():
        keeper = people_of(Role.COMMUNITY_LEADER, community=community)[0]
        with transaction.atomic(), outbox.unnudged():
            _make(community, By(keeper), units, By((people_of(Role.STREET_LEADER) or [keeper])[0]))
    return f"{Item.objects.count()} items on the three lists, {Claim.objects.count()} claims"


def _make(community: Community, by: By, units: list[Unit], street: By) -> None:
    with clock.at(clock.now() - timedelta(days=21)):
        made = [_need(number, community, by) for number in range(len(NEEDS))]
        offers = [_resource(number, units) for number in range(len(RESOURCES))]
        plans = [_project(number, community, by) for number in range(len(PROJECTS))]
    _publish([*made[:5], plans[0]], by, days=20)
    _publish(offers[:4], street, days=12)
    _publish([plans[1]], by, days=3)
    _in_step(made, offers, plans, units, by)
    steps.take(offers[4], "withdraw", by=_of(units[1]), note="已经送给别的学校。")


def _publish(rows: list[Item], by: By, *, days: int) -> None:
    """So many days ago; what nobody claims stands there for longer than fourteen."""
    with clock.at(clock.now() - timedelta(days=days)):
        for row in rows:
            if row.state == "draft":
                steps.take(row, "publish", by=by)


def _in_step(made: list[Item], offers: list[Item], plans: list[Item], units: list[Unit], by: By) -> None:
    """Each item as far as the demo shows it; the first need stays unclaimed, its hall is free."""
    bureau, school, clinic, heating = units[:4]
    _claim(30, made[1], school, words="信息课老师可以来四次。")
    _claim(31, made[2], clinic, counterpart=offers[1], agreed=by)
    _plan(2, _claim(32, made[4], bureau, counterpart=offers[3], agreed=by), by)
    _done(_claim(33, plans[0], heating, agreed=by), plans[0], by)
    _mark(_done(_claim(34, made[3], school, agreed=by), made[3], by), by)


def _claim(number: int, item: Item, unit: Unit, *, agreed: By | None = None, **fields: Any) -> Claim:
    claim = claiming.claim(item, Wish(_form(number), unit=unit, seen=item.taken, **fields), by=_of(unit))
    if agreed:
        agreeing.move(claim, "agree", by=agreed)
    return Claim.objects.for_page().get(pk=claim.pk)


def _plan(number: int, claim: Claim, by: By) -> None:
    """One milestone reached, one that is near."""
    for place, (name, days) in enumerate((("排班表定下来", 0), ("第一周疏导", 2))):
        row = carrying.plan(
            claim,
            by=by,
            name=name,
            due_on=today() + timedelta(days=days),
            form_id=_form(40 + 10 * number + place),
        )
        if days == 0:
            carrying.reach(row, by=by, on=today(), words="八人分两班，已排到月底。")


def _done(claim: Claim, item: Item, by: By) -> Item:
    steps.take(_fresh(item), "begin", by=by)
    steps.take(_fresh(item), "accept", by=by, note="按约定完成，现场看过，效果不错。")
    return _fresh(item)


def _mark(item: Item, by: By) -> None:
    for number, stars in enumerate((5, 4)):
        carrying.rate(
            item,
            by=by,
            stars=stars,
            words="孩子们很喜欢。",
            how="书屋开放日现场询问",
            form_id=_form(90 + number),
        )


def _need(number: int, community: Community, by: By) -> Item:
    kind, title, words, more = NEEDS[number]
    fields = {
        "sort": Sort.NEED,
        "kind": kind,
        "title": title,
        "words": words,
        "community": community,
        "place": "九区党群服务中心",
        "source": Origin.OFFICE,
        **more,
    }
    if number == 3:
        name, phone = TELLER
        fields |= {"source": Origin.RESIDENT, "contact_name": name, "contact_phone": phone}
    return listing.enter(fields, by=by, form_id=_form(number))


def _resource(number: int, units: list[Unit]) -> Item:
    owner, kind, title, words, more = RESOURCES[number]
    unit = units[owner]
    fields = {"kind": kind, "title": title, "words": words, "community": None, **more}
    fields["ends_on"] = date(today().year + 1, 6, 30)
    return listing.offer(unit, fields, by=_of(unit), form_id=_form(10 + number))


def _project(number: int, community: Community, by: By) -> Item:
    kind, title, words, more = PROJECTS[number]
    fields = {
        "sort": Sort.PROJECT,
        "kind": kind,
        "title": title,
        "words": words,
        "community": community,
        "source": Origin.OFFICE,
        **more,
    }
    return listing.enter(fields, by=by, form_id=_form(20 + number))


def _fresh(item: Item) -> Item:
    return Item.objects.select_related("unit").get(pk=item.pk)


def _of(unit: Unit) -> By:
    return By(phone_hash=keyed_hash(unit.contact_phone))


def _form(number: int) -> UUID:
    return UUID(FORM.format(number))
