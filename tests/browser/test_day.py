"""A day at the desk: from what a resident tells on a phone to the week's report that counts it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from grids.models import today
from requests_app.categories import load_categories
from requests_app.models import Ticket
from requests_app.reports import tasks
from requests_app.statistics.services import roll
from tests.browser.test_tell import agree, arrived, hand_in, to_step_3
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from wangguan import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_first_word_to_the_weekly_report(person: Callable[..., Person], cast: Cast) -> None:
    load_categories()
    resident, street, leader = person(), person(viewport=DESK), person()
    street.sign_in(cast.dispatcher)
    leader.sign_in(cast.leader)

    page = _tell(resident)
    ticket = Ticket.objects.get()
    _pass_on(street, ticket)
    _settle(leader, ticket)
    page.reload()
    page.locator("#verdict button[value=yes]").click()
    page.get_by_text("您的评价").first.wait_for()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.first_handler) == ("closed", "confirmed", cast.leader)

    _count_the_week()
    report = street.open("/admin/reports/")
    report.get_by_role("link", name="周报").first.click()
    report.get_by_role("heading", level=1).wait_for()
    assert street.barriers() == []
    assert (
        report.locator("td", has_text=cast.community_unit.name)
        .or_(report.locator("th", has_text=cast.community_unit.name))
        .first.is_visible()
    )
    assert ticket.number not in report.content()


def _tell(resident: Person) -> Page:
    page = resident.open("/report/")
    to_step_3(page)
    agree(page)
    hand_in(page)
    arrived(page)
    return page


def _pass_on(street: Person, ticket: Ticket) -> None:
    """One press at the desk; the row leaves what nobody has begun."""
    page = street.open("/admin/")
    row = page.locator(f"[data-number='{ticket.number}']").first
    row.locator("form button").click()
    page.locator("[data-undo]").wait_for()
    ticket.refresh_from_db()
    assert ticket.assignee


def _settle(leader: Person, ticket: Ticket) -> None:
    page = leader.open(ticket.get_absolute_url())
    page.locator("#step-accept button").click()
    page.locator("#step-resolve summary.step").click()
    page.locator("#step-resolve [name=answer]").fill("灯已换好，请放心上下楼。")
    page.locator("#step-resolve button[type=submit]").last.click()
    page.get_by_text("灯已换好").first.wait_for()


def _count_the_week() -> None:
    """Monday morning of the next week: the figures reach its end, and the report makes itself."""
    monday = clock.now() + timedelta(days=7 - today().weekday())
    with clock.at(monday):
        roll()
        assert tasks.make_reports() >= 1
