"""Finding a home: as people say it, within reach, and without a trace."""

from datetime import date

import pytest
from django.test import Client

from grids.models import User
from residents.models import Dwelling, Household
from residents.search import understood
from tests.cast import Cast
from tests.factories import make_building
from tests.markup import inline
from tests.residents.doors import OUTSIDE, STRANGERS, WITHOUT_NAMES, status
from tests.residents.factories import make_dwelling, make_household, make_plan, make_resident, make_visit

pytestmark = pytest.mark.django_db
ADDRESS = "/worker/residents/"
PHONE = "13912345678"


@pytest.fixture
def home(cast: Cast) -> Household:
    """The Wangs behind 九区3号楼2单元501."""
    door = make_dwelling(building=cast.building, entrance=2, floor=5, door="501")
    home = make_household(dwelling=door)
    make_resident(household=home, name="王秀英", phone=PHONE, born_on=date(1948, 3, 1))
    return home


def found(typed: str, user: User) -> list[Household]:
    return list(Household.objects.visible_to(user).here().search(typed).as_one_walks())


def page_after(client: Client, typed: str) -> str:
    return client.post(ADDRESS, {"q": typed}, follow=True).content.decode()


# --- what is understood -------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        *("九区3号楼", "九区三号楼", "王官庄九区3栋", "九区 ３号楼", "3#", "3号楼2单元", "九区"),
        *("3号楼 501", "3-2-501", "九区3号楼2单元501", "九区3-2-501", "3号2单元501室", "2-501", "3-501"),
        *("501", "501室", "二单元501", "王秀英", "王", "秀英", "王秀英 3号楼", "3号楼王秀英"),
        *("5678", "尾号5678", PHONE, "139 1234 5678", "+86 139-1234-5678", "3号楼 5678"),
    ],
)
def test_found_as_people_say_it(cast: Cast, home: Household, typed: str) -> None:
    assert found(typed, cast.worker) == [home]


@pytest.mark.parametrize(
    "typed",
    [
        *("13号楼", "3号楼 502", "3-1-501", "4-501", "1234", "345678", "13912345679", "李", "十区"),
        *("%", "_", "\\", "3号楼 9999", "0", "99999999999999999999-1", "王秀英 李建国"),
    ],
)
def test_nothing_else_is_found(cast: Cast, home: Household, typed: str) -> None:
    assert found(typed, cast.worker) == []


def test_a_door_of_four_digits_is_found_beside_a_phone(cast: Cast, home: Household) -> None:
    tower = make_household(dwelling=make_dwelling(building=cast.building, entrance=1, floor=12, door="5678"))
    assert found("5678", cast.worker) == [tower, home]


@pytest.mark.parametrize("typed", ["", "   ", ",", "尾号"])
def test_nothing_typed_looks_for_nothing(typed: str) -> None:
    assert not understood(typed)


def test_who_has_left_is_not_found(cast: Cast, home: Household) -> None:
    home.people.update(left_on=date(2025, 1, 1), left_how="moved")
    assert found("王秀英", cast.worker) == found("5678", cast.worker) == []


def test_buildings_are_known_anew_when_one_comes(cast: Cast, home: Household) -> None:
    assert found("八号楼", cast.worker) == []
    new = make_household(building=make_building(grid=cast.grid, name="8号楼", address="九区8号楼"))
    assert found("八号楼", cast.worker) == [new]


def test_doors_of_the_street_are_found_without_people(cast: Cast, home: Household) -> None:
    assert list(Dwelling.objects.search("3-2-501")) == [home.dwelling]
    assert list(Dwelling.objects.search("王秀英")) == list(Dwelling.objects.search(PHONE)) == []


# --- within reach ----------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["王秀英", "5678", PHONE, "3-2-501"])
@pytest.mark.parametrize("who", [*STRANGERS, *WITHOUT_NAMES])
def test_strangers_find_nobody(cast: Cast, home: Household, who: str, typed: str) -> None:
    assert found(typed, getattr(cast, who)) == []


@pytest.mark.parametrize("who", ["leader", "worker", "community", "community_leader"])
def test_those_who_know_the_grid_find_them(cast: Cast, home: Household, who: str) -> None:
    assert found("王秀英", getattr(cast, who)) == [home]


def test_the_section_finds_those_under_care(cast: Cast, home: Household) -> None:
    make_household(building=cast.building)
    assert found("3号楼", cast.section) == []
    make_plan(home.people.get())
    assert found("3号楼", cast.section) == [home]


# --- the page ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", OUTSIDE)
def test_the_room_is_closed_to_some(client: Client, cast: Cast, who: str) -> None:
    assert status(client, cast, who, ADDRESS) == status(client, cast, who, ADDRESS, post=True) == 403


