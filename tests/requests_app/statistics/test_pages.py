"""The pages: who may open them, what is asked, what is shown, what leads where."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from requests_app.statistics.models import Fact
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.requests_app.matters import answered, resolved, told

pytestmark = pytest.mark.django_db
PAGE = "/admin/statistics/"
BEHIND = "/admin/statistics/behind/?measure=arrived"


@pytest.fixture
def street(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dispatcher)
    return client


@pytest.mark.parametrize("address", [PAGE, BEHIND, "/admin/statistics/own/", "/worker/figures/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", ["leader", "worker", "parttime", "department"])
def test_the_office_is_not_for(client: Client, cast: Cast, name: str) -> None:
    client.force_login(getattr(cast, name))
    assert [client.get(address).status_code for address in (PAGE, BEHIND)] == [403, 403]


@pytest.mark.parametrize("name", ["director", "section", "auditor", "community", "community_leader"])
def test_the_office_is_for(client: Client, cast: Cast, name: str) -> None:
    client.force_login(getattr(cast, name))
    assert [client.get(address).status_code for address in (PAGE, BEHIND)] == [200, 200]


def test_figures_and_their_definitions_stand_together(street: Client, cast: Cast) -> None:
    answered(cast), told(cast)
    roll()
    page = street.get(PAGE)
    assert page.context["numbers"].arrived == 2
    for card in page.context["three"]:
        assert str(card.definition.sentence) in page.content.decode()


def test_nothing_counted_yet_is_said(street: Client) -> None:
    assert street.get(PAGE).context["as_of"] < street.get(PAGE).context["never"]


def test_a_free_span_needs_both_days_in_order(street: Client) -> None:
    for asked in ("first=2026-01-02", "first=2026-01-02&last=2026-01-01", "first=2000-01-01&last=2026-01-01"):
        assert street.get(f"{PAGE}?{asked}").status_code == 422


def test_a_free_span_is_kept(street: Client) -> None:
    span = street.get(f"{PAGE}?first=2024-02-01&last=2024-02-29").context["span"]
    assert (span.first, span.last) == (date(2024, 2, 1), date(2024, 2, 29))


def test_nonsense_narrows_nothing(street: Client) -> None:
    asked = "?span=x&community=999&grid=abc&category=%00&line=q&source=1&level=y&step=z&before=9"
    assert street.get(PAGE + asked).status_code == 422


def test_units_stand_in_the_order_of_their_codes(street: Client, cast: Cast) -> None:
    told(cast)
    roll()
    table = street.get(PAGE).context["tables"][0]
    assert [row.label for row in table.rows] == ["青龙山社区", "九区社区"]


def test_a_number_leads_to_its_matters(street: Client, cast: Cast) -> None:
    ticket = resolved(cast)
    told(cast, description="路灯不亮")
    roll()
    card = next(c for c in street.get(PAGE).context["counts"] if c.definition.name == "resolved")
    rows = street.get(card.url).context["rows"]
    assert [row.number for row in rows] == [ticket.number]


def test_behind_goes_on_by_keyset(street: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.statistics.views.pages.PER_PAGE", 2)
    tickets = [told(cast) for _ in range(3)]
    roll()
    first = street.get(BEHIND)
    second = street.get(f"/admin/statistics/behind/?{first.context['next']}")
    assert [row.number for row in (*first.context["rows"], *second.context["rows"])] == [
        ticket.number for ticket in reversed(tickets)
    ]
    assert second.context["next"] == ""


def test_an_unknown_measure_is_not_there(street: Client) -> None:
    assert street.get("/admin/statistics/behind/?measure=minutes").status_code == 404


def test_a_complaint_about_staff_is_in_no_figure(street: Client, cast: Cast) -> None:
    told(cast, about_staff=True)
    roll()
    assert (street.get(PAGE).context["numbers"].arrived, Fact.objects.count()) == (0, 0)
    assert street.get(BEHIND).context["rows"] == []


def test_own_figures_are_ones_own(client: Client, cast: Cast) -> None:
    resolved(cast)
    roll()
    client.force_login(cast.worker)
    mine = client.get(f"/worker/figures/?person={cast.leader.pk}").context["counts"]
    client.force_login(cast.worker2)
    others = client.get(f"/worker/figures/?person={cast.worker.pk}").context["counts"]
    assert (dict_of(mine)["resolved"], dict_of(others)["resolved"]) == (1, 0)


def dict_of(counts: list) -> dict[str, object]:
    return {definition.name: value for definition, value in counts}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_a_fixed_number_of_times(
    street: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        answered(cast)
    roll()
    street.get(PAGE), street.get(BEHIND)
    with django_assert_num_queries(PAGE_STATEMENTS):
        street.get(PAGE)
    with django_assert_num_queries(BEHIND_STATEMENTS):
        street.get(BEHIND)


PAGE_STATEMENTS, BEHIND_STATEMENTS = 17, 5


def test_the_side_leads_here(street: Client, cast: Cast) -> None:
    assert f'href="{PAGE}" aria-current="page"' in street.get(PAGE).content.decode()


def test_today_is_within_the_first_page(street: Client) -> None:
    assert today() in street.get(PAGE).context["span"]
