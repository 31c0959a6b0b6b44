"""Signing in for real: setting up the second factor, codes of app and paper, ending another session."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.wangguan.accounts.signing import PASSWORD, code_for, code_of, with_factor, with_password
from wangguan import auditlog
from wangguan.auditlog import Kind
from wangguan.auditlog.inspection import inspect
from wangguan.auditlog.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(person: Person, *, name: str = "worker") -> Page:
    """Name and password into the form."""
    page = person.open("/accounts/login/?next=/worker/me/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    return page


def code(page: Page, text: str) -> None:
    page.locator("input[name=code]").fill(text)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def test_second_factor_is_set_up_and_used(phone: Person, cast: Cast) -> None:
    with_password(cast.worker)
    page = enter(phone)
    page.goto(f"{phone.site}/accounts/2fa/")
    phone.shoot("account")
    page.goto(f"{phone.site}/accounts/2fa/totp/activate/")
    assert page.evaluate("document.querySelector('.second-factor').naturalWidth") > 100
    assert phone.barriers() == []
    phone.shoot("second-factor-set-up")
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && innerWidth <= 390")
    code(page, code_for(page.locator(".second-factor-key").inner_text()))
    assert page.locator(".recovery-codes li").count() == 10
    assert phone.barriers() == []
    phone.shoot("recovery-codes")


def test_code_of_the_app_or_of_paper_lets_in(phone: Person, cast: Cast) -> None:
    paper = with_factor(with_password(cast.worker))
    page = enter(phone)
    assert phone.barriers() == []
    phone.shoot("second-factor")
    code(page, "000000")
    phone.shoot("second-factor-wrong")
    code(page, code_of(cast.worker))
    assert page.url == f"{phone.site}/worker/me/"
    phone.context.clear_cookies()
    code(enter(phone), paper[0])
    assert page.url == f"{phone.site}/worker/me/"


def test_another_session_is_ended(phone: Person, person: Callable[..., Person], cast: Cast) -> None:
    with_password(cast.worker)
    desk = person(viewport=DESK)
    enter(desk)
    page = enter(phone)
    page.goto(f"{phone.site}/accounts/sessions/")
    assert phone.barriers() == []
    phone.shoot("sessions")
    page.locator("main li form button").click()
    page.wait_for_load_state()
    assert page.locator("main li form button").count() == 0
    assert "/accounts/login/" in desk.open("/worker/me/").url


def test_pages_of_the_account_have_no_barriers(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    with_factor(with_password(cast.worker))
    code(enter(phone), code_of(cast.worker))
    for name in (
        "2fa",
        "2fa/totp/deactivate",
        "2fa/recovery-codes",
        "2fa/recovery-codes/generate",
        "password/change",
    ):
        page = phone.open(f"/accounts/{name}/")
        assert phone.barriers() == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        phone.shoot(f"account-{name.replace('/', '-')}")


def test_audit_log_is_read_at_a_desk(person: Callable[..., Person], cast: Cast) -> None:
    for actor in (cast.worker, cast.leader):
        auditlog.write(
            Kind.SIGN_IN, actor=actor, subject=f"grids.user:{actor.pk}", detail={"second_factor": True}
        )
    auditlog.write(
        Kind.UNMASKED, actor=cast.leader, subject="residents.resident:7", detail={"field": "phone"}
    )
    inspect()
    desk = person(viewport=DESK)
    desk.sign_in(cast.auditor)
    desk.open("/admin/auditlog/")
    assert desk.barriers() == []
    desk.shoot("auditlog")
    assert Entry.objects.count() == 3


def test_sign_in_at_a_desk_says_how_long_to_wait(person: Callable[..., Person], cast: Cast) -> None:
    desk = person(viewport=DESK)
    for _ in range(6):
        page = enter(desk, name="director")
    assert page.locator(".notice-error").count() == 1
    assert desk.barriers() == []
    desk.shoot("sign-in-waiting")
