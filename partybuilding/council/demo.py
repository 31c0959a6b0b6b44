"""The demo's joint council of 九区社区: four units, two meetings, one called, a resolution carried out."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.models import Community, Role, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.council import services
from partybuilding.council.models import Membership
from partybuilding.council.queries import next_chair
from partybuilding.meetings.models import Body, Meeting, Seat
from partybuilding.meetings.services import actions, attending, meetings, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.topics import Proposal
from partybuilding.meetings.terms import BodyKind, Source
from wangguan import clock
from wangguan.notify import outbox

FORM = "00000000-0000-4000-8000-0000000e{:04}"
COMMUNITY = "九区社区"
PLACE = "九区党群服务中心二楼"
# how many days ago, topic, what came of it, what is to be done, within how many days, how far that is
HELD = (
    (
        75,
        "单位停车场夜间向居民开放",
        "交通局停车场每晚七点到早上七点向登记居民开放五十个车位。",
        "划出车位并公布登记办法",
        20,
        "confirm",
    ),
    (40, "冬季供暖前联合检修", "热力集团带队，各单位出人，先查独居老人家。", "入户检修并报结果", 30, "done"),
    (12, "学校操场周末开放", "试开放一个月，社区派人值守。", "排出值守表并公示", 25, ""),
)


def load() -> str:
    """Make it where there is none; says how many units sit there."""
    community = Community.objects.filter(name=COMMUNITY).first()
    if community and not Body.objects.filter(kind=BodyKind.COUNCIL).exists():
        with transaction.atomic(), outbox.unnudged():
            _make(community)
    return f"{Membership.objects.count()} units at councils"


def _make(community: Community) -> None:
    by = By(people_of(Role.COMMUNITY_LEADER, community=community)[0])
    body = services.found(name="九区社区党建联席会", community=community, by=by)
    units = UnitCheckIn.objects.here().filter(community=community).select_related("unit").order_by("pk")
    seats = [services.join(body, unit, by=by).seat for unit in units]
    Seat.objects.filter(body=body).update(starts_on=today() - timedelta(days=200))
    for number, row in enumerate(HELD):
        _held(body, number, row, seats, by)
    _called(body, by)


def _held(
    body: Body, number: int, row: tuple[int, str, str, str, int, str], seats: list[Seat], by: By
) -> None:
    ago, title, outcome, to_do, days, step = row
    hour = _at(-ago)
    with clock.at(hour):
        meeting = _plan(body, number, hour, by)
        meetings.open_(meeting, by=by)
        for seat in seats[: len(seats) - number % 2]:
            attending.mark(meeting, seat, came=True, by=by)
        topic = topics.propose(body, Proposal(title=title), by=by)
        topics.put_on(topic, meeting, by=by, words="各单位会前已沟通")
        due = today() + timedelta(days=days)
        owner = seats[number % len(seats)]
        topics.decide(topic, outcome=outcome, actions=[NewAction(words=to_do, seat=owner, due_on=due)], by=by)
        meetings.close(meeting, minutes="会议由轮值单位主持，逐项讨论，形成以上决议。", by=by)
    action = topic.actions.get()
    with clock.at(hour + timedelta(days=days - 4)):
        if step:
            actions.done(action, evidence="已按决议办完，现场照片留存社区。", by=by)
        if step == "confirm":
            actions.judge(action, "confirm", by=by)


def _called(body: Body, by: By) -> None:
    meeting = _plan(body, len(HELD), _at(18), by)
    topics.propose(body, Proposal(title="春节前联合慰问", source=Source.OFFICE), by=by)
    meetings.call(meeting, by=by)


def _plan(body: Body, number: int, hour: datetime, by: By) -> Meeting:
    chair = next_chair(body, timezone.localdate(hour))
    form = UUID(FORM.format(number))
    return meetings.plan(body, starts_at=hour, place=PLACE, by=by, form_id=form, chair=chair)


def _at(days: int) -> datetime:
    return timezone.make_aware(datetime.combine(today() + timedelta(days=days), time(15)))
