"""Two-way claim, from the first offer to the last mark: a unit's free hall meets a community's need."""

from collections.abc import Callable

import pytest

from grids.models import today
from partybuilding.claims.models import Claim, Item
from tests.cast import Cast
from tests.partybuilding.claims.scene import ONE, TWO, claimed, fresh, hall, need, unit, waiting
from tests.partybuilding.walking import enter, press, stands
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = "/admin/party/claims/"


def test_a_units_free_hall_meets_a_communitys_need(
    phone: Person, person: Callable[..., Person], cast: Cast
) -> None:
    unit(cast, offers="周末可用的排练厅。")
    _offered(phone)
    room = Item.objects.get()

    desk = person(viewport=DESK)
    desk.sign_in(cast.director)
    desk.open(f"{OFFICE}{room.pk}/")
    press(desk, "/steps/publish/")
    desk.sign_in(cast.community)
    wanted = _published(desk, room)

    page = phone.open(f"/together/items/{wanted.pk}/")
    page.locator("a.button-primary").click()
    stands(phone, "claims-claim")
    page.locator("select[name=counterpart]").select_option(str(room.pk))
    press(phone, "/claim/")
    page.wait_for_url("**/together/claims/*/")
    claim = Claim.objects.get()
    desk.open(f"{OFFICE}{wanted.pk}/")
    press(desk, f"/claims/{claim.pk}/agree/")
    desk.page.locator("form[action$='/steps/begin/']").wait_for()

    _carried(phone, claim)
    _accepted(desk, wanted)

    stranger = person()
    seen = stranger.open("/together/")
    assert seen.get_by_text("合唱队排练场地").count() == 1
    stands(stranger, "claims-together")
    seen.get_by_text("合唱队排练场地").click()
    assert seen.get_by_text("市第五中学").count() == 1
    stands(stranger, "claims-item")
    assert [fresh(row).state for row in (wanted, room)] == ["rated", "rated"]


def _offered(phone: Person) -> None:
    enter(phone, ONE, "/together/claims/offer/")
    page = phone.page
    page.locator("label.chip").first.click()
    page.locator("input[name=title]").fill("周末排练厅")
    page.locator("input[name=ends_on]").fill(str(today()))
    stands(phone, "claims-offer")
    press(phone, "/offer/")
    page.wait_for_url("**/together/claims/")


def _published(desk: Person, room: Item) -> Item:
    """The office enters a need, publishes it, and is told what fits."""
    page = desk.open(f"{OFFICE}new/")
    page.locator("label.chip", has=page.locator("input[name=kind][value=space]")).click()
    page.locator("input[name=title]").fill("合唱队排练场地")
    stands(desk, "claims-form")
    page.locator("main form.card button[type=submit]").click()
    page.locator("form[action$='/steps/publish/']").wait_for()
    wanted = Item.objects.get(sort="need")
    press(desk, "/steps/publish/")
    page.locator(f"a[href^='{OFFICE}{room.pk}/']").wait_for()
    stands(desk, "claims-office")
    return wanted


def _carried(phone: Person, claim: Claim) -> None:
    page = phone.open(f"/together/claims/{claim.pk}/")
    page.locator("input[name=name]").fill("第一次排练")
    page.locator("input[name=due_on]").fill(str(today()))
    press(phone, "/milestones/")
    page.locator("section[id^=milestone-]").wait_for()
    page.locator("section[id^=milestone-] summary").click()
    page.locator("section[id^=milestone-] textarea[name=words]").fill("三十人排练两小时")
    stands(phone, "claims-milestone")
    press(phone, f"/milestones/{claim.milestones.get().pk}/")
    page.get_by_text("三十人排练两小时").wait_for()


def _accepted(desk: Person, wanted: Item) -> None:
    page = desk.open(f"{OFFICE}{wanted.pk}/")
    form = page.locator("form[action$='/steps/accept/']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("textarea").fill("排练了四次，大家满意。")
    form.locator("button[type=submit]").click()
    rating = page.locator("form[action$='/rate/']")
    rating.locator("label.chip").first.click()
    rating.locator("input[name=how]").fill("现场问了 12 人")
    rating.locator("button[type=submit]").click()
    page.locator(f"text={wanted.title}").first.wait_for()
    page.wait_for_load_state()


def test_the_other_pages_have_no_barriers(phone: Person, person: Callable[..., Person], cast: Cast) -> None:
    school, clinic, wanted = unit(cast), unit(cast, "社区医院", phone=TWO), need(cast)
    first = claimed(wanted, school)
    waiting(wanted, clinic)
    room = hall(cast, clinic)
    enter(phone, ONE, f"/together/claims/{first.pk}/")
    stands(phone, "claims-asked")
    for name, address in (
        ("tell", "/together/tell/"),
        ("told", "/together/told/"),
        ("own", "/together/claims/"),
    ):
        phone.open(address)
        stands(phone, name)
    for viewport in (DESK, {"width": 390, "height": 844}):
        someone = person(viewport=viewport)
        someone.sign_in(cast.community)
        for end in ("", f"{room.pk}/", f"{wanted.pk}/"):
            someone.open(OFFICE + end)
            stands(someone, f"office-{end.strip('/')}-{viewport['width']}")
