"""The register in the hand: no barriers, nothing typed is lost, one number for a reason."""

from datetime import date

import pytest
from playwright.sync_api import expect

from residents.models import Resident
from residents.services import people
from residents.terms import CareGroup, Relation
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.residents.factories import (
    id_number,
    make_dwelling,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13912345678"


@pytest.fixture
def resident(cast: Cast) -> Resident:
    """The head of a household with a plan, a visit and an open need."""
    home = make_household(dwelling=make_dwelling(building=cast.building, entrance=2, floor=5, door="501"))
    head = make_resident(
        household=home, name="王秀英", phone=PHONE, id_number=id_number(), born_on=date(1950, 1, 1)
    )
    make_resident(household=home, name="李建国", relation=Relation.SPOUSE)
    make_plan(head, group=CareGroup.AGED, reason="腿脚不便")
    make_finding(make_visit(by=cast.worker, household=home))
    people.correct(head, actor=cast.worker, version=1, sex="male")
    return head


@pytest.fixture
def leader(phone: Person, cast: Cast) -> Person:
    phone.sign_in(cast.leader)
    return phone


def pages(resident: Resident) -> list[str]:
    home, person = resident.household, f"/worker/residents/people/{resident.pk}/"
    return [
        *("/worker/residents/", f"/worker/residents/buildings/{home.dwelling.building_id}/?entrance=2"),
        *(f"/worker/residents/doors/{home.dwelling_id}/", f"/worker/residents/{home.pk}/"),
        *(f"/worker/residents/{home.pk}/people/new/", person, f"{person}correct/", f"{person}plans/new/"),
        *(f"{person}consents/new/", f"{person}happened/died/", f"{person}move/", f"{person}unmask/phone/"),
    ]


@pytest.mark.parametrize("elder", [False, True])
def test_no_barriers_in_the_register(leader: Person, resident: Resident, elder: bool) -> None:
    if elder:
        leader.elder()
    found = {address: leader.barriers() for address in pages(resident) if leader.open(address)}
    assert {address: troubles for address, troubles in found.items() if troubles} == {}


def test_found_and_walked_to_without_a_trace(leader: Person, resident: Resident) -> None:
    page = leader.open("/worker/residents/")
    page.get_by_role("searchbox").fill("5678")
    page.get_by_role("button", name="查找").tap()
    page.get_by_role("link", name="2单元501").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("九区3号楼2单元501")
    page.go_back()
    expect(page.get_by_role("link", name="2单元501")).to_be_visible()
    assert "5678" not in page.url


def test_a_conflict_keeps_what_was_typed(leader: Person, cast: Cast, resident: Resident) -> None:
    page = leader.open(f"/worker/residents/people/{resident.pk}/correct/")
    page.get_by_label("姓名").fill("王秀云")
    page.locator("#id_phone").fill("13800003333")
    people.correct(Resident.objects.get(pk=resident.pk), actor=cast.worker, version=2, name="王秀兰")
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("王秀兰", exact=True)).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("王秀云")
    assert leader.barriers() == []
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("王秀云")
    resident.refresh_from_db()
    assert resident.phone == "13800003333"


def test_a_number_is_shown_once_and_dials(leader: Person, resident: Resident) -> None:
    page = leader.open(f"/worker/residents/people/{resident.pk}/unmask/phone/")
    page.get_by_label("约上门时间").tap()
    page.get_by_role("button", name="显示号码").tap()
    expect(page.get_by_role("link", name=PHONE)).to_have_attribute("href", f"tel:{PHONE}")
    assert leader.barriers() == []
    assert PHONE not in page.url
