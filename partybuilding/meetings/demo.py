"""The demo's party-building meetings: the street's and one community's, each with two held and one called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.models import Community, Grid, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.meetings.models import Body, Meeting, Seat, Topic
from partybuilding.meetings.services import actions, attending, meetings, tables, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.services.topics import Proposal
from partybuilding.meetings.terms import BodyKind, Reply, Source, Stance
from partybuilding.organisations.models import Organisation
from partybuilding.organisations.terms import Kind
from wangguan import clock
from wangguan.notify import outbox

FORM = "00000000-0000-4000-8000-0000000d{:04}"
PHONE = "1995372{:04}"
"""No operator has given numbers of this block out. The first of them enters in the demo's walk."""
COMMUNITY = "九区社区"
STREET = (
    ("党建办主任", "党群服务中心主任", "两新组织党建指导员"),
    (("周文博", "驻街单位代表"), ("郑国庆", "商圈党总支书记")),
)
PLACES = {"street": "街道三楼会议室", "community": "九区党群服务中心二楼"}


@dataclass(frozen=True)
class Row:
    """A topic: what came of it, what is to be done within how many days, and how far that is."""

    title: str
    outcome: str
    to_do: str
    days: int
    state: str


HELD: dict[str, tuple[tuple[Row, ...], ...]] = {
    "street": (
        (
            Row(
                "“支部建在网格上”还缺几个",
                "年底前补齐未建支部的网格，暂不具备条件的先建联合支部。",
                "列出未建支部网格名单，逐个定时限",
                10,
                "confirmed",
            ),
            Row(
                "物业纠纷怎么在小区议",
                "每个小区红色管家议事会每月至少开一次，社区党委书记到会。",
                "汇总各小区议事会开会时间",
                12,
                "confirmed",
            ),
        ),
        (
            Row(
                "快递、外卖党员怎么管",
                "在党群服务中心设暖“新”驿站，由楼宇党支部接转组织关系。",
                "驿站配饮水、充电、应急药品",
                20,
                "done",
            ),
            Row(
                "双报到单位年度评价",
                "评价结果寄送所在单位，重点写群众的话。",
                "收齐各社区评价意见",
                -3,
                "open",
            ),
        ),
    ),
    "community": (
        (
            Row(
                "入冬前独居老人家取暖检查",
                "党员分片包户，一户一查，发现问题当天报网格员。",
                "建立独居老人包户名单",
                5,
                "confirmed",
            ),
            Row(
                "三号楼前晾晒与停车争地方",
                "先由楼道长听两边意见，划出晾晒区试行一个月。",
                "划线并公示试行办法",
                14,
                "confirmed",
            ),
        ),
        (
            Row(
                "楼道堆物清了又堆",
                "每周五党员义务清理，网格员拍照留底。",
                "排出四周值班表",
                7,
                "done",
            ),
            Row(
                "老旧小区加装扶手",
                "向街道申请资金，先装老人多的五个单元。",
                "摸清五个单元的人数和尺寸",
                25,
                "open",
            ),
        ),
    ),
}
COMING = {
    "street": ("下一年度培训计划", "新就业群体服务清单"),
    "community": ("春节前慰问安排", "社区食堂试营业听意见"),
}
MINUTES = "会议按议程进行，各项议题逐一讨论，形成以上决议。\n下次会议听取办理情况。"


def load() -> str:
    """Make them where there are none; says how many there are."""
    if not Body.objects.filter(kind=BodyKind.PARTY).exists():
        with transaction.atomic(), outbox.unnudged():
            _street()
            _community()
    return f"{Body.objects.count()} tables, {Meeting.objects.count()} meetings"


def _street() -> None:
    keeper = next(iter(people_of(Role.STREET_LEADER)), None)
    if keeper is None:
        return
    head = Organisation.objects.standing().filter(kind=Kind.WORKING_COMMITTEE).first()
    others = people_of(Role.SECTION_STAFF)[:3]
    staff = [(keeper, "街道党工委书记"), *zip(others, STREET[0], strict=False)]
    _meet("street", "街道党工委党建例会", None, head, keeper, staff, STREET[1])


def _community() -> None:
    community = Community.objects.filter(name=COMMUNITY).first()
    if community is None:
        return
    office = people_of(Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF, community=community)
    committee = Organisation.objects.standing().filter(kind=Kind.COMMITTEE, community=community).first()
    staff = [*zip(office, ("社区党委书记", "社区党建干事"), strict=False)]
    staff += [(person, f"第{number}网格党小组") for number, person in _of(community)]
    known = (("孙桂英", "小区党支部书记"), ("李建华", "老党员代表"))
    _meet("community", "九区社区党建议事会", community, committee, office[0], staff, known)


