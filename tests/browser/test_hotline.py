"""A file of the hotline from its upload to its replies, at the desk and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from requests_app.categories import load_categories
from requests_app.hotline.models import HotlineRun
from requests_app.hotline.services import runs
from requests_app.services import staff, take
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.hotline.files import at_work, read, settled, ticket_of, waiting, xlsx
from wangguan.exchange.run import ImportState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_upload_to_the_replies(person: Callable[..., Person], cast: Cast, tmp_path: Path) -> None:
    load_categories()
    file = tmp_path / "网上留言.xlsx"
    file.write_bytes(xlsx([settled("1"), waiting("2"), settled("3", 留言时间="昨天")]))
    desk = person(viewport=DESK)
    desk.sign_in(cast.dispatcher)
    page = desk.open("/admin/hotline/")
    assert desk.barriers() == []
    page.get_by_role("link", name="导入文件").click()
    assert desk.barriers() == []
    page.get_by_label("热线文件").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()

    page.get_by_label("格式名称").fill("网上留言")
    assert page.get_by_label("留言详情").input_value() == "text"
    assert desk.barriers() == []
    desk.shoot("hotline-columns")
    page.get_by_role("button", name="保存并核对文件").click()
    page.get_by_role("progressbar").wait_for()
    assert desk.barriers() == []

    run = HotlineRun.objects.get()
    runs.run_check(run.pk, at_work(run, ImportState.CHECKING))
    page.get_by_role("button", name="确认导入").wait_for()
    assert desk.barriers() == []
    desk.shoot("hotline-checked")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("progressbar").wait_for()
    runs.run_import(run.pk, at_work(run, ImportState.IMPORTING))

    page.get_by_role("heading", name="撤回整次导入").wait_for()
    assert desk.barriers() == []
    desk.shoot("hotline-imported")
    page.get_by_role("link", name="所含诉求").click()
    assert desk.barriers() == []
    take(ticket_of("2"), "accept", by=staff(cast.director))
    take(ticket_of("2"), "resolve", by=staff(cast.director), answer="您好，供水已经恢复。")

    page = desk.open("/admin/hotline/replies/")
    assert desk.barriers() == []
    with page.expect_download() as download:
        page.get_by_role("button", name="下载文件").click()
    assert read(download.value.path().read_bytes())[1][5] == "您好，供水已经恢复。"
    page.reload()
    desk.shoot("hotline-replies")
    page.get_by_role("button", name="这些答复已录入热线").click()
    expect(page.get_by_text("1 件已通过热线反馈")).to_be_visible()
    assert ticket_of("2").status == "answered"
    assert desk.barriers() == []


def test_on_a_phone_nothing_runs_sideways(phone: Person, cast: Cast) -> None:
    from tests.requests_app.hotline.files import imported

    run = imported(xlsx([settled("1"), waiting("2")]), cast.dispatcher)
    phone.sign_in(cast.dispatcher)
    for place in ("", "upload/", f"{run.pk}/", f"{run.pk}/tickets/", "replies/"):
        page = phone.open(f"/admin/hotline/{place}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        assert phone.barriers() == []
    phone.shoot("hotline-phone")
