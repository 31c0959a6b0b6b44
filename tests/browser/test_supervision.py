"""Supervision and repeats at a desk and on a phone: asked, answered, judged; a project; one answer to all."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grids.models import today
from requests_app.models import Ticket
from requests_app.repeats.models import Project
from requests_app.supervision.models import Case
from requests_app.supervision.terms import State
from requests_app.workflow import Status
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted
from tests.requests_app.repeats.told import again, grouped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_asked_at_the_desk_answered_on_a_phone_and_judged(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    ticket = accepted(cast)
    desk = person(viewport=DESK)
    desk.sign_in(cast.dispatcher)
    page = desk.open(ticket.get_absolute_url())
    page.get_by_role("link", name="发起督办").click()
    page.get_by_label("督办事由和要求").fill("居民第二次反映，请到现场看一次")
    assert desk.barriers() == []
    desk.shoot("supervision-open")
    page.get_by_role("button", name="发出督办").dblclick()
    page.get_by_text("已向").wait_for()

    phone.sign_in(cast.worker)
    hand = phone.open("/worker/supervision/")
    assert phone.barriers() == []
    phone.shoot("supervision-asked")
    hand.locator("a.row").click()
    hand.get_by_label("办了什么").fill("下午两点去看过，灯已换好")
    assert phone.barriers() == []
    phone.shoot("supervision-answer")
    hand.get_by_role("button", name="提交回应").dblclick()
    hand.get_by_text("已通知上级判定").wait_for()

    page = desk.open("/admin/supervision/?what=mine")
    assert desk.barriers() == []
    desk.shoot("supervision-list")
    page.locator("tbody a").click()
    assert desk.barriers() == []
    desk.shoot("supervision-judge")
    page.get_by_role("button", name="通过并结案").click()
    page.get_by_text("督办结案").wait_for()
    assert Case.objects.get().state == State.CLOSED
    desk.open("/admin/supervision/units/")
    assert desk.barriers() == []
    desk.shoot("supervision-units")


def test_a_group_becomes_a_project_and_gets_one_answer(person: Callable[..., Person], cast: Cast) -> None:
    for days in (20, 9, 1):
        again(cast, days_ago=days)
    group = grouped()
    desk = person(viewport=DESK)
    desk.sign_in(cast.community)
    page = desk.open("/admin/repeats/")
    assert desk.barriers() == []
    desk.shoot("repeats-list")
    page.locator("tbody a").click()
    page.get_by_text("立为专项").first.click()
    page.get_by_label("负责人").select_option(str(cast.community.pk))
    page.get_by_label("工作方案").fill("约谈店家，装隔音棉")
    page.get_by_label("期限").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="立为专项").dblclick()
    page.get_by_text("已立为专项").wait_for()
    assert desk.barriers() == []
    desk.shoot("repeats-group")
    page.get_by_role("link", name="统一答复").click()
    page.get_by_label("统一答复").fill("店家已装隔音棉，零点后不再放音乐。")
    page.get_by_role("button", name="先看").click()
    page.get_by_text("每位居民将收到").wait_for()
    assert desk.barriers() == []
    desk.shoot("repeats-preview")
    page.get_by_role("button", name="答复这 3 件").dblclick()
    page.get_by_role("heading", name="已答复 3 件").wait_for()
    assert desk.barriers() == []
    desk.shoot("repeats-given")
    assert set(Ticket.objects.values_list("status", flat=True)) == {Status.RESOLVED}
    assert Project.objects.get().group == group


def test_without_scripts_it_is_answered_all_the_same(person: Callable[..., Person], cast: Cast) -> None:
    again(cast), again(cast)
    group = grouped()
    desk = person(java_script_enabled=False)
    desk.sign_in(cast.dispatcher)
    page = desk.open(f"{group.get_absolute_url()}answer/")
    page.get_by_label("统一答复").fill("已装隔音棉。")
    page.get_by_role("button", name="先看").click()
    page.get_by_role("button", name="答复这 2 件").click()
    assert page.get_by_role("heading", level=1).inner_text() == "已答复 2 件"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    desk.shoot("repeats-given-phone")
