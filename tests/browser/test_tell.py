"""The resident's minute: three short steps, photos on their way, a draft that survives."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from requests_app.categories import load_categories
from requests_app.models import Photo, Ticket
from requests_app.views.gate import PER_ADDRESS
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.plugins.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cast")]

WORDS = "三楼楼道灯三天不亮了，老人晚上下楼看不清。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As large as a phone takes them."""
    path = tmp_path / "lamp.jpg"
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(path, "JPEG")
    return path


def next_step(someone: Person) -> None:
    someone.page.locator("[data-next]:visible").click()


def hand_in(someone: Person) -> None:
    someone.page.locator("[name=consent]").check()
    someone.page.locator("#report [type=submit]:visible").last.click()


def to_the_end(someone: Person) -> None:
    """From the first step, its words filled in, to the last."""
    next_step(someone)
    next_step(someone)


def test_three_steps_with_a_photo_make_one_matter(phone: Person, cast: Cast, photo: Path) -> None:
    load_categories()
    page = phone.open("/report/")
    page.fill("[name=description]", WORDS)
    page.set_input_files("input[type=file]", photo)
    expect(page.locator("[name=kept_photos]")).to_have_count(1)
    next_step(phone)
    page.fill("[name=address]", "九区3号楼")
    next_step(phone)
    hand_in(phone)
    page.wait_for_url("**/t/**")
    ticket = Ticket.objects.get()
    assert (ticket.grid, ticket.description) == (cast.grid, WORDS)
    assert max(Photo.objects.values_list("width", flat=True)) == 2048


def test_only_one_step_shows_at_a_time(phone: Person) -> None:
    page = phone.open("/report/")
    expect(page.locator("[data-step]:visible")).to_have_count(1)
    page.fill("[name=description]", WORDS)
    next_step(phone)
    expect(page.locator("[name=address]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=description]")).to_have_value(WORDS)


def test_a_step_without_words_is_not_left(phone: Person) -> None:
    page = phone.open("/report/")
    next_step(phone)
    expect(page.locator("[data-said]")).to_contain_text("请")
    expect(page.locator("[name=description]")).to_be_focused()


def test_a_photo_can_be_taken_out(phone: Person, photo: Path) -> None:
    page = phone.open("/report/")
    page.set_input_files("input[type=file]", photo)
    expect(page.locator("[name=kept_photos]")).to_have_count(1)
    page.locator("[data-out]").click()
    expect(page.locator("[name=kept_photos]")).to_have_count(0)


def test_a_photo_that_was_not_sent_is_tried_again(phone: Person, photo: Path) -> None:
    page = phone.open("/report/")
    phone.context.set_offline(True)
    page.set_input_files("input[type=file]", photo)
    expect(page.locator("[data-again]")).to_be_visible()
    phone.context.set_offline(False)
    page.locator("[data-again]").click()
    expect(page.locator("[name=kept_photos]")).to_have_count(1)


def test_a_draft_survives_a_reload_with_its_photo(phone: Person, photo: Path) -> None:
    page = phone.open("/report/")
    key = page.locator("[name=submission_id]").input_value()
    page.fill("[name=description]", WORDS)
    page.set_input_files("input[type=file]", photo)
    expect(page.locator("[name=kept_photos]")).to_have_count(1)
    page.reload()
    expect(page.locator("[name=description]")).to_have_value(WORDS)
    expect(page.locator("[name=kept_photos]")).to_have_count(1)
    assert page.locator("[name=submission_id]").input_value() == key


def test_a_draft_is_gone_once_it_is_handed_in(phone: Person) -> None:
    page = phone.open("/report/")
    page.fill("[name=description]", WORDS)
    to_the_end(phone)
    hand_in(phone)
    page.wait_for_url("**/t/**")
    phone.open("/report/")
    expect(page.locator("[name=description]")).to_have_value("")


def test_without_signal_nothing_is_lost(phone: Person) -> None:
    page = phone.open("/report/")
    page.fill("[name=description]", WORDS)
    to_the_end(phone)
    phone.context.set_offline(True)
    hand_in(phone)
    expect(page.locator("[data-no-signal]")).to_be_visible()
    phone.context.set_offline(False)
    expect(page.locator("[data-no-signal]")).to_be_hidden()
    page.locator("#report [type=submit]:visible").last.click()
    page.wait_for_url("**/t/**")
    assert Ticket.objects.count() == 1


def test_a_double_tap_is_one_matter(phone: Person) -> None:
    page = phone.open("/report/")
    page.fill("[name=description]", WORDS)
    to_the_end(phone)
    page.locator("[name=consent]").check()
    page.locator("#report [type=submit]:visible").last.dblclick()
    page.wait_for_url("**/t/**")
    assert Ticket.objects.count() == 1


def test_without_scripts_it_is_one_long_form(person: Callable[..., Person]) -> None:
    someone = person(java_script_enabled=False)
    page = someone.open("/report/")
    page.fill("[name=description]", WORDS)
    page.fill("[name=address]", "九区3号楼")
    page.locator("[name=consent]").check()
    page.locator("#report [type=submit]").last.click()
    page.wait_for_url("**/t/**")
    assert Ticket.objects.count() == 1


def test_past_the_limit_the_browser_works_for_it(phone: Person) -> None:
    for _ in range(PER_ADDRESS.most):
        PER_ADDRESS.take("127.0.0.1")
    page = phone.open("/report/")
    page.fill("[name=description]", WORDS)
    to_the_end(phone)
    hand_in(phone)
    wait_until(Ticket.objects.exists)
    page.wait_for_url("**/t/**")


def test_the_keyboard_alone_is_enough(person: Callable[..., Person]) -> None:
    someone = person(viewport={"width": 1440, "height": 900})
    page = someone.open("/report/")
    page.locator("[name=description]").focus()
    page.keyboard.type(WORDS)
    for label in ("在哪里", "下一步"):
        page.locator("[data-next]:visible", has_text=label).focus()
        page.keyboard.press("Enter")
    page.locator("[name=consent]").focus()
    page.keyboard.press("Space")
    page.locator("#report [type=submit]:visible").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/**")