def _of(community: Community) -> Iterator[tuple[str, User]]:
    """Leaders of the community's first grids."""
    for number, grid in zip(
        "一二", Grid.objects.in_force().filter(community=community).order_by("code"), strict=False
    ):
        yield from ((number, person) for person in people_of(Role.GRID_LEADER, grid=grid)[:1])


def _meet(
    level: str,
    name: str,
    community: Community | None,
    organisation: Organisation | None,
    keeper: User,
    staff: list[tuple[User, str]],
    known: tuple[tuple[str, str], ...],
) -> None:
    by = By(keeper)
    body = tables.found(kind=BodyKind.PARTY, name=name, community=community, organisation=organisation, by=by)
    since, offset = today() - timedelta(days=400), 0 if level == "street" else 10
    sitting = [
        Sitting("member", title=title, user=person, starts_on=since, may_chair=not number)
        for number, (person, title) in enumerate(staff)
    ] + [
        Sitting("member", title=title, name=person, phone=PHONE.format(offset + number), starts_on=since)
        for number, (person, title) in enumerate(known)
    ]
    table = _Table(level, body, [tables.seat(body, each, by=by) for each in sitting], by, today())
    for number in range(2):
        table.held(number)
    table.coming()


@dataclass(frozen=True)
class _Table:
    """One table whose meetings are made; `day` is the real one, whatever moment its clock stands at."""

    level: str
    body: Body
    seats: list[Seat]
    by: By
    day: date

    def held(self, number: int) -> None:
        """Two months and one month ago: everybody came but the last, who sent a position in writing."""
        starts_at = _at(self.day - timedelta(days=61 - 30 * number), time(15))
        rows, by = HELD[self.level][number], self.by
        with clock.at(starts_at - timedelta(days=7)):
            meeting = self._planned(number, starts_at)
            laid = self._agenda(meeting, [row.title for row in rows])
            meetings.call(meeting, by=by)
        with clock.at(starts_at):
            meetings.open_(meeting, by=by)
            absent = meeting.invitations.get(seat=self.seats[-1])
            attending.reply(absent, Reply.LEAVE, words="外出学习", statement="同意各项议题。", by=by)
            for seat in self.seats[:-1]:
                attending.mark(meeting, seat, came=True, by=by)
            for place, (topic, row) in enumerate(zip(laid, rows, strict=True), start=1):
                self._decided(topic, row, self.seats[place % len(self.seats)])
            meetings.close(meeting, minutes=MINUTES, by=by)

    def coming(self) -> None:
        """Called for next week; half have said that they come, one topic waits."""
        meeting = self._planned(2, _at(self.day + timedelta(days=6), time(15)))
        self._agenda(meeting, COMING[self.level])
        meetings.call(meeting, by=self.by)
        for seat in self.seats[: len(self.seats) // 2]:
            attending.reply(meeting.invitations.get(seat=seat), Reply.COMING, by=self.by)
        topics.lay(self.body, Proposal("网格党小组活动经费怎么用", source=Source.SEAT, seat=self.seats[-1]))

    def _planned(self, number: int, starts_at: datetime) -> Meeting:
        form_id = UUID(FORM.format((0 if self.level == "street" else 100) + number))
        return meetings.plan(
            self.body,
            starts_at=starts_at,
            place=PLACES[self.level],
            chair=self.seats[0],
            recorder=str(self.seats[1]),
            form_id=form_id,
            by=self.by,
        )

    def _agenda(self, meeting: Meeting, titles: Sequence[str]) -> list[Topic]:
        return [topics.lay_on(meeting, Proposal(title), by=self.by) for title in titles]

    def _decided(self, topic: Topic, row: Row, owner: Seat) -> None:
        # What is still open falls due around the real today, the others so many days after the meeting.
        due = (self.day if row.state == "open" else today()) + timedelta(days=row.days)
        new = NewAction(row.to_do, due_on=due, seat=owner)
        voices = {seat.pk: (str(Stance.FOR), "") for seat in self.seats}
        topics.decide(topic, outcome=row.outcome, voices=voices, actions=[new], by=self.by)
        if row.state == "open":
            return
        action = topic.actions.for_page().get()
        own = By(user=owner.user) if owner.user else By(phone_hash=owner.phone_hash)
        with clock.at(clock.now() + timedelta(days=min(row.days, 9))):
            actions.done(action, evidence="已按要求办完，名单和照片已交会议记录人。", by=own)
            if row.state == "confirmed":
                actions.judge(action, "confirm", words="已核对。", by=self.by)


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
