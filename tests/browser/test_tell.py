"""The resident's minute: three steps on a phone, and everything that may go wrong on the way."""

import gzip
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from requests_app.categories import load_categories
from requests_app.models import Photo, Ticket
from requests_app.views.gate import BY_ADDRESS
from tests.cast import Cast
from tests.factories import make_qr_token
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "三楼楼道灯三天不亮了，老人晚上下楼看不清。"
FIRST_LOAD = 100 * 1024


def lamp(side: int = 2600) -> FilePayload:
    """A photo as a phone takes it: larger than anybody needs."""
    buffer = BytesIO()
    Image.effect_noise((side, side * 3 // 4), 40).convert("RGB").save(buffer, "JPEG", quality=80)
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("[data-photo-add] input[multiple]").set_input_files(list(files))


def to_step_3(page: Page, words: str = WORDS) -> None:
    page.get_by_label("事情经过").fill(words)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_label("地点").fill("九区3号楼")
    page.get_by_role("button", name="下一步：怎么回您").click()


def agree(page: Page) -> None:
    page.get_by_label("我同意").check()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="交给网格").click()


def arrived(page: Page) -> None:
    page.wait_for_url("**/t/*/")


def test_resident_tells_with_a_photo_in_three_steps(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    began = time.monotonic()
    choose(page, lamp())
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    to_step_3(page)
    page.get_by_label("手机号").fill("138 0000 0099")
    agree(page)
    hand_in(page)
    arrived(page)
    assert time.monotonic() - began < 10
    photo = Photo.objects.get(ticket__grid=cast.grid)
    assert (photo.width, photo.height) == (2048, 1536)


def test_short_words_are_refused_with_the_servers_sentence(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    page.get_by_label("事情经过").fill("灯")
    page.get_by_role("button", name="下一步：在哪里").click()
    expect(page.locator(".field-says")).to_contain_text("请再多说一点")
    expect(page.get_by_label("事情经过")).to_be_focused()
    page.get_by_label("事情经过").fill(WORDS)
    expect(page.locator(".field-says")).to_have_count(0)


def test_browser_back_goes_one_step_back(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    page.go_back()
    expect(page.get_by_label("地点")).to_be_visible()
    page.get_by_role("button", name="上一步：什么事").click()
    expect(page.get_by_label("事情经过")).to_have_value(WORDS)


def test_error_of_the_server_opens_its_step(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    agree(page)
    page.evaluate("document.getElementById('id_description').maxLength = 3000")
    page.evaluate("document.getElementById('id_description').value = '长'.repeat(2001)")
    hand_in(page)
    expect(page.locator(".field-error").get_by_label("事情经过")).to_be_visible()


def test_draft_with_photo_survives_reload_and_closed_tab(phone: Person, cast: Cast) -> None:
    load_categories()
    page = phone.open("/report/")
    choose(page, lamp(400))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    page.get_by_label("噪声扰民").check()
    to_step_3(page)
    page.reload()
    agree(page)
    page.close()
    page = phone.page = phone.context.new_page()
    phone.open("/report/")
    expect(page.get_by_text("已恢复上次没交的内容")).to_be_visible()
    expect(page.get_by_label("事情经过")).to_have_value(WORDS)
    expect(page.get_by_label("噪声扰民")).to_be_checked()
    expect(page.locator("[data-photo=here]")).to_have_count(1)


def test_draft_is_emptied_at_once(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    page.get_by_role("button", name="现在清空").click()
    expect(page.get_by_label("事情经过")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_draft_goes_when_its_matter_has_arrived(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    agree(page)
    hand_in(page)
    arrived(page)
    assert page.evaluate("localStorage.length") == 0
    assert "told" not in page.evaluate("document.cookie")
    phone.open("/report/")
    expect(page.get_by_label("事情经过")).to_have_value("")


def test_offline_send_keeps_everything_until_the_signal_is_back(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    phone.context.set_offline(True)
    agree(page)
    hand_in(page)
    expect(page.get_by_text("现在没有网络")).to_be_visible()
    assert not Ticket.objects.exists()
    phone.context.set_offline(False)
    hand_in(page)
    arrived(page)
    assert Ticket.objects.count() == 1


def test_photo_taken_offline_says_so_and_goes_along(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    page.route("**/photos/", lambda route: route.abort())
    choose(page, lamp(400))
    expect(page.locator("[data-photo=held]")).to_have_count(1)
    expect(page.locator("[data-photos-status]")).to_contain_text("这张照片还没传上")
    to_step_3(page)
    agree(page)
    hand_in(page)
    arrived(page)
    assert Photo.objects.count() == 1


def test_failed_photo_can_be_sent_again(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    page.route("**/photos/", lambda route: route.abort(), times=1)
    choose(page, lamp(400))
    page.get_by_role("button", name="重新传照片 1").click()
    expect(page.locator("[data-photo=here]")).to_have_count(1)


def test_removed_photo_is_not_handed_in(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    choose(page, lamp(400), lamp(500))
    expect(page.locator("[data-photo=here]")).to_have_count(2)
    page.get_by_role("button", name="删除照片 1").click()
    to_step_3(page)
    agree(page)
    hand_in(page)
    arrived(page)
    assert Photo.objects.count() == 1


def test_seventh_photo_is_left_out_kindly(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    choose(page, *(lamp(60 + side) for side in range(7)))
    expect(page.locator("[data-photo]")).to_have_count(6)
    expect(page.locator("[data-photo-add]").first).to_be_hidden()


def test_double_tap_makes_one_matter(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    agree(page)
    page.get_by_role("button", name="交给网格").dblclick(no_wait_after=True)
    arrived(page)
    assert Ticket.objects.count() == 1


def test_lost_reply_and_reload_make_one_matter(phone: Person, cast: Cast) -> None:
    """The portal took it, the answer never came: the draft sends the very same form again."""
    page = phone.open("/report/")
    choose(page, lamp(400))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    to_step_3(page)
    agree(page)

    def swallow(route: Any) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route(
        "**/report/", lambda route: swallow(route) if route.request.method == "POST" else route.continue_()
    )
    hand_in(page)
    page.wait_for_timeout(1000)
    assert Ticket.objects.count() == 1
    page.unroute_all()
    phone.context.clear_cookies(name="told")
    phone.open("/report/")
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_role("button", name="下一步：怎么回您").click()
    hand_in(page)
    arrived(page)
    assert Ticket.objects.count() == 1


def test_without_javascript_it_is_one_long_form(person: Callable[..., Person], cast: Cast) -> None:
    page = person(java_script_enabled=False).open("/report/")
    page.get_by_label("事情经过").fill(WORDS)
    page.locator("#id_photos").set_input_files([lamp(400)])
    page.get_by_label("地点").fill("九区3号楼")
    agree(page)
    page.get_by_role("button", name="交给网格").last.click()
    arrived(page)
    assert Photo.objects.filter(ticket__grid=cast.grid).count() == 1


def past_the_limit() -> None:
    for _ in range(BY_ADDRESS.most):
        BY_ADDRESS.take("127.0.0.1")


def test_past_the_limit_the_proof_is_made_by_itself(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    choose(page, lamp(400))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    to_step_3(page)
    agree(page)
    past_the_limit()
    hand_in(page)
    arrived(page)
    assert Photo.objects.filter(ticket__description=WORDS).count() == 1


def test_past_the_limit_without_javascript_the_form_comes_back_full(
    person: Callable[..., Person], cast: Cast
) -> None:
    page = person(java_script_enabled=False).open("/report/")
    page.get_by_label("事情经过").fill(WORDS)
    agree(page)
    past_the_limit()
    page.get_by_role("button", name="交给网格").last.click()
    expect(page.get_by_text("请过 60 分钟")).to_be_visible()
    expect(page.get_by_label("事情经过")).to_have_value(WORDS)


def test_keyboard_alone_is_enough(person: Callable[..., Person], cast: Cast) -> None:
    someone = person(viewport=DESK)
    page = someone.open("/report/")
    page.get_by_label("事情经过").focus()
    page.keyboard.type(WORDS)
    page.get_by_role("button", name="下一步：在哪里").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("九区3号楼")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("13800000099")
    page.keyboard.press("Enter")
    expect(page.locator(".field-says")).to_be_visible()
    page.keyboard.press("Space")
    page.get_by_role("button", name="交给网格").press("Enter")
    arrived(page)


def test_code_at_the_door_knows_the_place(phone: Person, cast: Cast) -> None:
    page = phone.open(f"/q/{make_qr_token(building=cast.building).token}/")
    page.get_by_label("事情经过").fill(WORDS)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_role("button", name="下一步：怎么回您").click()
    agree(page)
    hand_in(page)
    arrived(page)
    assert Ticket.objects.get().building == cast.building


def test_tapped_beginning_and_kind_are_handed_in(phone: Person, cast: Cast) -> None:
    load_categories()
    page = phone.open("/report/")
    page.get_by_role("button", name="灯不亮了").click()
    page.get_by_label("路灯和楼道灯").check()
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_label("我说不清").check()
    page.get_by_role("button", name="下一步：怎么回您").click()
    agree(page)
    hand_in(page)
    arrived(page)
    ticket = Ticket.objects.select_related("category").get()
    assert (ticket.category and ticket.category.code, ticket.level) == ("0602", "street")


@pytest.mark.parametrize("look", ["light", "dark", "elder"])
def test_no_barriers_on_any_step(person: Callable[..., Person], cast: Cast, look: str) -> None:
    someone = person(color_scheme="dark" if look == "dark" else "light", has_touch=True, is_mobile=True)
    if look == "elder":
        someone.elder()
    page = someone.open("/report/")
    choose(page, lamp(300))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    found = someone.barriers()
    to_step_3(page)
    found += someone.barriers()
    hand_in(page)
    assert found + someone.barriers() == []


def test_targets_of_the_senior_view_are_large(phone: Person, cast: Cast) -> None:
    phone.elder()
    page = phone.open("/report/")
    choose(page, lamp(300))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    for box in (
        each.bounding_box()
        for each in page.locator("form[data-steps] button:visible:not([aria-hidden])").all()
    ):
        assert box
        assert min(box["width"], box["height"]) >= 60


def test_first_load_is_light(phone: Person, cast: Cast) -> None:
    """Page, styles and scripts as they go over the wire, compressed."""
    weights: dict[str, int] = {}
    phone.page.on("response", lambda answer: weights.update({answer.url: len(gzip.compress(answer.body()))}))
    phone.open("/report/")
    phone.page.wait_for_load_state("networkidle")
    scripts = [url for url in weights if re.search(r"/js/", url)]
    assert sum(weights.values()) <= FIRST_LOAD, weights
    assert len(scripts) <= 10


def test_resident_adds_a_photo_to_the_own_matter(phone: Person, cast: Cast) -> None:
    page = phone.open("/report/")
    to_step_3(page)
    agree(page)
    hand_in(page)
    arrived(page)
    page.get_by_text("补充一句话或一张照片").click()
    choose(page, lamp(400))
    expect(page.locator("[data-photo=here]")).to_have_count(1)
    page.get_by_role("button", name="补上").click()
    expect(page.get_by_text("已补充，负责的人也知道了")).to_be_visible()
    assert Photo.objects.count() == 1
