"""The shipped street and its people."""

import json

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries, Settings

from grids.data import generate
from grids.demo import NAMED, PASSWORD, OnlyInDemo, create_people, create_qr_codes, create_roster
from grids.locate import locate
from grids.models import Building, Community, DutyShift, Grid, GridKind, Post, QRToken, Role, User
from grids.queries import duty_people, people_of
from wangguan import clock

pytestmark = pytest.mark.django_db
CODES = ["001", "002", "003", "004", "005", "006", "007", "008", "010", "012", "015"]


@pytest.fixture
def street() -> None:
    call_command("load_street", generate.FILE, verbosity=0)


@pytest.fixture
def demo(street: None, settings: Settings) -> None:
    settings.DEMO = True
    create_people()


def test_file_is_what_the_generator_writes() -> None:
    assert generate.FILE.read_text(encoding="utf-8") == generate.render(generate.make_street())


def test_file_says_that_it_is_synthetic() -> None:
    document = json.loads(generate.FILE.read_text(encoding="utf-8"))
    assert (document["synthetic"], document["note"].startswith("Synthetic")) == (True, True)


def test_street_has_the_eleven_real_communities(street: None) -> None:
    assert list(Community.objects.values_list("code", flat=True)) == [f"370103015{code}" for code in CODES]


def test_street_has_the_real_number_of_grids_of_each_kind(street: None) -> None:
    kinds = list(Grid.objects.values_list("kind", flat=True))
    assert (kinds.count(GridKind.RESIDENTIAL), kinds.count(GridKind.DEDICATED)) == (55, 16)


def test_residential_grids_plan_300_to_500_households(street: None) -> None:
    planned = Grid.objects.filter(kind=GridKind.RESIDENTIAL).values_list("planned_households", flat=True)
    assert all(300 <= (households or 0) <= 500 for households in planned)


def test_every_building_is_found_by_its_address_and_by_its_point(street: None) -> None:
    for building in Building.objects.select_related("grid"):
        assert locate(address=building.address).building == building
        assert locate(latitude=building.latitude, longitude=building.longitude).grid == building.grid


def test_nine_three_lies_in_the_leaders_grid(demo: None) -> None:
    grid = locate(address="九区3号楼").grid
    assert grid == Grid.objects.get(code="370103015005003")
    assert [user.username for user in people_of(Role.GRID_LEADER, grid=grid)] == ["leader"]


def test_demo_accounts_sign_in_with_the_demo_password(demo: None) -> None:
    users = User.objects.filter(username__in=[person.username for person in NAMED])
    assert [user.check_password(PASSWORD) for user in users] == [True] * 11


def test_demo_posts_are_the_promised_ones(demo: None) -> None:
    posts = Post.objects.filter(user__username__in=[person.username for person in NAMED])
    held = {post.user.username: (post.role, getattr(post.unit, "code", "")) for post in posts.with_units()}
    assert held == {person.username: (person.role, person.unit) for person in NAMED}


def test_demo_phones_are_marked_as_fake(demo: None) -> None:
    assert {user.phone[:6] for user in User.objects.all()} == {"139000"}


def test_demo_people_are_made_once(demo: None) -> None:
    before = Post.objects.count()
    assert create_people() == []
    assert Post.objects.count() == before


def test_demo_leaves_two_grids_with_unfilled_posts(demo: None) -> None:
    vacant = [(row.grid.code, row.role) for row in Grid.objects.vacancies()]
    assert vacant == [
        ("370103015010902", Role.GRID_LEADER),
        ("370103015010902", Role.FULL_TIME_WORKER),
        ("370103015012003", Role.FULL_TIME_WORKER),
    ]


def test_demo_duty_roster_covers_every_night_and_is_made_once(demo: None) -> None:
    create_roster()
    with clock.at(clock.now().replace(hour=16)):
        for community in (None, *Community.objects.all()):
            assert len(duty_people(clock.now(), community=community)) == 1
    before = DutyShift.objects.count()
    assert (create_roster(), DutyShift.objects.count()) == ([], before)


def test_demo_codes_hang_at_every_building_once(demo: None) -> None:
    places = Community.objects.count() + Grid.objects.count() + Building.objects.count()
    assert create_qr_codes() == places
    assert create_qr_codes() == 0
    assert QRToken.objects.in_force().count() == places


def test_demo_people_take_few_statements(
    street: None, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.DEMO = True
    with django_assert_max_num_queries(15):
        create_people()


@pytest.mark.parametrize("make", [create_people, create_roster, create_qr_codes])
def test_demo_refuses_to_run_elsewhere(make: object, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(OnlyInDemo):
        make()  # type: ignore[operator]
    assert not User.objects.exists()
