"""A report at the desk: read the draft, write a remark, choose cases, issue, download."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.reports.models import Report
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.reports.made import counted, issued, matters, recipient, released
from wangguan import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _draft(cast: Cast) -> Report:
    """Last week's draft, with a busy week behind it."""
    load_categories()
    at = clock.now() - timedelta(days=7)
    for number, category in enumerate(Category.objects.filter(parent__isnull=False).order_by("code")[:12]):
        matters(cast, number=1 + number % 3, at=at, category=category)
    matters(cast, number=4, at=at, source="phone")
    for words in ("楼道灯不亮，老人晚上看不清。", "小区门口垃圾桶满了没人清。", "路面井盖松动，走过去会响。"):
        released(cast, words=words, at=at)
    return counted(cast.dispatcher)


def test_a_draft_gets_its_words_and_is_issued(person: Callable[..., Person], cast: Cast) -> None:
    report = _draft(cast)
    street = person(viewport=DESK, accept_downloads=True)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/reports/")
    street.shoot("reports-list")
    assert street.barriers() == []
    page.get_by_role("link", name="周报").click()
    page.get_by_label("编者按").fill("本周诉求平稳，楼道照明问题较多。")
    page.get_by_label("下步打算").fill("组织物业集中检修楼道灯。")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存").first.wait_for()
    assert street.barriers() == []
    street.shoot("reports-draft")
    page.get_by_role("link", name="选择案例").click()
    assert street.barriers() == []
    street.shoot("reports-cases")
    page.get_by_label("路面井盖松动").uncheck()
    page.get_by_role("button", name="保存选择").click()
    page.get_by_role("link", name="签发").click()
    assert street.barriers() == []
    street.shoot("reports-issue")
    page.get_by_role("button", name="确定签发").dblclick()
    page.get_by_text("内容不再改动").first.wait_for()
    assert street.barriers() == []
    street.shoot("reports-issued")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    document = Document(BytesIO(Path(download.value.path()).read_bytes()))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "组织物业集中检修楼道灯。" in words
    assert "路面井盖松动" not in words
    report.refresh_from_db()
    assert (report.state, report.number) == ("issued", 1)


def test_a_report_is_sent_and_read_on_a_phone(person: Callable[..., Person], cast: Cast) -> None:
    _draft(cast)
    recipient()
    report = issued(cast.director)
    leader = person()
    leader.sign_in(cast.director)
    page = leader.open(report.get_absolute_url())
    leader.shoot("reports-phone")
    assert leader.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="发出").click()
    page.get_by_text("正在发给 1 位收件人").first.wait_for()
    assert leader.barriers() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_barriers(person: Callable[..., Person], cast: Cast, scheme: str) -> None:
    report = _draft(cast)
    street = person(viewport=DESK, color_scheme=scheme)
    street.sign_in(cast.dispatcher)
    found = {}
    pages = (
        "/admin/reports/",
        "/admin/reports/new/",
        report.get_absolute_url(),
        "/admin/reports/recipient/add/",
    )
    for address in pages:
        street.open(address)
        found[address] = street.barriers()
        street.shoot(f"reports-{scheme}-{address.strip('/').replace('/', '-')}")
    assert found == {address: [] for address in pages}


def test_a_report_is_counted_without_javascript(person: Callable[..., Person], cast: Cast) -> None:
    street = person(viewport=DESK, java_script_enabled=False)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/reports/new/")
    page.get_by_label("日报").check()
    page.get_by_role("button", name="开始统计").click()
    expect(page.get_by_role("link", name="刷新查看")).to_be_visible()
    assert Report.objects.get().is_at_work
