"""The senior view measured in the browser on every resident page, and the pages that explain."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from grids.models import QRToken
from requests_app.services import follow, publishing, staff, take
from tests.cast import Cast
from tests.factories import make_qr_token
from tests.plugins.browser import Person
from tests.requests_app.matters import accepted, answered, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXPLAINING = (
    "/",
    "/help/",
    "/privacy/",
    "/accessibility/",
    "/offline/",
    "/accounts/login/",
    "/nothing-here/",
)
MEASURE = """
({ textPx, targetPx }) => {
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const hidden = style.visibility === "hidden" || style.clipPath !== "none" || Number(style.opacity) === 0;
    return box.width > 1 && box.height > 1 && box.right > 0 && !hidden;
  };
  const name = (element) =>
    `${element.tagName.toLowerCase()}.${element.className} ${element.textContent.trim().slice(0, 30)}`;
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const silent = element.closest("script, template, .hush, [aria-hidden=true]");
    if (silent || !texts.currentNode.data.trim() || !seen(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size < textPx - 0.01) found.push(`text ${size}px: ${name(element)}`);
    const line = style.lineHeight === "normal" ? size * 1.2 : parseFloat(style.lineHeight);
    const many = element.getBoundingClientRect().height > size * 2;
    if (many && line < size * 1.3 - 0.01) found.push(`line ${line}/${size}: ${name(element)}`);
  }
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const element of document.querySelectorAll(controls)) {
    const target = element.closest("label") || element;
    if (!seen(target) || element.matches(".skip")) continue;
    const box = target.getBoundingClientRect();
    if (box.width < targetPx - 0.5 || box.height < targetPx - 0.5) {
      found.push(`target ${Math.round(box.width)}x${Math.round(box.height)}: ${name(element)}`);
    }
  }
  const width = document.documentElement.scrollWidth;
  if (width > window.innerWidth) found.push(`page ${width}px wide`);
  return found;
}
"""


def wrong(page: Page, *, text: float = 15, target: float = 44) -> list[str]:
    """Texts and targets smaller than this, lines too close, and a page wider than its window."""
    found: list[str] = page.evaluate(MEASURE, {"textPx": text, "targetPx": target})
    return [f"{page.url}: {each}" for each in found]


@pytest.fixture
def addresses(cast: Cast) -> list[str]:
    """Every page that a resident may come to."""
    codes = [make_qr_token(building=cast.building), QRToken.objects.create(community=cast.community_unit)]
    asked = accepted(cast)
    take(asked, "ask", by=staff(cast.worker), question="是哪一层？")
    tickets = [told(cast, contact_phone=""), accepted(cast), asked, answered(cast)]
    shown = answered(cast, may_publish=True)
    publishing.release(shown, by=cast.community, text=publishing.proposed(shown))
    followed = follow(shown, kind="voice", device="a-device")
    return [
        *("/board/", f"/board/{shown.number}/", "/following/", followed.get_absolute_url()),
        *EXPLAINING,
        *("/report/", "/track/", "/q/gone/"),
        *(f"/q/{code.token}/" for code in codes),
        *(f"/t/{ticket.token}/" for ticket in tickets),
    ]


@pytest.mark.parametrize(("size", "points"), [("1", 18), ("2", 30)])
def test_senior_view_has_large_letters_and_targets_everywhere(
    phone: Person, addresses: list[str], size: str, points: int
) -> None:
    phone.elder(size)
    found = [
        each for address in addresses for each in wrong(phone.open(address), text=points * 4 / 3, target=60)
    ]
    assert found == []


def test_standard_view_has_targets_of_44_px_everywhere(phone: Person, addresses: list[str]) -> None:
    assert [each for address in addresses for each in wrong(phone.open(address), text=13)] == []


@pytest.mark.parametrize("look", ["light", "dark", "elder", "larger"])
def test_pages_that_explain_have_no_barriers(person: Callable[..., Person], cast: Cast, look: str) -> None:
    someone = person(color_scheme="dark" if look == "dark" else "light")
    if look in {"elder", "larger"}:
        someone.elder("1" if look == "elder" else "2")
    for address in EXPLAINING:
        someone.open(address)
        assert someone.barriers() == [], address


def test_keyboard_leads_from_home_to_help_and_back(person: Callable[..., Person]) -> None:
    page = person().open("/")
    link = page.get_by_role("link", name="使用帮助和常用电话")
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/")
    back = page.get_by_role("link", name="返回")
    while not back.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))


def test_senior_view_is_one_tap_and_is_remembered(phone: Person) -> None:
    page = phone.open("/help/")
    page.get_by_role("button", name="长辈版").tap()
    page.get_by_role("button", name="字再大些").tap()
    page.get_by_role("button", name="字小一些").wait_for()
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    assert (page.url.endswith("/help/"), page.evaluate(size)) == (True, 40)
    assert phone.open("/privacy/").evaluate(size) == 40


def test_text_grows_with_the_browsers_own_letters(phone: Person) -> None:
    """Twice as large, as by the browser's setting: everything is still on the page."""
    page = phone.open("/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert [each for each in wrong(page, text=26) if "wide" in each or "text" in each] == []


def test_too_many_tries_are_refused_in_large_letters(phone: Person, cast: Cast) -> None:
    phone.elder()
    page = phone.open("/track/")
    for _ in range(6):
        page.fill("[name=number]", "202611250001")
        page.fill("[name=phone_tail]", "0000")
        page.get_by_role("button", name="查一查").tap()
    page.get_by_text("请大约 1 小时后再试").wait_for()
    assert phone.barriers() == []
    assert wrong(page, text=24, target=60) == []


def test_poster_is_downloaded_from_the_units_page(phone: Person, cast: Cast) -> None:
    phone.sign_in(cast.leader)
    page = phone.open("/worker/codes/unit/370103015005003/")
    page.get_by_role("button", name="补齐缺少的二维码").tap()
    page.get_by_text("已生成 2 个二维码").wait_for()
    assert phone.barriers() == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF A4", exact=True).first.tap()
    assert waiting.value.suggested_filename == "九区社区第三网格-a4.pdf"
