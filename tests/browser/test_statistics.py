"""The figures in a real browser: looked at, narrowed, followed to their matters, printed, heard."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grids.locate import Place
from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.services import SYSTEM, staff, take
from requests_app.services.verdict import give_verdict
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.plugins.browser import DESK, PHONE, Person
from tests.requests_app.matters import told
from wangguan import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def history(cast: Cast) -> None:
    """Some weeks of matters in both communities, most of them answered and judged."""
    load_categories()
    kinds = list(Category.objects.offered().order_by("code")[:6])
    far = Place(grid=cast.grid_far, community=cast.community_unit2, building=None, outside=False)
    for number in range(36):
        place = {"place": far} if number % 4 == 0 else {}
        with clock.at(clock.now() - timedelta(days=number * 16 // 36)):
            ticket = told(cast, category=kinds[number % 6], contact_phone=f"138000{number:05}", **place)
            take(ticket, "accept", by=staff(cast.director))
            take(ticket, "contact", by=staff(cast.director), how="phone")
            if number % 5:
                take(ticket, "resolve", by=staff(cast.director), answer="您好，已经处理好。")
                take(ticket, "answer", by=SYSTEM, how="sms")
                give_verdict(ticket, solved=True, satisfaction=5 - number % 3)
    roll()


def test_figures_are_read_and_followed_to_their_matters(person: Callable[..., Person], cast: Cast) -> None:
    history(cast)
    desk = person(viewport=DESK)
    desk.sign_in(cast.dispatcher)
    page = desk.open("/admin/statistics/")
    assert page.locator("svg.chart").count() == 2
    assert desk.barriers() == []
    desk.shoot("statistics-desk")
    page.locator("details.filters-open > summary").click()
    page.locator("#id_community").select_option(label="九区社区")
    page.get_by_role("button", name="查看").click()
    page.get_by_role("heading", name="各网格").wait_for()
    page.locator("dl.cols-3 a").nth(1).click()
    page.get_by_role("heading", level=1, name="反映").wait_for()
    assert desk.barriers() == []
    desk.shoot("statistics-behind")
    desk.open("/admin/statistics/own/")
    assert desk.barriers() == []


def test_figures_fit_a_phone_and_work_without_scripts(person: Callable[..., Person], cast: Cast) -> None:
    history(cast)
    phone = person(viewport=PHONE, java_script_enabled=False)
    phone.sign_in(cast.community_leader)
    page = phone.open("/admin/statistics/")
    width = page.evaluate("document.documentElement.scrollWidth")
    phone.shoot("statistics-phone")
    assert width <= PHONE["width"]
    page.locator("#id_span").select_option(label="上月")
    page.get_by_role("button", name="查看").click()
    page.get_by_text("三率").first.wait_for()


def test_a_workers_own_figures(phone: Person, cast: Cast) -> None:
    history(cast)
    phone.sign_in(cast.worker)
    phone.open("/worker/figures/")
    assert phone.barriers() == []
    phone.shoot("statistics-own")
