"""A stairwell without signal: pages stay readable, what is done waits on the phone and has one effect."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from requests_app.categories import load_categories
from requests_app.models import Photo, Ticket, TicketEvent
from requests_app.services import staff, take
from tests.cast import Cast
from tests.plugins.browser import DESK, PHONE, Person
from tests.plugins.processes import Site, wait_until
from tests.requests_app.matters import accepted, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEEPING_MS = 45_000
"""A slow machine takes its time to fetch thirty pages."""
SAVED = "已存下，有网自动发。"
ANSWER = "您好，三楼的灯已经换好，费用由物业承担。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.jpg"
    Image.effect_noise((800, 600), 40).convert("RGB").save(path, "JPEG")
    return path


@pytest.fixture
def worker(phone: Person, cast: Cast) -> Person:
    phone.sign_in(cast.worker)
    return phone


def keep(someone: Person) -> None:
    """Open the morning and wait until the phone has kept its pages."""
    someone.open("/worker/")
    someone.page.wait_for_selector("html[data-ready=offline]", state="attached", timeout=KEEPING_MS)


def dead(someone: Person) -> None:
    """No signal: neither the page nor the service worker reaches anything."""
    someone.context.set_offline(True)


def alive(someone: Person) -> None:
    someone.context.set_offline(False)


def accept(page: Page) -> None:
    page.locator("#step-accept button").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()


def note(page: Page, words: str, photo: Path | None = None) -> None:
    page.locator("#step-handle summary.step").click()
    page.locator("#step-handle [name=note]").fill(words)
    if photo:
        page.locator("#step-handle [data-photo-add] input[multiple]").set_input_files(photo)
    page.locator("#form-handle .button-primary").click()
    expect(page.locator("#step-handle").get_by_text(SAVED)).to_be_visible()


def resolve(page: Page) -> None:
    page.locator("#step-resolve summary.step").click()
    page.locator("#step-resolve [name=answer]").fill(ANSWER)
    page.locator("#form-resolve .button-primary").click()


def waiting(page: Page) -> int:
    """How many items wait on this phone, whoever's they are."""
    count = page.evaluate(
        """() => new Promise(done => {
            const open = indexedDB.open("wangguan", 1);
            open.onsuccess = () => {
                const count = open.result.transaction("items").objectStore("items").count();
                count.onsuccess = () => done(count.result);
            };
        })"""
    )
    return int(count)


def test_three_actions_in_a_dead_spot_have_three_effects(
    person: Callable[..., Person], new_site: Callable[[], Site], cast: Cast, photo: Path
) -> None:
    site, ticket = new_site(), told(cast)
    someone = person(viewport=PHONE)
    someone.site = site.url
    someone.sign_in(cast.worker)
    keep(someone)
    dead(someone)
    page = someone.open(ticket.get_absolute_url())
    expect(page.locator(".offline-bar").first).to_contain_text("信号弱，照样记，有网自动发 · 存于")
    accept(page)
    note(page, "看过了，灯座也要换。", photo)
    resolve(page)
    assert someone.barriers() == []
    expect(page.get_by_text("3 条待发送")).to_be_visible()
    site.kill()
    site.start()
    alive(someone)
    wait_until(lambda: TicketEvent.objects.filter(step="resolve").exists())
    expect(page.get_by_text("条待发送")).to_be_hidden()
    someone.open("/worker/outbox/")
    someone.page.reload()
    steps = ["accept", "handle", "resolve"]
    taken = TicketEvent.objects.filter(ticket=ticket, step__in=steps).order_by("id")
    assert list(taken.values_list("step", flat=True)) == steps
    assert Photo.objects.filter(ticket=ticket).count() == 1


def test_a_page_opened_again_shows_what_waits(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    dead(worker)
    page = worker.open(ticket.get_absolute_url())
    accept(page)
    page.reload()
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.locator("#step-resolve")).to_be_visible()


