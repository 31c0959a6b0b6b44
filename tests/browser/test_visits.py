"""Visits with one thumb: four taps, without signal as well, and no phone asked where it is unless tapped."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Geolocation, Page, expect

from grids.models import today
from residents.models import Household, Patrol, Policy, Visit
from residents.terms import CareGroup
from tests.browser.test_offline import SAVED, alive, dead, keep, waiting
from tests.cast import Cast
from tests.factories import make_building
from tests.plugins.browser import PHONE, Person
from tests.plugins.processes import wait_until
from tests.residents.factories import make_household, make_plan, make_resident, make_venue, make_visit
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIGURES = {"due": 1, "overdue": 1}
LIST, PATROL = "/worker/visits/", "/worker/visits/patrol/"
HERE: Geolocation = {"latitude": 36.63123456, "longitude": 116.93123456}
COUNT_QUESTIONS = """
    window.asked = 0;
    ["getCurrentPosition", "watchPosition"].forEach(name => {
        const real = navigator.geolocation[name].bind(navigator.geolocation);
        navigator.geolocation[name] = (...given) => {
            window.asked += 1;
            return real(...given);
        };
    });
"""


@pytest.fixture
def household(cast: Cast) -> Household:
    """Somebody old and alone, three days late."""
    resident = make_resident(building=cast.building, name="刘桂兰", phone="13912345678")
    make_plan(resident, group=CareGroup.ALONE)
    Household.objects.update(next_visit_on=today() - timedelta(days=3))
    return Household.objects.get()


@pytest.fixture
def worker(phone: Person, cast: Cast) -> Person:
    phone.sign_in(cast.worker)
    return phone


def met(page: Page) -> None:
    page.locator(".chip", has=page.locator("[name=met][value=met]")).click()


def submit(page: Page) -> None:
    page.locator("form[data-queue] [type=submit]").click()


def test_from_the_list_to_done_in_four_taps(worker: Person, household: Household) -> None:
    page = worker.open(LIST)
    page.locator(".rows a.row").first.click()
    met(page)
    page.locator(".chip", has=page.locator("[name=needs][value=leak]")).click()
    submit(page)
    page.wait_for_url("**/worker/visits/*/")
    visit = Visit.objects.get()
    assert (visit.household, visit.met, visit.purpose) == (household, "met", "care")
    assert visit.findings.get().need == "leak"


def test_the_button_is_in_reach_without_scrolling(worker: Person, household: Household) -> None:
    page = worker.open(f"{LIST}new/?household={household.pk}")
    button = page.locator("form[data-queue] [type=submit]").bounding_box()
    nav = page.locator(".bottom-nav").bounding_box()
    assert button
    assert nav
    assert button["y"] + button["height"] <= nav["y"]


def test_a_visit_without_signal_comes_in_once(worker: Person, household: Household, tmp_path: Path) -> None:
    photo = tmp_path / "roof.jpg"
    Image.effect_noise((400, 300), 40).convert("RGB").save(photo, "JPEG")
    keep(worker)
    dead(worker)
    page = worker.open(LIST)
    page.locator(".rows a.row").first.click()
    met(page)
    page.fill("[name=note]", "厨房顶渗水三天。")
    page.set_input_files("[data-photo-add] input[multiple]", photo)
    expect(page.locator("[data-photo=held]")).to_have_count(1)
    page.locator("form[data-queue] [type=submit]").dblclick()
    expect(page.get_by_text(SAVED)).to_be_visible()
    worker.open(LIST)
    expect(page.locator("[data-waits]").first).to_be_visible()
    page.goto(worker.site + "/worker/outbox/")
    expect(page.locator("[data-what]").first).to_have_text(household.address)
    assert waiting(page) == 1
    alive(worker)
    wait_until(Visit.objects.exists)
    expect(page.get_by_text("今天已送到")).to_be_visible()
    visit = Visit.objects.get()
    assert (visit.note, visit.photos.count()) == ("厨房顶渗水三天。", 1)
    assert visit.visited_at < clock.now()
    household.refresh_from_db()
    assert household.last_visit_on == today()


def test_two_homes_written_down_without_signal_are_two_visits(
    worker: Person, cast: Cast, household: Household
) -> None:
    other = make_household(building=cast.building, next_visit_on=today())
    keep(worker)
    dead(worker)
    for home in (household, other):
        page = worker.open(f"{LIST}new/?household={home.pk}")
        met(page)
        submit(page)
        expect(page.get_by_text(SAVED)).to_be_visible()
    alive(worker)
    wait_until(lambda: Visit.objects.count() == 2)
    assert set(Visit.objects.values_list("household", flat=True)) == {household.pk, other.pk}


def test_nearest_first_after_a_tap_only(worker: Person, cast: Cast, household: Household) -> None:
    far = make_building(grid=cast.grid, latitude=36.6312, longitude=116.9312)
    near = make_household(building=far, next_visit_on=today())
    worker.context.add_init_script(COUNT_QUESTIONS)
    worker.context.grant_permissions(["geolocation"])
    worker.context.set_geolocation(HERE)
    page = worker.open(LIST)
    expect(page.locator(".row-title").first).to_have_text(household.address)
    assert page.evaluate("window.asked") == 0
    page.locator("[data-nearest] button").click()
    page.wait_for_url("**/?lat=36.6312&lng=116.9312&datum=wgs84")
    expect(page.locator(".row-title").first).to_have_text(near.address)


def test_a_place_is_added_by_a_tap_and_taken_away_by_another(worker: Person, household: Household) -> None:
    worker.context.grant_permissions(["geolocation"])
    worker.context.set_geolocation(HERE)
    page = worker.open(f"{LIST}new/?household={household.pk}")
    page.locator("details.more summary").click()
    page.locator("[data-place-add]").click()
    expect(page.locator("[data-place-drop]")).to_be_visible()
    assert page.locator("[name=latitude]").input_value() == "36.6312"
    page.locator("[data-place-drop]").click()
    assert page.locator("[name=latitude]").input_value() == ""
    page.locator("[data-place-add]").click()
    expect(page.locator("[data-place-drop]")).to_be_visible()
    met(page)
    submit(page)
    page.wait_for_url(f"**{LIST}")
    assert (Visit.objects.get().latitude, Visit.objects.get().longitude) == (36.6312, 116.9312)


def set_out(someone: Person) -> Page:
    page = someone.open(PATROL)
    page.locator(f"form[action='{PATROL}'] [type=submit]").click()
    page.wait_for_selector(f"a[href^='{LIST}new/?patrol=']")
    return page


def end(page: Page) -> None:
    page.locator("form[action$='/end/'] [type=submit]").click()
    page.wait_for_url(f"**{PATROL}*/")


def test_a_round_asks_no_phone_where_it_is(worker: Person) -> None:
    worker.context.add_init_script(COUNT_QUESTIONS)
    worker.context.grant_permissions(["geolocation"])
    page = set_out(worker)
    asked = page.evaluate("window.asked")
    page.locator("a[href*='?patrol=']").click()
    page.fill("[name=note]", "一切正常")
    asked += page.evaluate("window.asked")
    submit(page)
    page.wait_for_url(f"**{PATROL}")
    asked += page.evaluate("window.asked")
    end(page)
    assert asked + page.evaluate("window.asked") == 0
    assert (Patrol.objects.get().points, Visit.objects.get().latitude) == ([], None)


def test_a_track_is_kept_where_the_street_allows_it_and_the_worker_taps(worker: Person) -> None:
    Policy.objects.create(pk=1, tracks=True)
    worker.context.add_init_script(COUNT_QUESTIONS)
    worker.context.grant_permissions(["geolocation"])
    worker.context.set_geolocation(HERE)
    page = set_out(worker)
    assert page.evaluate("window.asked") == 0
    page.locator("[data-track-start]").click()
    expect(page.locator("[data-track-says]")).to_contain_text("1")
    page.locator("a[href*='?patrol=']").click()
    assert page.evaluate("window.asked") == 0
    worker.open(PATROL)
    expect(page.locator("[data-track-stop]")).to_be_visible()
    end(page)
    points = Patrol.objects.get().points
    assert [point[1:] for point in points] == [[36.63123, 116.93123]]
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('track:'))") == []


def test_a_stopped_track_is_forgotten(worker: Person) -> None:
    Policy.objects.create(pk=1, tracks=True)
    worker.context.grant_permissions(["geolocation"])
    worker.context.set_geolocation(HERE)
    page = set_out(worker)
    page.locator("[data-track-start]").click()
    expect(page.locator("[data-track-says]")).to_contain_text("1")
    page.locator("[data-track-stop]").click()
    end(page)
    assert Patrol.objects.get().points == []


@pytest.mark.parametrize("elder", [False, True])
def test_the_rooms_pages_keep_nobody_out(
    worker: Person, cast: Cast, household: Household, elder: bool
) -> None:
    Policy.objects.create(pk=1, tracks=True)
    make_venue(grid=cast.grid, next_visit_on=today())
    visit = make_visit(by=cast.worker, household=household, latitude=36.631, longitude=116.931, note="渗水")
    visit.findings.create(need="leak", category="0904")
    if elder:
        worker.elder()
    found = {}
    names = ["", "?tab=coming", "?tab=lately", "?lat=36.631&lng=116.931", f"new/?household={household.pk}"]
    for name in [*names, f"{visit.pk}/", "patrol/"]:
        page = worker.open(LIST + name)
        for summary in page.locator("main summary").all():
            summary.click()
        found[name] = worker.barriers()
    set_out(worker)
    found["on patrol"] = worker.barriers()
    worker.open("/worker/")
    found["morning"] = worker.barriers()
    worker.sign_in(cast.director)
    worker.open(LIST)
    found["figures"] = worker.barriers()
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("size", ["", "1", "2"])
def test_many_messages_do_not_widen_the_page(worker: Person, cast: Cast, size: str) -> None:
    outbox.add(Draft(f"k{n}", "visits_today", "in_app", cast.worker, context=FIGURES) for n in range(120))
    worker.elder(size)
    page = worker.open(LIST)

    expect(page.locator(".top-bell .badge")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
