"""The pages: who may open them, what is asked, what is shown, what leads where."""

from datetime import date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import today
from requests_app.models import Ticket
from requests_app.statistics.models import Fact
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.services import roll
from requests_app.statistics.templatetags.figures import table_rows
from requests_app.statistics.views.figures import CountCard
from requests_app.statistics.views.page import Table, TableRow
from tests.cast import Cast
from tests.requests_app.matters import answered, resolved, told
from wangguan import clock

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


def dict_of(counts: list[CountCard]) -> dict[str, object]:
    return {card.definition.name: card.value for card in counts}


@pytest.mark.parametrize(
    ("name", "page"), [("worker", "/worker/figures/"), ("director", "/admin/statistics/own/")]
)
def test_an_own_number_leads_to_ones_own_matters(client: Client, cast: Cast, name: str, page: str) -> None:
    mine, other = told(cast), told(cast, description="路灯不亮")
    Ticket.objects.filter(pk=mine.pk).update(assignee=getattr(cast, name))
    Ticket.objects.filter(pk=other.pk).update(assignee=cast.worker2)
    roll()
    client.force_login(getattr(cast, name))
    cards = {card.definition.name: card for card in client.get(page).context["counts"]}
    behind = client.get(cards["arrived"].url)
    assert [row.number for row in behind.context["rows"]] == [mine.number]
    assert client.get(cards["arrived"].before.url).context["number"] == 0


def test_own_figures_are_compared_and_cut_into_pieces(client: Client, cast: Cast) -> None:
    with clock.at(datetime.fromisoformat("2024-02-29T23:59:59+08:00")):
        ticket = told(cast)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.worker)
    roll()
    client.force_login(cast.worker)
    march = client.get("/worker/figures/?first=2024-03-01&last=2024-03-31&step=month").context
    february = client.get("/worker/figures/?first=2024-02-01&last=2024-02-29&step=day").context
    card = next(card for card in march["counts"] if card.definition.name == "arrived")
    assert (card.value, card.before.value, card.year_before.value) == (0, 1, 0)
    assert [numbers.arrived for _piece, numbers, _url in february["series"]] == [0] * 28 + [1]


def test_the_span_before_leads_to_its_matters(street: Client, cast: Cast) -> None:
    with clock.at(datetime.fromisoformat("2024-01-31T23:59:59+08:00")):
        ticket = told(cast)
    roll()
    page = street.get(f"{PAGE}?first=2024-02-01&last=2024-02-29&source=web")
    card = next(card for card in page.context["counts"] if card.definition.name == "arrived")
    assert card.before.value == 1
    assert [row.number for row in street.get(card.before.url).context["rows"]] == [ticket.number]


def test_a_row_of_the_charts_table_leads_to_its_matters(street: Client, cast: Cast) -> None:
    ticket = told(cast)
    roll()
    *_, (_piece, numbers, behind) = street.get(f"{PAGE}?span=7&step=day").context["series"]
    assert numbers.arrived == 1
    assert [row.number for row in street.get(f"{behind}arrived").context["rows"]] == [ticket.number]


def test_what_has_no_unit_and_no_category_has_its_matters_too(street: Client, cast: Cast) -> None:
    nowhere = Place(grid=None, community=None, building=None, outside=False)
    ticket = told(cast, place=nowhere, category=None)
    told(cast)
    roll()
    tables = {table.name: table for table in street.get(PAGE).context["tables"]}
    for name in ("community", "category"):
        row = next(row for row in tables[name].rows if row.behind.endswith(f"{name}=0&measure="))
        behind = street.get(f"{row.behind}arrived")
        assert ticket.number in [found.number for found in behind.context["rows"]]
        assert behind.context["number"] == row.numbers.arrived
        assert street.get(PAGE + row.url).context["numbers"] == row.numbers


def test_a_community_cannot_ask_for_elsewhere(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    assert client.get(f"{PAGE}?community=0").status_code == 422
    assert client.get(f"{PAGE}?grid=0&category=0").status_code == 200


def test_tables_stand_beside_another_span_when_asked(street: Client, cast: Cast) -> None:
    with clock.at(datetime.fromisoformat("2024-01-15T10:00:00+08:00")):
        told(cast), told(cast)
    roll()
    asked = f"{PAGE}?first=2024-02-01&last=2024-02-29"
    plain, against = street.get(asked), street.get(f"{asked}&against=before")
    assert plain.context["tables"][0].rows[0].earlier is None
    assert sum(row.earlier.arrived for row in against.context["tables"][0].rows) == 2
    assert ">-2<" in against.content.decode()
    assert ">-2<" not in plain.content.decode()


def test_names_and_questions_stand_escaped_in_a_table() -> None:
    bad = "<b>&\"'"
    row = TableRow(
        bad, Numbers(arrived=12, resolved=11, minutes=660), f"?q={bad}", f"/behind/?q={bad}&measure="
    )
    html = table_rows(Table("grid", "", "", [row]))
    assert bad not in html
    assert html.count("&lt;b&gt;") == 5  # the label, the page alone, told, response, mean hours
    assert ">0.0%<" in html
    assert ">1.0<" in html


def test_below_ten_nothing_says_how_they_came_out(street: Client, cast: Cast) -> None:
    answered(cast)
    roll()
    page = street.get(PAGE)
    response = page.context["three"][0]
    assert (response.rate.part, response.rate.whole) == (1, 1)
    assert response.part_url.replace("&", "&amp;") not in page.content.decode()
    assert response.whole_url.replace("&", "&amp;") in page.content.decode()


def test_behind_a_rate_stand_its_whole_and_its_part(street: Client, cast: Cast) -> None:
    answered(cast), told(cast)
    roll()
    kin = street.get(BEHIND).context["kin"]
    assert [(number, is_this) for _url, _name, number, is_this in kin] == [(2, True), (1, False)]
    part = street.get(f"/admin/statistics/behind/?{kin[1][0]}")
    assert (part.context["number"], len(part.context["rows"])) == (1, 1)


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
