"""Taking a step back, answering a question, several matters at once, two matters side by side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_worker_takes_an_acceptance_back(phone: Person, cast: Cast) -> None:
    ticket = told(cast)
    phone.sign_in(cast.worker)
    page = phone.open(ticket.get_absolute_url())
    page.locator("#step-accept button").click()
    expect(page.locator("[data-undo]")).to_contain_text("接下了，现在由你负责")
    assert phone.barriers() == []

    press(page, "撤销")

    expect(page.get_by_text("已撤销：一切照旧，没有通知任何人。")).to_be_visible()
    assert now(ticket).status == "submitted"


def test_offer_to_take_back_leaves_when_its_seconds_are_over(phone: Person, cast: Cast) -> None:
    ticket = accepted(cast)
    phone.sign_in(cast.worker)
    phone.page.clock.install()
    page = phone.open(ticket.get_absolute_url())
    offer = page.locator("[data-undo]")
    expect(offer).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(offer).to_have_count(0)


def test_resident_answers_a_question(phone: Person, cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "ask", by=staff(cast.worker), question="请问是几单元的灯？白天也不亮吗？")
    page = phone.open(ticket.tracking_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("我们想问您一句")
    assert phone.barriers() == []
    page.get_by_label("您的回复").fill("二单元，白天也不亮。")

    press(page, "回复")

    expect(page.get_by_text("二单元，白天也不亮。")).to_be_visible()
    assert now(ticket).status == "accepted"


def test_question_in_the_senior_view_and_in_the_dark(person: Callable[..., Person], cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "ask", by=staff(cast.worker), question="请问是几单元的灯？")
    someone = person(color_scheme="dark")
    someone.elder()
    someone.open(ticket.tracking_url)
    assert someone.barriers() == []


def test_holder_reads_that_the_resident_is_asked(person: Callable[..., Person], cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "ask", by=staff(cast.worker), question="请问是几单元的灯？")
    someone = person(viewport=DESK)
    someone.sign_in(cast.worker)
    page = someone.open(ticket.get_absolute_url())
    expect(page.locator(".due-stopped")).to_contain_text("等居民回复")


def test_leader_assigns_several_after_a_preview(phone: Person, cast: Cast) -> None:
    tickets = [accepted(cast), told(cast, description="电梯按钮失灵"), told(cast, description="垃圾没人收")]
    phone.sign_in(cast.leader)
    page = phone.open("/worker/tickets/?tab=grid")
    page.get_by_role("link", name="批量选择").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    assert phone.barriers() == []
    press(page, "处理选中的")
    press(page, "指派给人")
    page.get_by_label("谁").select_option(label="演员2 · 九区社区第三网格 专职网格员")
    press(page, "先看看会怎样")
    expect(page.get_by_role("heading", name="3 件可以办")).to_be_visible()
    assert phone.barriers() == []
    press(page, "确认，办这 3 件")
    expect(page.get_by_text("已办 3 件。")).to_be_visible()
    assert phone.barriers() == []
    assert {now(ticket).assignee for ticket in tickets} == {cast.worker}


def test_leader_merges_two_side_by_side(person: Callable[..., Person], cast: Cast) -> None:
    older = accepted(cast, address="九区3号楼", contact_name="张三")
    newer = told(
        cast, description="楼道灯不亮了，好几天没人管。\n老人晚上下楼差点摔倒。", address="九区3号楼二单元"
    )
    someone = person(viewport=DESK)
    someone.sign_in(cast.leader)
    page = someone.open(newer.get_absolute_url())
    page.get_by_role("link", name="并入另一件").click()
    assert someone.barriers() == []
    page.get_by_role("link", name=older.number).click()
    assert someone.barriers() == []
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, "是同一件，合并")
    expect(page.get_by_role("heading", name="另有 1 件反映了同一件事")).to_be_visible()
    assert someone.barriers() == []
    assert now(newer).parent == older
