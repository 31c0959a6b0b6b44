"""A grid's page of one network on the phone: whose it is, what stands there, and what stays hidden."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import Grid, Line, LineCode, Role, User
from grids.network import Network, Thread
from tests.cast import Cast
from tests.factories import make_user
from tests.requests_app.matters import accepted, told
from tests.residents.factories import make_household, make_visit

pytestmark = pytest.mark.django_db
GRID = "370103015005003"
ADDRESS = f"/worker/grids/{GRID}/"
STATEMENTS = 12
SERVING = ("leader", "worker", "parttime", "specialist", "instructor", "community", "community_leader")
OVERSEEING = ("dispatcher", "section", "director", "auditor")
OUTSIDE = ("leader_beside", "worker2", "leader2", "community2", "department")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def network(user: User) -> Network:
    found: Network = as_user(user).get(ADDRESS).context["network"]
    return found


def facts(thread: Thread) -> dict[str, list[int]]:
    """The numbers of one line by the heading under which they stand."""
    return {str(strand.title): [fact.number for fact in strand.facts] for strand in thread.strands}


def of_line(user: User, line: Line) -> dict[str, list[int]]:
    return facts(next(thread for thread in network(user).threads if thread.line == line))


# --- whose page it is --------------------------------------------------------------------
def test_strangers_sign_in_first(cast: Cast, client: Client) -> None:
    assert client.get(ADDRESS)["Location"] == f"/accounts/login/?next={ADDRESS}"


def test_an_account_without_post_is_kept_out(cast: Cast) -> None:
    assert as_user(make_user()).get(ADDRESS).status_code == 403


@pytest.mark.parametrize("who", [*SERVING, *OVERSEEING])
def test_those_who_serve_or_oversee_the_grid_read_it(cast: Cast, who: str) -> None:
    page = as_user(getattr(cast, who)).get(ADDRESS)
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("who", OUTSIDE)
def test_others_find_no_such_page(cast: Cast, who: str) -> None:
    assert as_user(getattr(cast, who)).get(ADDRESS).status_code == 404


def test_a_community_reads_all_of_its_grids_and_no_other(cast: Cast) -> None:
    client = as_user(cast.community)
    grids = (cast.grid, cast.grid_beside, cast.grid_far)
    assert [client.get(f"/worker/grids/{grid.code}/").status_code for grid in grids] == [200, 200, 404]


def test_a_former_number_leads_to_the_grid_for_those_who_serve_it(cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(code="370103015005009")
    cast.grid.aliases.create(code=GRID)
    assert as_user(cast.worker).get(ADDRESS)["Location"] == "/worker/grids/370103015005009/"
    assert as_user(cast.worker2).get(ADDRESS).status_code == 404


@pytest.mark.parametrize("code", ["nonsense", "370103015005999"])
def test_a_number_that_names_no_grid_is_not_found(cast: Cast, code: str) -> None:
    assert as_user(cast.director).get(f"/worker/grids/{code}/").status_code == 404


# --- what stands there -------------------------------------------------------------------
def test_every_line_says_its_staff_codes_requests_visits_and_checks(cast: Cast) -> None:
    User.objects.filter(pk=cast.specialist.pk).update(sections=[Line.SAFETY])
    LineCode.objects.create(line=Line.SAFETY, code="AJ-7", name="安监七片", grid=cast.grid)
    told(cast)
    text = as_user(cast.worker).get(ADDRESS).content.decode()
    threads = {thread.line: thread for thread in network(cast.worker).threads}
    assert list(threads) == list(Line)
    safety = threads[Line.SAFETY]
    assert (len(safety.staff), safety.codes) == (1, ["AJ-7 安监七片"])
    assert facts(safety) == {"场所检查": [0, 0, 0], "诉求": [0, 0, 0]}
    assert facts(threads[Line.LIVELIHOOD]) == {"走访": [0, 0, 0], "诉求": [1, 0, 1]}
    assert "安监七片" in text


def test_the_office_and_the_worker_read_the_same_figures(cast: Cast) -> None:
    accepted(cast)
    office = as_user(cast.community).get(f"/admin/grids/{GRID}/network/").context["network"]
    assert network(cast.worker) == office


def test_requests_lead_to_their_pages(cast: Cast) -> None:
    ticket = told(cast)
    assert ticket.get_absolute_url() in as_user(cast.worker).get(ADDRESS).content.decode()


def test_matters_of_other_grids_and_complaints_about_staff_are_not_counted(cast: Cast) -> None:
    told(cast, grid=cast.grid_beside)
    told(cast, about_staff=True)
    assert of_line(cast.worker, Line.LIVELIHOOD)["诉求"] == [0, 0, 0]


def test_part_time_workers_read_nothing_of_homes_nor_of_matters_that_are_not_theirs(cast: Cast) -> None:
    told(cast)
    assert of_line(cast.parttime, Line.LIVELIHOOD) == {"诉求": [0, 0, 0]}


def test_nobody_at_home_is_named(cast: Cast) -> None:
    ticket = told(cast, contact_name="韩大山")
    text = as_user(cast.worker).get(ADDRESS).content.decode()
    assert ticket.number in text
    assert "韩大山" not in text


# --- how one comes there, and what it costs ----------------------------------------------
@pytest.mark.parametrize("who", ["worker", "parttime", "instructor"])
def test_the_first_page_leads_there(cast: Cast, who: str) -> None:
    assert f'href="{ADDRESS}"' in as_user(getattr(cast, who)).get("/worker/").content.decode()


def test_the_first_page_of_others_does_not(cast: Cast) -> None:
    assert ADDRESS not in as_user(cast.worker2).get("/worker/").content.decode()


def test_a_grids_figures_of_homes_lead_there(cast: Cast) -> None:
    page = as_user(cast.community).get(f"/worker/residents/figures/?unit={GRID}")
    assert f'href="{ADDRESS}"' in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_do_not_grow(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        told(cast)
        make_user(post=Role.SERVICE_SPECIALIST, at=cast.grid, sections=[Line.SAFETY])
        LineCode.objects.create(line=Line.CITY, code=f"CG-{number}", grid=cast.grid)
        make_visit(household=make_household(building=cast.building))
    client = as_user(cast.worker)
    with django_assert_num_queries(STATEMENTS):
        client.get(ADDRESS)
