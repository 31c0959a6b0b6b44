"""Venues and errands in the hand: a check ends with the way to its request, a finger signs."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from grids.models import today
from requests_app.categories import load_categories
from requests_app.models import Ticket
from residents.checklists import load_checklists
from residents.models import Errand, Venue, Visit
from residents.services import errands
from residents.signature import Receipt
from residents.terms import HandedHow
from tests.cast import Cast
from tests.plugins.browser import PHONE, Person
from tests.plugins.processes import wait_until
from tests.residents.factories import make_errand, make_resident, make_venue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEEPING_MS = 45_000


@pytest.fixture
def shop(cast: Cast) -> Venue:
    load_categories()
    load_checklists()
    return make_venue(
        grid=cast.grid, name="惠民超市", contact_name="孙老板", contact_phone="13912345678",
        licence_until=today(), size=80, next_visit_on=today(),
    )  # fmt: skip


@pytest.fixture
def errand(cast: Cast) -> Errand:
    errand = make_errand(make_resident(building=cast.building, name="刘奶奶").household, by=cast.leader)
    errands.take(errand, actor=cast.worker, version=1)
    return errand


@pytest.fixture
def worker(phone: Person, cast: Cast) -> Person:
    phone.sign_in(cast.worker)
    return phone


def tick(page: Page, number: int, outcome: str) -> None:
    page.locator("[data-line]").nth(number).locator(f"input[value={outcome}]").check(force=True)


def fail_one(page: Page, words: str) -> None:
    """The third item is not in order, all the others are."""
    tick(page, 2, "failed")
    page.locator("[data-line]").nth(2).locator("textarea").fill(words)
    page.locator("[data-rest]").click()
    page.locator("form[data-checklist] .button-primary").click()


def sign(page: Page) -> None:
    """Two strokes across the field, with whatever points."""
    page.locator("canvas").evaluate("field => field.scrollIntoView({block: 'center'})")
    box = page.locator("canvas").bounding_box()
    assert box
    for start, end in ((0.1, 0.5), (0.6, 0.9)):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * end, box["y"] + box["height"] * 0.7, steps=8)
        page.mouse.up()


# --- checks ------------------------------------------------------------------------------
def test_a_check_with_one_failed_item_ends_with_its_request(worker: Person, shop: Venue) -> None:
    page = worker.open(f"/worker/venues/{shop.pk}/check/")
    expect(page.locator("[data-line] textarea:visible")).to_have_count(0)
    fail_one(page, "指针在红区")
    page.wait_for_url("**/checks/*/")
    ticket = Ticket.objects.get()
    expect(page.locator(f'.point a[href="{ticket.get_absolute_url()}"]')).to_be_visible()
    assert "指针在红区" in ticket.description
    assert worker.barriers() == []


def test_a_check_in_a_cellar_is_kept_and_sent_once(worker: Person, shop: Venue) -> None:
    worker.open("/worker/")
    worker.page.wait_for_selector("html[data-ready=offline]", state="attached", timeout=KEEPING_MS)
    worker.context.set_offline(True)
    page = worker.open(f"/worker/venues/{shop.pk}/check/")
    fail_one(page, "指针在红区")
    expect(page.locator("[data-said-held]")).to_be_visible()
    worker.context.set_offline(False)
    wait_until(Ticket.objects.exists)
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 1)


def test_without_scripts_the_rest_is_one_press_too(
    person: Callable[..., Person], cast: Cast, shop: Venue
) -> None:
    someone = person(viewport=PHONE, java_script_enabled=False)
    someone.sign_in(cast.worker)
    page = someone.open(f"/worker/venues/{shop.pk}/check/")
    tick(page, 2, "failed")
    page.locator("[data-rest]").click()
    expect(page.locator("input[value=failed]:checked")).to_have_count(1)
    page.locator("form[data-checklist] .button-primary").click()
    page.wait_for_url("**/checks/*/")
    assert Ticket.objects.count() == 1


# --- errands -----------------------------------------------------------------------------
def test_a_finger_signs(worker: Person, errand: Errand) -> None:
    page = worker.open(f"/worker/errands/{errand.pk}/")
    page.locator("form[data-sign]").locator("..").locator("summary").click()
    sign(page)
    strokes = json.loads(page.locator("[name=signature]").input_value())
    assert len(strokes) == 2
    assert all(0 <= part <= 1 for stroke in strokes for point in stroke for part in point)
    assert worker.barriers() == []
    page.locator("form[data-sign] [type=submit]").click()
    expect(page.locator("svg.signed path")).to_have_count(2)
    assert worker.barriers() == []
    assert Errand.objects.get().state == "handed_over"


def test_a_cleared_field_is_no_signature(worker: Person, errand: Errand) -> None:
    page = worker.open(f"/worker/errands/{errand.pk}/")
    page.locator("form[data-sign]").locator("..").locator("summary").click()
    sign(page)
    page.locator("[data-sign-clear]").click()
    page.locator("form[data-sign] [type=submit]").click()
    expect(page.locator("form[data-sign] .field-says")).to_be_visible()
    assert Errand.objects.get().state == "taken"


def test_who_has_no_mouse_chooses_paper(worker: Person, errand: Errand) -> None:
    page = worker.open(f"/worker/errands/{errand.pk}/")
    page.locator("form[data-sign]").locator("..").locator("summary").press("Enter")
    page.locator("[name=how][value=drawn]").press("ArrowRight")
    expect(page.locator("canvas")).to_be_hidden()
    page.locator("form[data-sign] [type=submit]").press("Enter")
    expect(page.locator("form[data-sign]")).to_have_count(0)
    receipt = Receipt.of(Errand.objects.get().signature)
    assert receipt
    assert receipt.how == HandedHow.PAPER


# --- nobody is kept out ------------------------------------------------------------------
@pytest.mark.parametrize("elder", [False, True])
def test_no_barriers_among_venues_and_errands(
    worker: Person, shop: Venue, errand: Errand, elder: bool
) -> None:
    if elder:
        worker.elder()
    card = f"/worker/venues/{shop.pk}/"
    page = worker.open(f"{card}check/")
    fail_one(page, "指针在红区")
    page.wait_for_url("**/checks/*/")
    home = errand.household_id
    for address in (
        *("/worker/venues/", "/worker/venues/new/", card, f"{card}edit/", f"{card}check/"),
        *(f"{card}checks/{Visit.objects.get().pk}/", f"{card}checks/{Visit.objects.get().pk}/slip/"),
        *("/worker/errands/", "/worker/errands/new/?q=刘", f"/worker/errands/new/?household={home}"),
        f"/worker/errands/{errand.pk}/",
    ):
        page = worker.open(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (address, worker.barriers(), wide) == (address, [], 0)
