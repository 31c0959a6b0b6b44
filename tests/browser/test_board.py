"""The board in a browser: released by staff, read by anybody; and the resident's last word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from requests_app.categories import load_categories
from requests_app.models import Publication, Ticket
from requests_app.services import publishing
from requests_app.services.publishing import Text
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "楼道灯不亮，联系人张三丰 13812348000。"


def test_staff_read_what_is_masked_and_release_it(person: Callable[..., Person], cast: Cast) -> None:
    ticket = answered(cast, may_publish=True, description=WORDS)
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    page = desk.open(f"/worker/tickets/{ticket.number}/")
    page.get_by_role("link", name="放到公开栏").click()
    expect(page.locator("mark").first).to_have_text("张三丰")
    assert desk.barriers() == []
    page.locator("[name=has_read]").check()
    page.get_by_role("button", name="公开给大家看").click()
    expect(page.get_by_role("link", name="已经公开")).to_be_visible()
    assert "张三丰" not in Publication.objects.get().words


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}])
def test_the_board_is_searched_and_read(
    person: Callable[..., Person], cast: Cast, options: dict[str, bool]
) -> None:
    load_categories()
    for words in ("楼道灯不亮，老人看不清。", "垃圾三天没清。"):
        text = Text(words, "已经办好，谢谢您。", "九区3号楼")
        publishing.release(answered(cast, may_publish=True), by=cast.community, text=text)
    someone = person(**options)
    page = someone.open("/board/")
    expect(page.locator(".row-title")).to_have_count(2)
    page.fill("[name=q]", "垃圾")
    page.get_by_role("button", name="显示").or_(page.locator("main form [type=submit]").first).first.click()
    expect(page.locator(".row-title")).to_have_text(["垃圾三天没清。"])
    page.locator("a.row").click()
    expect(page.locator(".letter")).to_contain_text("已经办好")


def test_a_yes_is_one_tap_and_stars_may_follow(phone: Person, cast: Cast) -> None:
    ticket = answered(cast)
    page = phone.open(ticket.tracking_url)
    page.get_by_role("button", name="解决了", exact=True).click()
    expect(page.locator("main")).to_contain_text("已闭环")
    page.locator(".scale label", has_text="5").click()
    page.get_by_role("button", name="再说一声").click()
    ticket.refresh_from_db()
    verdict = ticket.verdicts.latest("id")
    assert (ticket.status, verdict.solved, verdict.satisfaction) == ("closed", True, 5)


def test_a_no_says_what_is_missing_and_climbs(phone: Person, cast: Cast) -> None:
    ticket = answered(cast)
    page = phone.open(ticket.tracking_url)
    page.locator("summary", has_text="没解决").click()
    page.locator("details[open] [name=comment]").fill("又不亮了")
    page.locator("details[open] [type=submit]").click()
    page.wait_for_load_state()
    assert Ticket.objects.values_list("status", "level").get(pk=ticket.pk) == ("accepted", "community")


def test_fetching_the_page_ahead_gives_no_verdict(person: Callable[..., Person], cast: Cast) -> None:
    ticket = answered(cast)
    someone = person(java_script_enabled=False)
    page = someone.open(ticket.tracking_url)
    for link in page.locator("main a").evaluate_all("links => links.map(link => link.href)"):
        page.request.get(link)
    assert not ticket.verdicts.exists()


def test_on_paper_stand_the_letter_and_the_steps_and_no_button(phone: Person, cast: Cast) -> None:
    page = phone.open(answered(cast).tracking_url)
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    page.get_by_role("button", name="打印这一页").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    assert page.locator(".letter, .timeline, .quote").evaluate_all(
        "parts => parts.map(p => p.offsetHeight > 0)"
    ) == [
        True,
        True,
        True,
    ]
    assert page.locator("button:visible").count() == 0


def test_the_board_has_no_barrier_for_seniors_in_the_dark(person: Callable[..., Person], cast: Cast) -> None:
    publishing.release(
        answered(cast, may_publish=True), by=cast.community, text=Text("灯不亮", "换好了", "九区3号楼")
    )
    senior = person(color_scheme="dark")
    senior.elder()
    senior.open("/board/")
    assert senior.barriers() == []
    senior.page.locator("a.row").click()
    assert senior.barriers() == []