def test_nobody_enters_unsigned(client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("who", WITHOUT_NAMES)
def test_figures_without_names(client: Client, cast: Cast, home: Household, who: str) -> None:
    client.force_login(getattr(cast, who))
    response = client.get(ADDRESS)
    page = response.content.decode()
    assert (response.context["homes"], response.context["people"]) == (1, 1)
    assert "王秀英" not in page
    assert "九区3号楼" not in page
    assert "王秀英" not in page_after(client, "王秀英")


def test_what_is_looked_for_stands_in_no_address(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    response = client.post(ADDRESS, {"q": "王秀英"})
    assert response.status_code == 303
    assert response["Location"].startswith(f"{ADDRESS}?found=")
    assert len(response["Location"]) == len(f"{ADDRESS}?found=") + 10
    page = client.get(response["Location"])
    assert home.address in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"


def test_it_is_kept_sealed_in_the_session(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    for number in range(12):
        client.post(ADDRESS, {"q": f"{PHONE[:-2]}{number:02}"})
    kept = client.session["register_searches"]
    assert len(kept) == 8
    assert PHONE[:7] not in str(kept)


def test_another_sessions_key_opens_nothing(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    address = client.post(ADDRESS, {"q": "王秀英"})["Location"]
    other = Client()
    other.force_login(cast.leader)
    assert "王秀英" not in other.get(address).content.decode()


def test_an_empty_box_is_refused_in_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert client.post(ADDRESS, {"q": " "}).status_code == 422


def test_an_empty_page_leads_to_the_buildings(client: Client, cast: Cast, home: Household) -> None:
    client.force_login(cast.worker)
    page = client.get(ADDRESS).content.decode()
    assert f"{ADDRESS}buildings/{cast.building.pk}/" in page
    assert "王秀英" not in page
    assert inline(page) == []


def test_the_section_begins_with_homes_under_care(client: Client, cast: Cast, home: Household) -> None:
    make_plan(home.people.get())
    client.force_login(cast.section)
    page = client.get(ADDRESS).content.decode()
    assert "王秀英" in page
    assert "buildings/" not in page


# --- walking -----------------------------------------------------------------------------------
def test_entrances_and_doors_of_a_building(client: Client, cast: Cast, home: Household) -> None:
    make_dwelling(building=cast.building, entrance=1, door="101", use="empty")
    client.force_login(cast.worker)
    address = f"{ADDRESS}buildings/{cast.building.pk}/"
    assert "101" in client.get(address).content.decode()
    page = client.get(f"{address}?entrance=2").content.decode()
    assert f"{ADDRESS}{home.pk}/" in page
    assert "王秀英" in page


@pytest.mark.parametrize("query", ["?entrance=x", "?entrance=²", "?after=x", "?after=99999999999999999999"])
def test_addresses_that_make_no_sense_open_the_first_entrance(
    client: Client, cast: Cast, home: Household, query: str
) -> None:
    client.force_login(cast.worker)
    assert client.get(f"{ADDRESS}buildings/{cast.building.pk}/{query}").status_code == 200


def test_every_door_is_reached_page_by_page(client: Client, cast: Cast) -> None:
    for number in range(130):
        make_dwelling(building=cast.building, entrance=1, floor=number // 10, door=f"{number}")
    client.force_login(cast.worker)
    seen, after = [], ""
    for _ in range(3):
        context = client.get(f"{ADDRESS}buildings/{cast.building.pk}/?entrance=1&after={after}").context
        seen += [door.door for door in context["doors"]]
        after = context["after"]
    assert (len(seen), len(set(seen)), after) == (130, 130, "")


def test_every_home_found_is_reached_page_by_page(client: Client, cast: Cast) -> None:
    for number in range(45):
        door = make_dwelling(
            building=cast.building, entrance=number % 3 + 1, floor=number % 7, door=f"{number}"
        )
        make_resident(household=make_household(dwelling=door, next_visit_on=None), name="王秀英")
    client.force_login(cast.worker)
    address = client.post(ADDRESS, {"q": "王秀英"})["Location"]
    seen, after = [], ""
    for _ in range(3):
        context = client.get(f"{address}&after={after}").context
        seen += [home.household.pk for home in context["homes"]]
        after = context["after"]
    assert (len(seen), len(set(seen)), after) == (45, 45, "")


@pytest.mark.parametrize("who", [*STRANGERS, *WITHOUT_NAMES, "section"])
def test_strangers_walk_nowhere(client: Client, cast: Cast, home: Household, who: str) -> None:
    building, door = cast.building.pk, home.dwelling_id
    for path in (f"buildings/{building}/", f"buildings/{building}/new/", f"doors/{door}/"):
        for end in ("", "new/", "correct/"):
            assert (path, end, status(client, cast, who, ADDRESS + path + end)) == (path, end, 404)


# --- constant queries --------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_found_costs_the_same(
    client: Client, cast: Cast, django_assert_num_queries: object, count: int
) -> None:
    for _ in range(count):
        resident = make_resident(building=cast.building, name="王秀英")
        make_visit(household=resident.household, by=cast.worker)
    client.force_login(cast.worker)
    address = client.post(ADDRESS, {"q": "王秀英"})["Location"]
    client.get(address)
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_walking_costs_the_same(
    client: Client, cast: Cast, django_assert_num_queries: object, count: int
) -> None:
    for _ in range(count):
        make_resident(household=make_household(building=cast.building))
        make_building(grid=cast.grid)
    client.force_login(cast.leader)
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(ADDRESS)
    with django_assert_num_queries(8):  # type: ignore[operator]
        client.get(f"{ADDRESS}buildings/{cast.building.pk}/")
