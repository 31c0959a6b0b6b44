"""A whistle from the ticket to the archive: two departments on phones, one of them late."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from requests_app.whistles import tasks
from requests_app.whistles.models import Call, Whistle
from tests.plugins.browser import DESK, Person
from tests.requests_app.whistles.scene import Scene, scene
from wangguan import clock

__all__ = ["scene"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
New = Callable[..., Person]


def test_a_whistle_with_two_departments_one_late(person: New, phone: Person, scene: Scene) -> None:
    office = person(viewport=DESK)
    office.sign_in(scene.cast.dispatcher)
    draft_from_the_ticket(office, scene)
    director = person(viewport=DESK)
    director.sign_in(scene.cast.director)
    approve(director)
    whistle = Whistle.objects.get()

    phone.sign_in(scene.cast.department)
    come_and_conclude(phone, whistle)

    late(whistle)
    office.open("/admin/whistles/?state=blown")
    assert office.page.locator(".due-red").is_visible()
    assert office.barriers() == []
    other = person(has_touch=True, is_mobile=True)
    other.sign_in(scene.other_person)
    other.open(whistle.department_url).get_by_role("button", name="我们到了，报到").click()
    other.page.get_by_text("已报到。").wait_for()
    conclude(other)
    rate_and_archive(office, whistle)


def draft_from_the_ticket(office: Person, scene: Scene) -> None:
    page = office.open(scene.ticket.get_absolute_url())
    page.get_by_role("link", name="拟吹哨").click()
    page.locator("label", has_text="综合执法").first.click()
    page.get_by_label("标题").fill("青龙山路沿街烧烤油烟")
    page.get_by_label("需要做什么").fill("傍晚联合检查。")
    for department in (scene.cast.department_unit, scene.other):
        page.get_by_label(department.name, exact=True).check()
    page.get_by_label(f"任务：{scene.other.name}").fill("查验证照")
    assert office.barriers() == []
    office.shoot("whistle-draft")
    page.get_by_role("button", name="提交审批").dblclick()
    page.get_by_text("已拟好").wait_for()
    assert Whistle.objects.count() == 1


def approve(director: Person) -> None:
    page = director.open(Whistle.objects.get().get_absolute_url())
    assert director.barriers() == []
    page.get_by_role("button", name="同意").click()
    page.get_by_text("已批准").first.wait_for()
    director.shoot("whistle-blown")
    assert Whistle.objects.get().state == "blown"


def come_and_conclude(phone: Person, whistle: Whistle) -> None:
    page = phone.open("/worker/")
    assert phone.barriers() == []
    phone.shoot("whistle-today")
    page.get_by_role("link", name=whistle.title).click()
    assert phone.barriers() == []
    phone.shoot("whistle-called")
    page.get_by_role("button", name="我们到了，报到").dblclick()
    page.get_by_text("已报到。").wait_for()
    page.get_by_label("做了什么").fill("清走炉具 3 个")
    page.get_by_role("button", name="记下").click()
    page.get_by_text("清走炉具 3 个").wait_for()
    assert phone.barriers() == []
    phone.shoot("whistle-came")
    conclude(phone)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def conclude(phone: Person) -> None:
    page = phone.page
    page.locator("summary", has_text="办结").click()
    page.get_by_label("办结情况").fill("已恢复通行")
    page.get_by_role("button", name="确认办结").click()
    page.get_by_text("已办结，辛苦了。").wait_for()


def late(whistle: Whistle) -> None:
    """The limit of the other department passed an hour ago, and the sweep has seen it."""
    passed = clock.now() - timedelta(hours=1)
    Call.objects.filter(whistle=whistle, state="called").update(check_in_due=passed, wake_at=passed)
    Whistle.objects.filter(pk=whistle.pk).update(check_in_due=passed)
    tasks.sweep_whistles()


def rate_and_archive(office: Person, whistle: Whistle) -> None:
    page = office.open(whistle.get_absolute_url())
    assert office.barriers() == []
    for _department in range(2):
        form = page.locator("section[id^=rate-]").first
        form.locator("input[name=rating][value='4']").click()
        form.get_by_label("为什么").fill("到场处置到位")
        form.get_by_role("button", name="评价").click()
        page.get_by_text("已评价。").wait_for()
    office.shoot("whistle-rated")
    page.get_by_role("button", name="归档").click()
    page.get_by_text("已归档。").wait_for()
    assert office.barriers() == []
    assert Whistle.objects.get().state == "archived"


def test_a_resident_is_asked_and_answers(phone: Person, scene: Scene) -> None:
    whistle = scene.blown()
    page = phone.open(scene.ticket.tracking_url)
    assert phone.barriers() == []
    phone.shoot("whistle-resident")
    page.get_by_role("button", name="可以打电话").click()
    page.get_by_text("您说过他们可以给您打电话。").wait_for()
    assert whistle.matters.get().consent == "yes"


def test_a_narrow_office_scrolls_no_page_sideways(phone: Person, scene: Scene) -> None:
    whistle = scene.blown()
    phone.sign_in(scene.cast.dispatcher)
    for address in ("/admin/whistles/", "/admin/whistles/new/", whistle.get_absolute_url()):
        page = phone.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert phone.barriers() == []
