"""The worker's desk: a WeChat paste, leave, how to be told, the badge."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from grids.models import Leave, today
from requests_app.categories import load_categories
from requests_app.models import Ticket
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted, told
from tests.requests_app.test_paste import PASTE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/worker/me/", "/worker/me/leave/", "/worker/me/notifications/", "/worker/paste/", "/worker/inbox/"]


def test_a_paste_becomes_two_tickets_and_a_reply(phone: Person, cast: Cast) -> None:
    load_categories()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.sign_in(cast.worker)
    page = phone.open("/worker/tickets/new/")
    page.get_by_role("link", name="从微信群粘贴").click()
    page.get_by_label("群消息").fill(PASTE)
    page.get_by_role("button", name="找出诉求").click()
    assert page.get_by_role("heading", level=1).inner_text() == "找到 2 件"
    assert phone.barriers() == []
    phone.shoot("paste-drafts")
    page.get_by_role("button", name="记下来").dblclick()
    page.get_by_role("heading", name="把回复复制到群里").wait_for()
    assert phone.barriers() == []
    phone.shoot("paste-done")
    page.get_by_role("button", name="复制").nth(1).click()
    page.get_by_text("已复制").wait_for()
    copied = pasted(phone)
    made = list(Ticket.objects.order_by("id"))
    assert len(made) == 2
    assert made[0].tracking_url in copied


def pasted(person: Person) -> str:
    """What the clipboard holds, as somebody pastes it: no page of ours may read it by itself."""
    page = person.open("/worker/paste/")
    page.get_by_label("群消息").focus()
    page.keyboard.press("Control+V")
    return page.get_by_label("群消息").input_value()


def test_a_paste_works_without_javascript(person: Callable[..., Person], cast: Cast) -> None:
    load_categories()
    worker = person(java_script_enabled=False)
    worker.sign_in(cast.worker)
    page = worker.open("/worker/paste/")
    page.get_by_label("群消息").fill(PASTE)
    page.get_by_role("button", name="找出诉求").click()
    page.get_by_role("button", name="记下来").click()
    assert Ticket.objects.first().tracking_url in page.get_by_label("合并回复").input_value()  # type: ignore[union-attr]
    assert page.get_by_role("button", name="复制").count() == 0


def test_leave_is_seen_before_it_is_marked(phone: Person, cast: Cast) -> None:
    ticket = accepted(cast)
    phone.sign_in(cast.worker)
    page = phone.open("/worker/me/")
    page.get_by_role("link", name="请假").click()
    page.get_by_label("第一天").fill(today().isoformat())
    page.get_by_label("最后一天").fill((today() + timedelta(days=2)).isoformat())
    page.get_by_label("由谁代办").select_option(str(cast.leader.pk))
    page.get_by_role("button", name="看看要交接什么").click()
    expect(page.locator(f"a[href='{ticket.get_absolute_url()}']")).to_be_visible()
    assert phone.barriers() == []
    phone.shoot("leave-preview")
    page.get_by_role("button", name="确认请假").click()
    page.get_by_text("请假已记下").wait_for()
    phone.shoot("leave")
    assert Leave.objects.get().deputy == cast.leader


def test_a_choice_of_channels_stands_after_a_reload(phone: Person, cast: Cast) -> None:
    phone.sign_in(cast.worker)
    page = phone.open("/worker/me/notifications/")
    phone.shoot("notifications")
    box = page.get_by_role("group", name="本单位新来的事").get_by_label("短信")
    box.check()
    page.get_by_role("button", name="保存设置").click()
    page.get_by_text("设置已保存").wait_for()
    assert page.get_by_role("group", name="本单位新来的事").get_by_label("短信").is_checked()


def test_the_badge_follows_what_is_read(phone: Person, cast: Cast) -> None:
    told(cast)
    phone.sign_in(cast.worker)
    page = phone.open("/worker/inbox/")
    phone.shoot("inbox")
    badge = page.locator(".top-bell [data-counted-at]")
    assert badge.locator("b").inner_text() == "1"
    page.locator("ul.rows a.row").first.click()
    page.wait_for_url("**/worker/tickets/WG-*/")
    assert not badge.is_visible()
    told(cast)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    badge.wait_for(state="visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_barriers(person: Callable[..., Person], cast: Cast, scheme: str) -> None:
    told(cast)
    worker = person(color_scheme=scheme)
    worker.sign_in(cast.worker)
    found = {}
    for address in PAGES:
        worker.open(address)
        worker.shoot(f"{address.strip('/').replace('/', '-')}-{scheme}")
        found[address] = worker.barriers()
    assert found == {address: [] for address in PAGES}


def test_pages_have_no_barriers_in_senior_view(person: Callable[..., Person], cast: Cast) -> None:
    worker = person(viewport=DESK)
    worker.elder()
    worker.sign_in(cast.worker)
    found = {}
    for address in PAGES:
        worker.open(address)
        worker.shoot(f"{address.strip('/').replace('/', '-')}-elder")
        found[address] = worker.barriers()
    assert found == {address: [] for address in PAGES}
