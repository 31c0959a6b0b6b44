"""Figures and requests about one's own data in a real browser: no barriers, a map, a page to print."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from grids.models import Building, today
from residents.models import Resident, RightsRequest
from residents.services import rights
from residents.terms import CareGroup, RightsKind
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.residents.factories import id_number, make_household, make_plan, make_resident, make_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = "/worker/residents/figures/"


@pytest.fixture
def resident(cast: Cast) -> Resident:
    """Somebody with a plan and a visit, in the first of three buildings that stand differently."""
    for number, days in ((5, 20), (6, 250)):
        building = Building.objects.create(
            grid=cast.grid,
            name=f"{number}号楼",
            address=f"九区{number}号楼",
            latitude=36.6305 + number / 10_000,
            longitude=116.9306 + number / 10_000,
        )
        make_household(building=building, last_visit_on=today() - timedelta(days=days))
    for days in (10, 40, 70, 100):
        make_household(building=cast.building, last_visit_on=today() - timedelta(days=days))
    home = make_household(building=cast.building)
    head = make_resident(household=home, name="王秀英", phone="13912345678", id_number=id_number())
    make_plan(head, group=CareGroup.AGED, reason="腿脚不便")
    make_visit(by=cast.worker, household=home, resident=head, note="一切都好")
    return head


@pytest.fixture
def asked(cast: Cast, resident: Resident) -> list[RightsRequest]:
    return [rights.take(resident, kind=kind, actor=cast.worker)[0] for kind in RightsKind]


@pytest.fixture
def community(phone: Person, cast: Cast) -> Person:
    phone.sign_in(cast.community)
    return phone


def addresses(asked: list[RightsRequest]) -> list[str]:
    return [
        *(FIGURES, f"{FIGURES}?unit=370103015005003"),
        *("/worker/residents/rights/", "/worker/residents/rights/?answered=1"),
        *(f"/worker/residents/rights/{row.pk}/" for row in asked),
        f"/worker/residents/people/{asked[0].resident_id}/rights/new/",
    ]


@pytest.mark.parametrize("elder", [False, True])
def test_no_barriers(community: Person, asked: list[RightsRequest], elder: bool) -> None:
    if elder:
        community.elder()
    found = {}
    for address in addresses(asked):
        page = community.open(address)
        found[address] = community.barriers()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

    assert {address: barriers for address, barriers in found.items() if barriers} == {}


def test_the_map_says_in_shape_and_number_who_waits(community: Person, resident: Resident) -> None:
    page = community.open(f"{FIGURES}?unit=370103015005003")
    page.get_by_role("button", name="在地图上看").click()
    canvas = page.locator("[data-map-canvas]")
    expect(canvas.locator(".map-mark")).to_have_count(3)

    assert sorted(canvas.locator(".map-mark b").all_inner_texts()) == ["0", "1", "1"]
    for age in ("seen", "some", "many"):
        expect(canvas.locator(f".age-{age}")).to_have_count(1)
    expect(canvas.locator(".map-mark:has(.age-many) i")).to_have_text("九区6号楼")
    assert community.barriers() == []


def test_everything_kept_is_shown_and_can_be_printed(community: Person, asked: list[RightsRequest]) -> None:
    page = community.open(f"/worker/residents/rights/{asked[0].pk}/")
    page.get_by_label("查看原因").fill("本人到社区申请查阅")
    page.get_by_role("button", name="显示").click()

    expect(page.get_by_role("cell", name="13912345678")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    assert community.barriers() == []


def test_a_deletion_wants_the_box_ticked(community: Person, cast: Cast) -> None:
    them = make_resident(building=cast.building, name="王秀英")
    asked = rights.take(them, kind=RightsKind.DELETE, actor=cast.worker)[0]
    page = community.open(f"/worker/residents/rights/{asked.pk}/")
    page.get_by_label("已核对申请人身份").check()
    page.get_by_role("button", name="立即删除").click()

    expect(page.get_by_text("已匿名")).to_be_visible()
    them.refresh_from_db()
    assert them.name == ""
