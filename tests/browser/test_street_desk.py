"""A day at the street's desk: what arrives appears, one press acts, keys and several at once."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from grids.models import Grid, LineCode, today
from requests_app.announcements import services as announcements
from requests_app.categories import load_categories
from requests_app.desk import services
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.factories import make_shift
from tests.plugins.browser import DESK, PHONE, Person
from tests.requests_app.matters import accepted, resolved, told
from wangguan import clock
from wangguan.notify.models import Wording, make_missing_wordings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def busy(cast: Cast) -> None:
    """Something of every sort."""
    load_categories()
    told(cast, description="九区南门污水井外溢，流到菜市口，两天没人管")
    street = accepted(cast, description="工地夜里十一点后还在打桩")
    for _rung in range(2):
        take(street, "escalate", by=staff(cast.dispatcher), note="要街道协调")
    asked = accepted(cast, description="顶楼漏水，等维修资金批复")
    take(asked, "escalate", by=staff(cast.worker), note="要社区办")
    take(asked, "request_extension", by=staff(cast.community), hours=24, note="厂家到货晚")
    late = accepted(cast, description="消防通道被固定地锁占了六处")
    now = clock.now()
    Ticket.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=2), resolve_due=now)
    soon = accepted(cast, description="健身广场的器材松动")
    Ticket.objects.filter(pk=soon.pk).update(yellow_at=now)
    call = resolved(cast, description="楼道灯不亮")
    Ticket.objects.filter(pk=call.pk).update(call_since=now)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_desk_has_no_barriers(
    person: Callable[..., Person], cast: Cast, scheme: str, size: dict[str, int]
) -> None:
    busy(cast)
    street = person(viewport=size, color_scheme=scheme)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/")
    street.shoot(f"street-desk-{size['width']}-{scheme}")
    assert street.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_an_announcement_that_waits_is_seen_so_on_a_phone(person: Callable[..., Person], cast: Cast) -> None:
    announcements.write(
        by=cast.dispatcher,
        title="周六上午九点清理楼道堆物，请各网格提前在群里通知到户",
        text="九点集合。",
        grids=[cast.grid],
        publish_at=clock.now() + timedelta(days=1),
        to_robot=True,
        form_id=uuid4(),
    )
    street = person(viewport=PHONE)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/announcements/")
    tag = page.locator(".tag").bounding_box()
    card = page.locator(".card").bounding_box()
    assert tag
    assert card
    assert tag["x"] + tag["width"] <= card["x"] + card["width"]
    assert street.barriers() == []


def test_what_arrives_appears_and_one_press_passes_it_on(person: Callable[..., Person], cast: Cast) -> None:
    load_categories()
    told(cast)
    street = person(viewport=DESK)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/")
    assert page.title().startswith("(1)")
    other = told(cast, description="井盖丢了，小孩差点掉下去")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    row = page.locator(f"[data-number='{other.number}']")
    row.wait_for()
    assert page.title().startswith("(2)")
    row.locator("form button").click()
    page.locator("[data-undo]").wait_for()
    other.refresh_from_db()
    assert other.assignee == cast.leader
    page.locator("[data-undo] button").click()
    page.locator("[data-said] .notice-done").wait_for()
    other.refresh_from_db()
    assert other.assignee is None


def test_keys_move_act_and_rest_while_typing(person: Callable[..., Person], cast: Cast) -> None:
    load_categories()
    first, second = told(cast), told(cast, description="井盖丢了")
    street = person(viewport=DESK)
    street.sign_in(cast.community)
    page = street.open("/admin/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    here = page.locator("[data-here]")
    number = here.get_attribute("data-number")
    page.keyboard.press("a")
    page.locator("[data-undo]").wait_for()
    acted = Ticket.objects.exclude(assignee=None).get()
    assert acted.number == number
    assert acted in (first, second)
    page.keyboard.press("/")
    page.keyboard.type("ja?")
    assert page.locator("input[type=search]").input_value() == "ja?"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    assert street.barriers() == []
    street.shoot("street-desk-keys")


def test_several_are_previewed_and_done(person: Callable[..., Person], cast: Cast) -> None:
    load_categories()
    tickets = [told(cast), told(cast, description="井盖丢了")]
    street = person(viewport=DESK)
    street.sign_in(cast.dispatcher)
    page = street.open("/admin/")
    for ticket in tickets:
        page.locator(f"[data-number='{ticket.number}'] input[type=checkbox]").check()
    page.locator("#several-first button").click()
    page.locator("button[name=step][value=accept]").click()
    page.locator("form.stack button[type=submit]").click()
    assert street.barriers() == []
    street.shoot("street-desk-several")
    page.locator("button[name=confirm]").click()
    page.locator(".notice-done").wait_for()
    assert set(Ticket.objects.values_list("status", flat=True)) == {"accepted"}


PAGES = ("/admin/duty/", "/admin/handover/", "/admin/desk/filters/own/", "/admin/desk/found/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_around_the_desk_have_no_barriers(
    person: Callable[..., Person], cast: Cast, scheme: str, size: dict[str, int]
) -> None:
    busy(cast)
    services.add_series(
        [cast.dispatcher, cast.section], community=None, first=today(), last=today(), by=cast.dispatcher
    )
    services.hand_over(cast.section, to=cast.dispatcher, words="夜里盯住污水井", community=None)
    services.save_filter(cast.dispatcher, page="requests_app.ticket", name="超期的", query="due=overdue")
    street = person(viewport=size, color_scheme=scheme)
    street.sign_in(cast.dispatcher)
    found, wide = {}, {}
    for address in PAGES:
        page = street.open(address)
        street.shoot(f"{address.strip('/').replace('/', '-')}-{size['width']}-{scheme}")
        found[address] = street.barriers()
        wide[address] = page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    street.open("/admin/requests_app/ticket/?due=overdue")
    street.shoot(f"ticket-list-{size['width']}-{scheme}")
    assert found == {address: [] for address in PAGES}
    assert wide == dict.fromkeys(PAGES, True)


def office_pages(cast: Cast) -> list[str]:
    """Announcements, the one network, codes of the lines, staff, wordings, leave, figures."""
    grid = Grid.objects.get(pk=cast.grid.pk)
    Grid.objects.filter(pk=grid.pk).update(wecom_robot_key="robot")
    LineCode.objects.create(line="safety", code="AJ-7", name="安监七片", grid=grid)
    announcement = announcements.write(
        by=cast.dispatcher, title="周六清楼道", text="九点集合。", grids=[grid, cast.grid_beside],
        publish_at=None, to_robot=True, form_id=uuid4(),
    )  # fmt: skip
    make_missing_wordings()
    wording = Wording.objects.get(kind="new")
    roll()
    network = [f"/admin/grids/{grid.code}/network/", "/admin/line-codes/"]
    told = [f"/admin/announcements/{rest}" for rest in ("", "new/", f"{announcement.pk}/")]
    people = ["/admin/grids/user/import/", "/admin/grids/leave/add/", "/admin/grids/dutyshift/add/"]
    rules = [f"/admin/notify/wording/{wording.pk}/change/", "/admin/requests_app/urgencyrule/"]
    figures = ["", "?against=before", "own/", "behind/?measure=arrived"]
    return [*told, *network, *people, *rules, *(f"/admin/statistics/{rest}" for rest in figures)]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_the_office_have_no_barriers(
    person: Callable[..., Person], cast: Cast, size: dict[str, int]
) -> None:
    busy(cast)
    pages = office_pages(cast)
    street = person(viewport=size)
    street.sign_in(cast.director)
    found, wide = {}, []
    for address in pages:
        page = street.open(address)
        street.shoot(f"{re.sub(r'[^a-z]+', '-', address)}-{size['width']}")
        if barriers := street.barriers():
            found[address] = barriers
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            wide.append(address)
    assert (found, wide) == ({}, [])


def test_the_phones_pages_of_duty_and_figures_have_no_barriers(
    person: Callable[..., Person], cast: Cast
) -> None:
    make_shift(cast.leader, community=cast.community_unit)
    services.hand_over(cast.community, to=cast.leader, words="夜里盯住污水井", community=None)
    accepted(cast)
    roll()
    phone = person()
    phone.sign_in(cast.leader)
    for address in (
        "/worker/duty/",
        "/worker/figures/",
        "/worker/figures/behind/?measure=said",
        "/worker/me/",
    ):
        page = phone.open(address)
        phone.shoot(re.sub(r"[^a-z]+", "-", address))
        assert phone.barriers() == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
