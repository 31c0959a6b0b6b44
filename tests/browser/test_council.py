"""A council's resolution, from the topic a unit hands in to the check that it is done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grids.models import today
from partybuilding.access import By
from partybuilding.council import services
from partybuilding.meetings import messages
from partybuilding.meetings.models import Action, Body, Meeting, Topic
from partybuilding.meetings.tasks import remind_of_actions
from tests.cast import Cast
from tests.partybuilding.checkins.scene import CONTACT, unit_in
from tests.partybuilding.walking import TABLES, decide, enter, press, put_on, stands
from tests.plugins.browser import DESK, Person
from wangguan.notify.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_resolution_followed_to_the_end(phone: Person, person: Callable[..., Person], cast: Cast) -> None:
    body = services.found(name="九区党建联席会", community=cast.community_unit, by=By(cast.community))
    unit = unit_in(cast)
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    desk.open(f"/admin/party/council/{body.pk}/")
    stands(desk, "council-empty")
    press(desk, f"/join/{unit.pk}/")
    desk.page.locator("a.button-primary").click()
    meeting = _planned(desk, body)

    enter(phone, CONTACT, f"/together/table/{body.pk}/")
    _handed_in(phone, body)
    topic, seat = Topic.objects.get(), body.seats.get()
    put_on(desk, meeting, topic)
    page = phone.open(f"/together/table/here/{meeting.token}/")
    stands(phone, "council-here")
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("status").or_(page.locator(".notice")).first.wait_for()
    assert meeting.invitations.get().via == "qr"
    outcome = "每晚七点到早上七点向居民开放五十个车位。"
    soon = today() + timedelta(days=2)
    decide(desk, topic, outcome=outcome, to_do="划车位、公布登记办法", owner=seat, by=soon)

    action = Action.objects.get()
    remind_of_actions()
    assert CONTACT in [row.to for row in Message.objects.filter(kind=messages.SOON)]
    _carried_out(phone, action)
    desk.open(f"{TABLES}actions/{action.pk}/")
    desk.page.locator("form[action$='/confirm/'] button.button-primary").click()
    desk.page.wait_for_load_state()
    desk.open(f"{TABLES}bodies/{body.pk}/resolutions/")
    stands(desk, "council-resolutions")
    assert Action.objects.get().state == "confirmed"
    assert desk.page.get_by_text("夜间开放停车场").count() == 1


def _planned(desk: Person, body: Body) -> Meeting:
    """The chair in turn stands in the form already."""
    page = desk.page
    page.locator("input[name=day]").fill(str(today() + timedelta(days=20)))
    page.locator("input[name=hour]").fill("15:00")
    page.locator("input[name=place]").fill("党群服务中心二楼")
    seat = body.seats.get()
    assert page.locator("select[name=chair]").input_value() == str(seat.pk)
    stands(desk, "council-plan")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{TABLES}*/")
    meeting = Meeting.objects.get()
    press(desk, "/steps/call/")
    page.locator("a[href$='/code/']").wait_for()
    return meeting


def _handed_in(phone: Person, body: Body) -> None:
    page = phone.page
    stands(phone, "council-own")
    page.locator("details", has=page.locator(f"form[action$='/table/{body.pk}/topic/']")).locator(
        "summary"
    ).first.click()
    page.locator("input[name=title]").fill("夜间开放停车场")
    press(phone, f"/table/{body.pk}/topic/")
    page.wait_for_url(f"**/together/table/{body.pk}/")
    page.get_by_text("夜间开放停车场").first.wait_for()


def _carried_out(phone: Person, action: Action) -> None:
    page = phone.open(f"/together/table/action/{action.pk}/")
    page.locator("textarea[name=evidence]").fill("车位划好，办法已张贴。")
    stands(phone, "council-done")
    page.locator("form:has(textarea[name=evidence]) button.button-primary").click()
    page.locator(".timeline .now").wait_for()
