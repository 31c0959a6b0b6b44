"""A seat replies and reports on the phone; the meeting's page at both widths without a barrier."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.models import Action, Meeting, Seat
from partybuilding.meetings.services import actions, attending, meetings, tables, topics
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def as_in_the_mockup(cast: Cast) -> Meeting:
    """Six sides, three topics: a recommendation, a decision with two actions, one put off."""
    body, by = scene.table(cast, name="九区红色管家"), scene.keeper(cast)
    community = tables.seat(body, Sitting("community", "九区社区党委", user=cast.community_leader), by=by)
    branch, firm, owners = scene.seats(cast, body)
    resident = tables.seat(body, Sitting("residents", name="赵春燕", phone="19953720003"), by=by)
    partner = tables.seat(body, Sitting("partner", "济南热力", name="周国庆", phone="19953720004"), by=by)
    came = [community, branch, firm, resident]
    scene.planned(cast, body, days=-30, chair=branch)
    first = Meeting.objects.get()
    meetings.open_(first, by=by)
    attending.mark(first, branch, came=True, by=by)
    meetings.close(first, minutes="首次会议。", by=by)
    meeting = scene.held(cast, body, *came, chair=branch, recorder="周网格员", place="九区党群服务中心二楼")
    attending.reply(
        meeting.invitations.get(seat=owners), "leave", words="住院", statement="保留意见。", by=by
    )
    shed = scene.topic(
        cast,
        body,
        meeting,
        title="电动车没地方充，飞线拆了又拉",
        is_owners_matter=True,
        support=23,
        source="resident",
    )
    lamp = scene.topic(cast, body, meeting, source="seat", seat=branch)
    jam = scene.topic(cast, body, meeting, title="南门菜市口早上堵车")
    voices = {seat.pk: ("for", "") for seat in came}
    soon = today() + timedelta(days=3)
    topics.decide(
        shed,
        outcome="提请业主大会表决：东墙外闲地建充电棚 24 个车位，共建单位出棚。",
        voices=voices | {owners.pk: ("reserve", "")},
        actions=[NewAction("报街道批占地", today() + timedelta(days=14), seat=community)],
        by=by,
    )
    topics.decide(
        lamp,
        outcome="全区楼道查一遍线路，坏一处换一处，费用从公共收益出。",
        voices=voices,
        actions=[
            NewAction("12 号楼换灯换线", soon, seat=firm),
            NewAction("其余 17 栋逐栋查", soon, seat=firm),
        ],
        by=by,
    )
    topics.set_aside(jam, "put_off", words="等综合执法到会再议，放到第 12 次", by=by)
    done = Action.objects.for_page().get(words="12 号楼换灯换线")
    actions.done(done, evidence="换了 6 盏。", by=scene.of_phone())
    actions.judge(done, "confirm", by=by)
    assert partner.pk
    return meeting


def looked_at(someone: Person, address: str, name: str) -> tuple[str, list[str], object]:
    page = someone.open(address)
    someone.shoot(f"meetings-{name}")
    return (address, someone.barriers(), page.evaluate(WIDE))


def test_a_meeting_at_the_desk_and_a_seat_on_the_phone(
    person: Callable[..., Person], phone: Person, cast: Cast
) -> None:
    meeting = as_in_the_mockup(cast)
    called = scene.planned(cast, meeting.body, days=20)
    scene.topic(cast, meeting.body, called, title="充电棚选址听意见")
    meetings.call(called, by=scene.keeper(cast))
    office, body = "/admin/party/meetings/", meeting.body_id
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    assert looked_at(desk, f"{office}{meeting.pk}/", "desk")[1:] == ([], 0)
    assert looked_at(desk, f"{office}bodies/{body}/", "body")[1:] == ([], 0)
    desk.page.set_viewport_size({"width": 390, "height": 844})
    assert looked_at(desk, f"{office}{meeting.pk}/", "narrow")[1:] == ([], 0)

    firm = Seat.objects.get(side="property")
    _known_by_phone(phone, scene.PHONE)
    hand = phone.open(f"/together/table/{body}/")
    assert (phone.barriers(), hand.evaluate(WIDE)) == ([], 0)
    phone.shoot("meetings-own")
    hand.locator("input[name=reply][value=coming]").check()
    hand.locator(f"form[action$='/reply/{called.invitations.get(seat=firm).pk}/'] button").click()
    hand.wait_for_url(f"**/together/table/{body}/")
    hand.locator("a.told-name").first.click()
    hand.locator("textarea[name=evidence]").fill("17 栋都查了，换了 9 盏灯。")
    assert (phone.barriers(), hand.evaluate(WIDE)) == ([], 0)
    phone.shoot("meetings-own-action")
    hand.locator("form button.button-primary").click()
    hand.locator(".timeline .now").wait_for()
    hand.wait_for_load_state()
    assert called.invitations.get(seat=firm).reply == "coming"
    row = Action.objects.get(words="其余 17 栋逐栋查")
    assert (row.state, row.entries.count()) == ("done", 2)
    assert By(phone_hash=firm.phone_hash) == scene.of_phone()


def _known_by_phone(someone: Person, number: str) -> None:
    """As if through the door, without waiting for the message."""
    from django.conf import settings
    from django.contrib.sessions.backends.base import SessionBase
    from django.test import Client

    from partybuilding.door.views.doors import KNOWN
    from wangguan.privacy import keyed_hash

    session: SessionBase = Client().session
    session[KNOWN] = keyed_hash(number)
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": someone.site}
    someone.context.add_cookies([cookie])  # type: ignore[list-item]
