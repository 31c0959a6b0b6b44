"""The card of a household: what is on it, for whom, and what is never on it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from grids.models import today
from residents.models import Household, RegisterEntry, Resident
from residents.services import care, consents, homes, people
from residents.terms import (
    CareEventKind,
    CareGroup,
    ConsentHow,
    ConsentPurpose,
    EntryKind,
    ErrandKind,
    HouseholdKind,
    LeftHow,
    Relation,
    VisitLevel,
)
from tests.cast import Cast
from tests.markup import inline
from tests.requests_app.matters import told
from tests.residents.doors import OUTSIDE, STRANGERS, WITHOUT_NAMES, status
from tests.residents.factories import (
    id_number,
    make_dwelling,
    make_errand,
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_visit,
)

pytestmark = pytest.mark.django_db
PHONE, NUMBER = "13912345678", id_number(born=date(1948, 3, 1), order=246)


@pytest.fixture
def resident(cast: Cast) -> Resident:
    """The head of a household of two, with all that can be kept about somebody."""
    home = make_household(dwelling=make_dwelling(building=cast.building, entrance=2, floor=5, door="501"))
    head = make_resident(
        household=home, name="王秀英", phone=PHONE, id_number=NUMBER, born_on=date(1948, 3, 1), sex="female"
    )
    make_resident(household=home, name="李建国", relation=Relation.SPOUSE)
    return head


@pytest.fixture
def home(resident: Resident) -> Household:
    return resident.household


def card(home: Household) -> str:
    return f"/worker/residents/{home.pk}/"


def seen_by(client: Client, cast: Cast, who: str, address: str) -> str:
    client.force_login(getattr(cast, who))
    return client.get(address).content.decode()


def filled(cast: Cast, home: Household) -> None:
    """Everything that a card may show, once more."""
    person = make_resident(household=home, phone="13800001111")
    make_plan(person, group=CareGroup.AGED)
    consents.consent(
        person,
        purpose=ConsentPurpose.CARE,
        how=ConsentHow.SPOKEN,
        given_on=today(),
        actor=cast.worker,
    )
    make_finding(make_visit(by=cast.worker, household=home))
    make_errand(home, by=cast.worker)
    told(cast, contact_phone="13800001111")
    care.note_event(home, actor=cast.worker, kind=CareEventKind.HOSPITAL, on=today(), note=f"第{person.pk}次")
    people.correct(person, actor=cast.worker, version=1, name=f"改{person.pk}")


# --- what is on it -----------------------------------------------------------------------------
def test_everything_about_the_household(client: Client, cast: Cast, home: Household) -> None:
    filled(cast, home)
    page = seen_by(client, cast, "worker", card(home))
    labels = (CareGroup.AGED.label, ErrandKind.PAPERS.label, ConsentPurpose.CARE.label)
    for words in ("王秀英", "李建国", "139****5678", "厨房顶渗水", *labels):
        assert str(words) in page
    assert f'href="/worker/visits/new/?household={home.pk}"' in page
    assert f'href="/worker/errands/new/?household={home.pk}"' in page
    assert inline(page) == []


def test_the_whole_number_is_on_no_page(client: Client, cast: Cast, resident: Resident) -> None:
    home = resident.household
    people.correct(resident, actor=cast.worker, version=1, phone="13912345679", name="王秀兰")
    people.correct(resident, actor=cast.worker, version=2, phone=PHONE)
    key, door = resident.pk, home.dwelling_id
    addresses = [
        *(card(home), f"{card(home)}history/", f"{card(home)}correct/", f"{card(home)}people/new/"),
        *(f"/worker/residents/buildings/{cast.building.pk}/?entrance=2", f"/worker/residents/doors/{door}/"),
        f"/worker/residents/people/{key}/",
        *(f"/worker/residents/people/{key}/{end}/" for end in ("correct", "move", "consents/new")),
        *(f"/worker/residents/people/{key}/unmask/{end}/" for end in ("phone", "id_number")),
        *(f"/worker/residents/people/{key}/happened/{end}/" for end in ("died", "moved_away", "married")),
    ]
    for address in addresses:
        page = seen_by(client, cast, "leader", address)
        assert "王秀兰" in page or "九区3号楼" in page
        for secret in (PHONE, "13912345679", NUMBER, "1948-03-01", "19480301", "1948年3月1日"):
            assert secret not in page, address


def test_pages_are_kept_by_no_cache(client: Client, cast: Cast, resident: Resident) -> None:
    client.force_login(cast.worker)
    for address in (card(resident.household), f"/worker/residents/people/{resident.pk}/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def test_the_name_stands_in_no_title(client: Client, cast: Cast, resident: Resident) -> None:
    page = seen_by(client, cast, "worker", f"/worker/residents/people/{resident.pk}/")
    assert "王秀英" not in page.partition("</title>")[0]


def test_history_says_before_and_after_masked(client: Client, cast: Cast, resident: Resident) -> None:
    people.correct(resident, actor=cast.worker, version=1, phone="13800002222", name="王秀兰")
    page = seen_by(client, cast, "worker", card(resident.household))
    assert "139****5678 → 138****2222" in page
    assert "王秀英 → 王秀兰" in page


def test_history_names_nobody_out_of_reach(client: Client, cast: Cast, resident: Resident) -> None:
    home = resident.household
    other = make_dwelling(grid=cast.grid_far)
    people.move(resident, to=other, actor=cast.worker, version=1, on=today(), relation=Relation.HEAD)
    page = seen_by(client, cast, "worker", card(home))
    assert "王秀英" not in page
    assert "王**" in page
    assert other.label not in page


def test_a_household_that_left_offers_no_visit(client: Client, cast: Cast, home: Household) -> None:
    homes.leave_together(home, actor=cast.worker, version=1, on=today())
    page = seen_by(client, cast, "worker", card(home))
    assert "visits/new" not in page
    assert "people/new" not in page


def test_the_history_goes_on_page_by_page(client: Client, cast: Cast, resident: Resident) -> None:
    for number in range(35):
        people.correct(resident, actor=cast.worker, version=number + 1, name=f"王{number}")
    client.force_login(cast.worker)
    first = client.get(f"{card(resident.household)}history/").context
    second = client.get(f"{card(resident.household)}history/?before={first['before']}").context
    assert (len(first["entries"]), len(second["entries"]), second["before"]) == (30, 5, "")


# --- for whom ------------------------------------------------------------------------------------
ENDS = ["", "history/", "correct/", "move/", "leave/", "close/", "event/", "people/new/"]


@pytest.mark.parametrize("end", ENDS)
def test_strangers_find_no_household(client: Client, cast: Cast, home: Household, end: str) -> None:
    for who in (*STRANGERS, *WITHOUT_NAMES, "section"):
        assert status(client, cast, who, card(home) + end) == 404, who
        assert status(client, cast, who, card(home) + end, post=True) in (404, 405), who
    for who in OUTSIDE:
        assert status(client, cast, who, card(home) + end) == 403, who


@pytest.mark.parametrize("end", ENDS)
def test_nobody_enters_unsigned(client: Client, home: Household, end: str) -> None:
    assert client.get(card(home) + end)["Location"].startswith("/accounts/login/")


def test_the_section_sees_whom_it_cares_for_and_writes_nothing(
    client: Client, cast: Cast, resident: Resident
) -> None:
    make_plan(resident)
    home = resident.household
    people.correct(resident, actor=cast.worker, version=1, name="王秀兰")
    page = seen_by(client, cast, "section", card(home))
    assert "王秀兰" in page
    assert str(CareGroup.ALONE.label) in page
    assert "李建国" not in page
    assert "王秀英" not in page
    for end in ENDS[1:]:
        assert status(client, cast, "section", card(home) + end) == 403, end


def test_care_is_for_those_who_know_the_grid(client: Client, cast: Cast, resident: Resident) -> None:
    make_plan(resident, reason="摔过一跤")
    page = seen_by(client, cast, "community", f"/worker/residents/people/{resident.pk}/")
    assert "摔过一跤" in page


# --- constant queries ------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_a_card_costs_the_same(
    client: Client, cast: Cast, home: Household, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        filled(cast, home)
    client.force_login(cast.worker)
    with django_assert_num_queries(14):
        client.get(card(home))


@pytest.mark.parametrize("count", [1, 3])
def test_a_person_costs_the_same(
    client: Client, cast: Cast, resident: Resident, django_assert_num_queries: Any, count: int
) -> None:
    groups = [CareGroup.ALONE, CareGroup.AGED, CareGroup.VETERAN]
    purposes = list(ConsentPurpose)
    for number in range(count):
        make_plan(resident, group=groups[number])
        how = ConsentHow.PAPER
        consents.consent(resident, purpose=purposes[number], how=how, given_on=today(), actor=cast.worker)
    client.force_login(cast.leader)
    with django_assert_num_queries(6):
        client.get(f"/worker/residents/people/{resident.pk}/")


# --- doors and households ----------------------------------------------------------------------------
def test_a_new_door_with_its_household(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    fields = {"entrance": 3, "floor": 6, "door": "601室", "use": "rented", "kind": "migrant", "since": ""}
    address = f"/worker/residents/buildings/{cast.building.pk}/new/"
    first = client.post(address, fields)
    second = client.post(address, fields)
    made = Household.objects.get()
    assert (made.dwelling.door, made.dwelling.use, made.kind) == ("601", "rented", "migrant")
    assert first["Location"] == second["Location"] == f"{card(made)}people/new/"
    assert RegisterEntry.objects.get().kind == EntryKind.ADDED


def test_an_empty_flat_has_no_household(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    fields = {"entrance": 1, "floor": 1, "door": "101", "use": "empty", "kind": "registered"}
    client.post(f"/worker/residents/buildings/{cast.building.pk}/new/", fields)
    assert (cast.building.dwellings.count(), Household.objects.count()) == (1, 0)


def test_several_households_share_a_door(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    client.post(
        f"/worker/residents/doors/{home.dwelling_id}/new/", {"kind": "migrant", "since": "2025-01-01"}
    )
    kinds = home.dwelling.households.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [HouseholdKind.REGISTERED, HouseholdKind.MIGRANT]


def test_a_household_is_corrected(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    client.post(f"{card(home)}correct/", {"kind": "migrant", "since": "2020-05-01", "version": 1})
    home.refresh_from_db()
    assert (home.kind, home.since, home.version) == ("migrant", date(2020, 5, 1), 2)
    assert RegisterEntry.objects.get().changed["kind"] == ["registered", "migrant"]


def test_a_conflict_says_how_it_stands(client: Client, cast: Cast, home: Household) -> None:
    people.correct(home, actor=cast.leader, version=1, kind=HouseholdKind.ELSEWHERE)
    client.force_login(cast.worker)
    response = client.post(f"{card(home)}correct/", {"kind": "migrant", "since": "", "version": 1})
    assert response.status_code == 409
    assert response.context["now"][0][1] == str(HouseholdKind.ELSEWHERE.label)
    assert (response.context["form"]["kind"].value(), response.context["form"]["version"].value()) == (
        "migrant",
        "2",
    )


def test_the_use_of_a_flat_is_corrected(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    address = f"/worker/residents/doors/{home.dwelling_id}/correct/"
    assert client.post(address, {"use": "rented", "seen": "own"}).status_code == 303
    assert client.post(address, {"use": "shop", "seen": "own"}).status_code == 409
    home.dwelling.refresh_from_db()
    assert home.dwelling.use == "rented"
    assert RegisterEntry.objects.get().changed == {"use": ["own", "rented"]}


def test_the_whole_household_moves_with_its_history(client: Client, cast: Cast, resident: Resident) -> None:
    home, door = resident.household, make_dwelling(building=cast.building, entrance=1, door="102")
    make_plan(resident, level=VisitLevel.MONTHLY)
    client.force_login(cast.worker)
    found = client.post(f"{card(home)}move/", {"q": "3号楼 1单元 102"}).context["doors"]
    assert [row for row, _url in found] == [door]
    client.post(found[0][1], {"on": today().isoformat(), "version": 1})
    home.refresh_from_db()
    assert (home.dwelling, home.visit_level) == (door, VisitLevel.MONTHLY)
    assert RegisterEntry.objects.get().kind == EntryKind.MOVED


def test_moved_out_of_reach_leads_back_to_the_door(client: Client, cast: Cast, home: Household) -> None:
    door, old = make_dwelling(grid=cast.grid_far), home.dwelling_id
    client.force_login(cast.worker)
    response = client.post(f"{card(home)}move/{door.pk}/", {"on": today().isoformat(), "version": 1})
    assert response["Location"] == f"/worker/residents/doors/{old}/"


def test_all_moved_away_and_back(client: Client, cast: Cast, resident: Resident) -> None:
    home = resident.household
    plan = make_plan(resident)
    client.force_login(cast.worker)
    client.post(f"{card(home)}leave/", {"on": today().isoformat(), "version": 1})
    home.refresh_from_db()
    assert (home.left_on, home.people.here().count()) == (today(), 0)
    resident.refresh_from_db()
    client.post(f"/worker/residents/people/{resident.pk}/back/", {"version": resident.version})
    home.refresh_from_db()
    plan.refresh_from_db()
    assert (home.left_on, plan.ended_on, home.visit_level) == (None, None, VisitLevel.WEEKLY)
    assert home.next_visit_on is not None


def test_only_an_empty_household_is_entered_by_mistake(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    assert client.post(f"{card(home)}close/", {"version": 1}).status_code == 409
    home.people.update(left_on=today() - timedelta(days=1), left_how=LeftHow.MOVED)
    assert client.post(f"{card(home)}close/", {"version": 1}).status_code == 303
    home.refresh_from_db()
    assert home.left_on == today()
