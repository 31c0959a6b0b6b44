"""The door of party building: a member enters by code, says “I will come”, and the office confirms hours."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize

from partybuilding.checkins.models import MemberCheckIn, Service
from partybuilding.door import codes
from tests.cast import Cast
from tests.partybuilding.checkins.scene import PHONE as NUMBER
from tests.partybuilding.checkins.scene import make_need, member_in, served, unit_in
from tests.partybuilding.organisations.tree import make_branch, make_member
from tests.plugins.browser import DESK, PHONE, Person
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = "document.documentElement.scrollWidth > innerWidth"
OFFICE = ["/admin/party/", "/admin/party/checkins/members/", "/admin/party/checkins/units/"]


@pytest.fixture
def member(cast: Cast) -> MemberCheckIn:
    """Of the branch on the grid, checked in to the community; the same phone is a unit's contact."""
    make_member(make_branch(cast), phone=NUMBER)
    return member_in(cast)


def fits(someone: Person, name: str) -> Page:
    """Nothing keeps anybody out, and nothing is wider than the screen, at both widths."""
    before = someone.page.viewport_size
    for size in (PHONE, DESK):
        someone.page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))
        someone.shoot(f"party-{name}-{size['width']}")
        assert (name, size, someone.barriers(), someone.page.evaluate(WIDE)) == (name, size, [], False)
    if before:
        someone.page.set_viewport_size(before)
    return someone.page


def enter(someone: Person) -> Page:
    """By the code that was sent to the member's phone."""
    someone.open("/together/in/")
    page = fits(someone, "door")
    page.locator("input[name=phone]").fill(NUMBER)
    page.locator("form[action^='/together/in/'] button").click()
    page.wait_for_url("**/together/in/code/**")
    fits(someone, "code")
    sent = Message.objects.filter(kind=codes.KIND).latest("pk")
    page.locator("input[name=code]").fill(str(sent.context["code"]))
    page.locator("form[action^='/together/in/code/'] button").click()
    page.wait_for_url("**/together/me/")
    return fits(someone, "me")


def test_a_member_comes_reports_hours_and_the_office_confirms(
    person: Callable[..., Person], cast: Cast, member: MemberCheckIn
) -> None:
    need = make_need(cast, starts_at=clock.now() - timedelta(minutes=30))
    served(member, "asked", need=make_need(cast, title="搬书"))
    hand = person(viewport=PHONE, has_touch=True)
    page = enter(hand)
    assert page.locator(".row").count() == 2
    page.locator("a[href='/together/service/']").click()
    page.wait_for_url("**/together/service/")
    fits(hand, "own")
    page.locator(f"form[action='/together/service/come/{need.pk}/'] button").dblclick()
    service = page.locator(f"[id^=service-]:has-text('{need.title}')")
    service.locator("summary").click()
    service.locator("input[name=hours]").fill("1.5")
    service.locator("form[action$='/report/'] button").click()
    page.locator("[id^=service-]:has-text('1.5')").wait_for()
    row = Service.objects.get(need=need)
    assert (row.turn, str(row.hours)) == ("reported", "1.5")

    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    desk.open("/admin/party/needs/")
    page = fits(desk, "needs")
    agree = page.locator(f"form[action='/admin/party/services/{row.pk}/agree/']")
    agree.locator("button").click()
    agree.wait_for(state="detached")
    row.refresh_from_db()
    assert (row.turn, row.confirmed_by) == ("confirmed", cast.community)


def test_the_office_has_no_barriers(person: Callable[..., Person], cast: Cast, member: MemberCheckIn) -> None:
    unit_in(cast, confirmed=False)
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    pages = [*OFFICE, f"/admin/party/checkins/members/{member.pk}/", "/admin/party/sectors/import/"]
    for number, address in enumerate(pages):
        desk.open(address)
        fits(desk, f"office{number}")