def test_a_double_tap_without_signal_is_one_item(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    page = worker.open(ticket.get_absolute_url())
    dead(worker)
    page.locator("#step-accept button").dblclick()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert waiting(page) == 1


def test_a_new_matter_waits_with_its_photo(worker: Person, cast: Cast, photo: Path) -> None:
    load_categories()
    keep(worker)
    dead(worker)
    page = worker.open("/worker/tickets/new/")
    page.locator("[name=source][value=patrol]").check()
    page.fill("[name=description]", "井盖翘起来了，老人容易绊倒。")
    page.set_input_files("[data-photo-add] input[multiple]", photo)
    expect(page.locator("[data-photo=held]")).to_have_count(1)
    page.locator("form[data-queue] [type=submit]").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    alive(worker)
    wait_until(Ticket.objects.exists)
    expect(page.get_by_text("条待发送")).to_be_hidden()
    assert Ticket.objects.get().photos.count() == 1


def refuse(someone: Person, cast: Cast) -> Ticket:
    """Somebody else moves the ticket while this worker's answer waits."""
    ticket = accepted(cast)
    keep(someone)
    page = someone.open(ticket.get_absolute_url())
    dead(someone)
    resolve(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    take(ticket, "reclassify", by=staff(cast.leader), urgency="B")
    alive(someone)
    someone.open("/worker/outbox/")
    expect(someone.page.get_by_text("没发成。")).to_be_visible()
    return ticket


def test_a_refused_one_stays_and_becomes_a_note(worker: Person, cast: Cast) -> None:
    ticket = refuse(worker, cast)
    page = worker.page
    expect(page.locator("[data-text]")).to_have_text(ANSWER)
    assert worker.barriers() == []
    page.get_by_role("button", name="留作备注").click()
    expect(page.get_by_text("今天已送到")).to_be_visible()
    assert [event.step for event in ticket.events.order_by("-id")[:2]] == ["remark", "reclassify"]


def test_a_refused_one_is_deleted_only_when_sure(worker: Person, cast: Cast) -> None:
    refuse(worker, cast)
    worker.page.once("dialog", lambda dialog: dialog.dismiss())
    worker.page.get_by_role("button", name="丢掉").click()
    assert waiting(worker.page) == 1
    worker.page.once("dialog", lambda dialog: dialog.accept())
    worker.page.get_by_role("button", name="丢掉").click()
    expect(worker.page.get_by_text("都已送到")).to_be_visible()


def test_a_session_that_is_over_keeps_everything(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    page = worker.open(ticket.get_absolute_url())
    worker.context.clear_cookies()
    page.locator("#step-accept button").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_text("登录已过期。")).to_be_visible()
    worker.sign_in(cast.worker)
    worker.open("/worker/")
    wait_until(lambda: TicketEvent.objects.filter(step="accept").exists())


def test_my_own_step_sent_meanwhile_is_nobody_elses(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    page = worker.open(ticket.get_absolute_url())
    dead(worker)
    accept(page)
    alive(worker)
    wait_until(lambda: TicketEvent.objects.filter(step="accept").exists())
    expect(page.get_by_text("条待发送")).to_be_hidden()
    resolve(page)
    wait_until(lambda: TicketEvent.objects.filter(step="resolve").exists())


def test_signing_out_without_signal_deletes_nothing(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    page = worker.open(ticket.get_absolute_url())
    dead(worker)
    accept(page)
    page.locator("footer button", has_text="退出登录").click()
    with page.expect_event("dialog") as said:
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="仍然退出，删除 1 条").click()
    assert said.value.message == "没有信号，还没有退出登录，什么都没有删除。"
    assert waiting(page) == 1


def test_another_persons_items_are_not_sent_but_kept(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    page = worker.open(ticket.get_absolute_url())
    dead(worker)
    accept(page)
    worker.context.clear_cookies()
    worker.sign_in(cast.leader)
    alive(worker)
    worker.open("/worker/outbox/")
    expect(page.get_by_text("都已送到")).to_be_visible()
    assert (waiting(page), TicketEvent.objects.filter(step="accept").count()) == (1, 0)


def test_signing_out_warns_of_unsent_work_and_wipes(worker: Person, cast: Cast) -> None:
    ticket = told(cast)
    keep(worker)
    page = worker.open(ticket.get_absolute_url())
    page.route("**/steps/**", lambda route: route.abort())
    accept(page)
    page.locator("footer button", has_text="退出登录").click()
    expect(page.get_by_text("还有 1 条没有发出")).to_be_visible()
    assert worker.barriers() == []
    page.get_by_role("button", name="仍然退出，删除 1 条").click()
    page.wait_for_url(worker.site + "/")
    assert waiting(page) == 0
    assert page.evaluate("caches.keys()") == []


@pytest.mark.parametrize(
    "view", [{"color_scheme": "dark"}, {"viewport": DESK}, {"java_script_enabled": False}]
)
def test_the_outbox_keeps_nobody_out(
    person: Callable[..., Person], cast: Cast, view: dict[str, object]
) -> None:
    someone = person(**view)
    someone.sign_in(cast.worker)
    someone.elder()
    someone.open("/worker/outbox/")
    expect(someone.page.locator(".lede:visible")).to_contain_text("手机里")
    assert view.get("java_script_enabled") is False or someone.barriers() == []


def test_the_workers_pages_are_gone_for_the_next_person(worker: Person, cast: Cast) -> None:
    keep(worker)
    page = worker.page
    page.locator("footer button", has_text="退出登录").click()
    page.wait_for_url(worker.site + "/")
    dead(worker)
    with pytest.raises(Exception, match="ERR_"):
        worker.open("/worker/")
    alive(worker)
