"""The worker's thumb, in a real browser: three taps, a list that renews itself, two people on one ticket."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Request, expect

from requests_app.categories import load_categories
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.standard_texts import load_standard_texts
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import PHONE, accepted, told
from tests.requests_app.test_pages_public import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "五号楼门口的井盖翘起来了"
NO_DIALLER = """
window.dialled = [];
document.addEventListener("click", event => {
  if (event.target.protocol === "tel:") {
    event.preventDefault();
    window.dialled.push(event.target.href);
  }
}, true);
"""
"""This machine has none to open: what would be dialled is noted instead."""


@pytest.fixture
def worker(phone: Person, cast: Cast) -> Person:
    """The grid's full-time worker with a phone."""
    phone.sign_in(cast.worker)
    return phone


@pytest.fixture
def texts(db: None) -> None:
    load_categories()
    load_standard_texts()


def test_three_taps_accept_and_three_more_resolve(worker: Person, cast: Cast, texts: None) -> None:
    ticket = told(cast, contact_name="张女士")
    page, taps = worker.open("/worker/tickets/?tab=waiting"), 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        page.locator(selector).first.tap()

    tap(".row")
    tap("#step-accept button.step")
    expect(page.get_by_text("接下了，现在由你负责")).to_be_visible()
    assert (taps, Ticket.objects.get(pk=ticket.pk).assignee) == (2, cast.worker)

    tap("#step-resolve summary.step")
    tap("#step-resolve label:has-text('已当场处理')")
    tap("#step-resolve button.button-primary")
    expect(page.get_by_text("已办结，回音正发往 138****0099")).to_be_visible()
    answer = Ticket.objects.get(pk=ticket.pk).answers.get()
    assert (taps, answer.text[:7]) == (5, "张女士，您好：")


def test_a_new_matter_comes_into_the_morning_by_itself(worker: Person, cast: Cast) -> None:
    worker.page.clock.install()
    page = worker.open("/worker/")
    told(cast, description=NEW)
    page.clock.fast_forward(31_000)
    expect(page.get_by_text(NEW)).to_be_visible()
    expect(page.locator("[data-live]")).to_contain_text("没人接 1")


def test_a_hidden_morning_asks_nothing(worker: Person, cast: Cast) -> None:
    worker.page.clock.install()
    page = worker.open("/worker/")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    page.clock.fast_forward(95_000)
    page.wait_for_timeout(300)
    # "other" is the tab's picture, which the browser fetches when it likes.
    asked = [request.url for request in sent if request.resource_type != "other"]
    # What the phone keeps is asked for once, on arrival, and not by the clock.
    assert [url for url in asked if not url.endswith("/worker/offline.json")] == []
    assert len(asked) <= 1


def test_pulling_down_refreshes_the_list(worker: Person, cast: Cast) -> None:
    page = worker.open("/worker/tickets/?tab=grid")
    told(cast, description=NEW)
    pull = page.context.new_cdp_session(page)
    pull.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 200, "y": 200}]})
    for y in (260, 320, 380, 420):
        pull.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 200, "y": y}]})
    pull.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_text(NEW)).to_be_visible()


def test_each_call_dials_and_is_an_entry(worker: Person, cast: Cast) -> None:
    ticket = accepted(cast)
    page = worker.open(ticket.get_absolute_url())
    page.evaluate(NO_DIALLER)
    for number in (1, 2):
        page.get_by_role("button", name="打给居民").tap()
        page.wait_for_function("count => window.dialled.length === count", arg=number)
    assert page.evaluate("window.dialled") == [f"tel:{PHONE}"] * 2
    assert ticket.events.filter(step="called").count() == 2


def test_a_moved_matter_says_so_and_keeps_what_was_typed(worker: Person, cast: Cast) -> None:
    worker.page.clock.install()
    ticket = accepted(cast)
    page = worker.open(ticket.get_absolute_url())
    page.locator("#step-handle summary.step").tap()
    page.locator("#handle-note").fill("看过现场，等物业")
    take(Ticket.objects.get(pk=ticket.pk), "escalate", by=staff(cast.leader), note="要找物业")
    page.clock.fast_forward(21_000)
    page.get_by_role("link", name="看最新，写的字会留着").tap()
    expect(page.locator("#typed-before")).to_have_value("看过现场，等物业")


def test_a_photo_of_the_place_opens_its_step(worker: Person, cast: Cast) -> None:

    ticket = accepted(cast)
    page = worker.open(ticket.get_absolute_url())
    taken = FilePayload(name="now.jpg", mimeType="image/jpeg", buffer=picture().read())
    page.locator("[data-camera] input").set_input_files(taken)
    expect(page.locator("#handle-note")).to_be_focused()
    page.locator("#handle-note").fill("现场就是这样")
    page.locator("#form-handle button.button-primary").tap()
    expect(page.get_by_text("已记下。")).to_be_visible()
    assert ticket.photos.count() == 1


def test_a_desk_settles_by_keyboard_alone(person: Callable[..., Person], cast: Cast, texts: None) -> None:
    desk, ticket = person(viewport=DESK), accepted(cast)
    desk.sign_in(cast.worker)
    page = desk.open(ticket.get_absolute_url())
    page.locator("#step-resolve summary.step").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#resolve-answer")).not_to_have_value("")
    page.locator("#resolve-answer").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.button-primary')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("已办结，回音正发往")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark", "elder"])
def test_pages_have_no_barriers(person: Callable[..., Person], cast: Cast, texts: None, look: str) -> None:
    told(cast, description=NEW)
    ticket = accepted(cast, contact_name="张女士", address="九区3号楼")
    take(ticket, "remark", by=staff(cast.leader), note="房东电话已找到")
    someone = person(color_scheme="dark" if look == "dark" else "light")
    someone.sign_in(cast.worker)
    if look == "elder":
        someone.elder()
    network = f"/worker/grids/{cast.grid.code}/"
    for path in ("/worker/", "/worker/tickets/?tab=grid", ticket.get_absolute_url(), network):
        someone.open(path)
        assert someone.barriers() == []


def test_without_a_script_a_standard_text_takes_one_round_trip(
    person: Callable[..., Person], cast: Cast, texts: None
) -> None:
    someone, ticket = person(java_script_enabled=False), accepted(cast)
    someone.sign_in(cast.worker)
    page = someone.open(ticket.get_absolute_url())
    page.locator("#step-resolve summary.step").click()
    page.locator("#step-resolve").get_by_text("已当场处理").click()
    page.locator("#step-resolve").get_by_role("button", name="填入下面").click()
    expect(page.locator("#resolve-answer")).to_have_value(re.compile("当场就处理好了"))
    assert Ticket.objects.get(pk=ticket.pk).status == "accepted"
