"""The demo's two centres: the street's, and 九区社区's with its rooms, bookings and activities."""

from datetime import datetime, time, timedelta
from itertools import count
from uuid import UUID

from django.db import transaction

from grids.models import Community, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.centre import hours
from partybuilding.centre.models import Booking, Centre, Opening, Room
from partybuilding.centre.services import activities, booking
from partybuilding.centre.services.booking import Whom, Wish
from partybuilding.centre.terms import OpenTo, Theme
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.people import Whom as Guest
from partybuilding.gatherings.services import attending, signing
from wangguan import clock
from wangguan.notify import outbox

COMMUNITY = "九区社区"
FORM = "00000000-0000-4000-8000-00000000d{:03}"
PHONE = "1995378{:04}"
"""No operator has given numbers of this block out."""
ROOMS = (
    ("二楼会议室", 30, "投影、音响、白板", OpenTo.UNITS, True),
    ("二楼多功能厅", 80, "舞台、音响、钢琴", OpenTo.UNITS, True),
    ("一楼读书角", 12, "书架、饮水机", OpenTo.KNOWN, False),
)
STREET_ROOMS = (
    ("一号报告厅", 120, "投影、音响、同传", OpenTo.UNITS, True),
    ("党员活动室", 40, "电视、白板", OpenTo.UNITS, True),
)
NAMES = ("赵春燕", "钱秀兰", "孙国庆", "李建国", "周桂英", "吴海涛")


class Making:
    """Who keeps the centre, form ids each once and the same in every demo, days counted from this Monday."""

    def __init__(self, keeper: User) -> None:
        self.by = By(keeper)
        self._monday = hours.monday_of(today())
        self._numbers = count(1)

    def form_id(self) -> UUID:
        return UUID(FORM.format(next(self._numbers)))

    def at(self, day: int, hour: int) -> datetime:
        return hours.at(self._monday + timedelta(days=day), time(hour))

    def wish(self, day: int, first: int, last: int, purpose: str, weeks: int = 1) -> Wish:
        return Wish((self.at(day, first), self.at(day, last)), purpose, 12, weeks)


def load() -> str:
    """Make them where there are none; says how many there are."""
    community = Community.objects.filter(name=COMMUNITY).first()
    if community and not Centre.objects.exists():
        with transaction.atomic(), outbox.unnudged():
            _make(community, people_of(Role.COMMUNITY_LEADER, community=community)[0])
    return f"{Centre.objects.count()} centres with {Booking.objects.count()} bookings"


def _make(community: Community, keeper: User) -> None:
    making = Making(keeper)
    street = Centre.objects.create(
        name="王官庄街道党群服务中心",
        address="王官庄小区中心路1号",
        phone="0531-87960000",
        words="全街道党组织和单位共用。报告厅可容纳 120 人。",
    )
    _rooms(street, STREET_ROOMS, days=range(5))
    own = Centre.objects.create(
        name="九区党群服务中心",
        community=community,
        address="王官庄九区12号楼",
        latitude=36.6321,
        longitude=116.9322,
        phone="0531-87960009",
        words="一楼读书角，二楼会议室和多功能厅。自带水杯，请勿吸烟。",
        closed_days=[6],
    )
    meeting, hall, corner = _rooms(own, ROOMS, days=range(7))
    _bookings(meeting, corner, making)
    _activities(hall, making)


def _rooms(centre: Centre, given: tuple[tuple[str, int, str, OpenTo, bool], ...], days: range) -> list[Room]:
    rooms = [
        Room.objects.create(
            centre=centre, name=name, capacity=seats, equipment=words, open_to=to, needs_approval=asks
        )
        for name, seats, words, to, asks in given
    ]
    Opening.objects.bulk_create(
        Opening(room=room, weekday=day, opens=time(8, 30), closes=time(20, 30))
        for room in rooms
        for day in days
    )
    return rooms


def _bookings(meeting: Room, corner: Room, making: Making) -> None:
    """This week's and later ones, asked for on Monday morning; a unit's contact waits for the office."""
    caller = Whom(name="王秀英", phone=PHONE.format(100))
    with clock.at(making.at(0, 7)):
        for place, whom, wish in (
            (meeting, Whom(user=making.by.user), making.wish(0, 9, 11, "社区党委例会")),
            (meeting, Whom(user=making.by.user), making.wish(2, 14, 16, "网格员培训")),
            (meeting, Whom(user=making.by.user), making.wish(4, 9, 11, "居民议事会")),
            (meeting, caller, making.wish(9, 18, 20, "书画班", weeks=4)),
            (corner, caller, making.wish(1, 9, 11, "读报小组", weeks=3)),
        ):
            booking.book(place, wish, whom=whom, by=making.by, form_id=making.form_id())
    for row in UnitCheckIn.objects.here().select_related("unit").order_by("pk")[:1]:
        unit, wish = row.unit, making.wish(8, 14, 16, "支部联学", weeks=2)
        contact = Whom(name=unit.contact_name, phone=unit.contact_phone, unit=unit)
        own = By(phone_hash=unit.contact_hash)
        booking.book(meeting, wish, whom=contact, by=own, form_id=making.form_id())


def _activities(hall: Room, making: Making) -> None:
    """One of last week with who came, one of next week where one place is left, one of the week after."""
    with clock.at(making.at(-9, 7)):
        past = _plan(hall, making, "消防安全讲座", Theme.LECTURE, -5, places=30)
        for number in range(5):
            signing.sign_up(past, _guest(number), by=making.by)
    for sign_up in past.sign_ups.order_by("pk"):
        attending.mark(sign_up, attended=sign_up.name != NAMES[4], by=making.by)
    soon = _plan(hall, making, "中医义诊", Theme.HEALTH, 10, places=6)
    for number in range(5):
        signing.sign_up(soon, _guest(number), by=making.by)
    _plan(hall, making, "亲子剪纸", Theme.FAMILY, 12, places=20)


def _plan(hall: Room, making: Making, title: str, theme: Theme, day: int, *, places: int) -> Gathering:
    activity = activities.plan(
        hall,
        title,
        span=(making.at(day, 9), making.at(day, 11)),
        theme=theme,
        organiser="九区社区党委",
        words="请提前十分钟到场。",
        places=places,
        form_id=making.form_id(),
        by=making.by,
    )
    return activity.gathering


def _guest(number: int) -> Guest:
    return Guest(name=NAMES[number], phone=PHONE.format(number))
