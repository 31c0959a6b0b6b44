"""The visits on a worker's phone: who is listed, how one is written down, what becomes of what was found."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from grids.models import Building, User, today
from requests_app.models import Ticket
from residents.models import Finding, Household, Visit, VisitPhoto
from residents.terms import CareGroup, Need, Purpose, VisitLevel
from tests.cast import Cast
from tests.factories import make_building
from tests.requests_app.test_pages_public import picture
from tests.residents.factories import (
    make_finding,
    make_household,
    make_plan,
    make_resident,
    make_venue,
    make_visit,
)
from wangguan import clock

LIST, NEW = "/worker/visits/", "/worker/visits/new/"
JSON = {"Accept": "application/json"}
LIST_STATEMENTS = {"due": 9, "coming": 9, "lately": 7}
FORM_STATEMENTS, PAGE_STATEMENTS, MORNING_STATEMENTS = 6, 9, 12
KNOW = ["leader", "worker", "community", "community_leader"]
COUNT_ONLY = ["specialist", "instructor", "dispatcher", "director", "auditor"]


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


@pytest.fixture
def household(cast: Cast) -> Household:
    """A home under care, due since yesterday."""
    return due_home(cast.building)


def due_home(building: Building, *, days: int = 1, **fields: Any) -> Household:
    return make_household(building=building, next_visit_on=today() - timedelta(days=days), **fields)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def titles(client: Client, address: str = LIST) -> list[str]:
    return [row.title for row in client.get(address).context["rows"]]


def told(household: Household, **changes: Any) -> dict[str, Any]:
    fields = {"household": household.pk, "met": "met", "purpose": "care", "submission_id": str(uuid4())}
    return fields | changes


def near_by(cast: Cast, metres: int, **fields: Any) -> Building:
    """A building so far north of the first one."""
    return make_building(
        grid=cast.grid, latitude=36.631 + metres / 111_195, longitude=116.931, estate=None, **fields
    )


def away(metres: int) -> str:
    return gettext("about %(metres)d m from here") % {"metres": metres}


# --- doors -------------------------------------------------------------------------------
def addresses(household: Household, by: User) -> dict[str, str]:
    visit = make_visit(by=by, household=household)
    finding = make_finding(visit)
    return {
        "form": f"{NEW}?household={household.pk}",
        "page": f"/worker/visits/{visit.pk}/",
        "request": f"/worker/visits/{visit.pk}/findings/{finding.pk}/request/",
        "settle": f"/worker/visits/{visit.pk}/findings/{finding.pk}/settle/",
        "photo": f"/worker/visits/{visit.pk}/photos/1/image/",
    }


def ask(client: Client, name: str, address: str) -> int:
    if name in ("request", "settle"):
        return client.post(address, {"words": "厨房顶漏水三天了"}).status_code
    return client.get(address).status_code


@pytest.mark.parametrize("who", ["parttime", "department"])
def test_the_room_is_closed_to_some(cast: Cast, household: Household, who: str) -> None:
    client = as_user(getattr(cast, who))
    found = addresses(household, cast.worker) | {"list": LIST}
    assert {name: ask(client, name, address) for name, address in found.items()} == dict.fromkeys(found, 403)


@pytest.mark.parametrize(
    "who", ["worker2", "community2", "leader_beside", "specialist", "instructor", "director", "auditor"]
)
def test_outsiders_find_no_home_and_no_visit(cast: Cast, household: Household, who: str) -> None:
    client = as_user(getattr(cast, who))
    found = addresses(household, cast.worker)
    assert {name: ask(client, name, address) for name, address in found.items()} == dict.fromkeys(found, 404)
    assert client.post(NEW, told(household)).status_code == 404
    assert Finding.objects.open().count() == 1


def test_strangers_are_sent_to_sign_in(client: Client, cast: Cast, household: Household) -> None:
    found = addresses(household, cast.worker) | {"list": LIST}
    assert {ask(client, name, address) for name, address in found.items()} == {302}


def test_the_section_reads_those_under_care_and_writes_nothing(cast: Cast, household: Household) -> None:
    plain = due_home(cast.building)
    make_plan(make_resident(household=household), level=VisitLevel.WEEKLY)
    Household.objects.update(next_visit_on=today())
    client = as_user(cast.section)
    found = addresses(household, cast.worker)
    assert titles(client) == [household.address]
    assert [row.url for row in client.get(LIST).context["rows"]] == [f"/worker/residents/{household.pk}/"]
    assert {name: ask(client, name, address) for name, address in found.items()} == {
        "form": 403,
        "page": 200,
        "request": 403,
        "settle": 403,
        "photo": 404,
    }
    assert client.get(f"{NEW}?household={plain.pk}").status_code == 404


# --- the list ----------------------------------------------------------------------------
@pytest.mark.parametrize("who", KNOW)
def test_those_who_know_the_grid_read_doors_and_groups(cast: Cast, who: str) -> None:
    resident = make_resident(building=cast.building)
    make_plan(resident, group=CareGroup.AGED)
    Household.objects.update(next_visit_on=today())
    page = text(as_user(getattr(cast, who)), LIST)
    assert resident.household.address in page
    assert str(CareGroup.AGED.label) in page


@pytest.mark.parametrize("who", COUNT_ONLY)
def test_others_count_and_read_no_door(cast: Cast, household: Household, who: str) -> None:
    make_plan(make_resident(household=household, name="刘桂兰"), group=CareGroup.AGED)
    Household.objects.update(next_visit_on=today() - timedelta(days=1), last_visit_on=today())
    client = as_user(getattr(cast, who))
    page = text(client, LIST)
    assert [(line.due, line.overdue, line.visited) for line in client.get(LIST).context["figures"]] == [
        (1, 1, 1)
    ]
    hidden = (household.address, household.dwelling.label, "刘", str(CareGroup.AGED.label))
    assert not any(word in page for word in hidden)


def test_figures_of_another_grid_are_not_shown(cast: Cast, household: Household) -> None:
    due_home(make_building(grid=cast.grid_far))
    lines = as_user(cast.specialist).get(LIST).context["figures"]
    assert [line.unit for line in lines] == [cast.grid.name]


def test_need_comes_first_then_the_longest_late(cast: Cast, signed_in: Client) -> None:
    ordinary = due_home(cast.building, days=40)
    later = due_home(cast.building, days=1, visit_level=VisitLevel.WEEKLY)
    late = due_home(cast.building, days=9, visit_level=VisitLevel.WEEKLY)
    assert titles(signed_in) == [home.address for home in (late, later, ordinary)]


def test_the_nearest_building_comes_first_when_the_phone_says_where_it_is(
    cast: Cast, signed_in: Client
) -> None:
    nowhere = due_home(make_building(grid=cast.grid), visit_level=VisitLevel.WEEKLY)
    far, near = due_home(near_by(cast, 700), visit_level=VisitLevel.WEEKLY), due_home(near_by(cast, 200))
    rows = signed_in.get(f"{LIST}?lat=36.631&lng=116.931&datum=wgs84").context["rows"]
    assert [row.title for row in rows] == [home.address for home in (near, far, nowhere)]
    assert [row.facts[0] for row in rows[:2]] == [away(200), away(700)]


def test_a_position_in_another_datum_is_shifted(cast: Cast, signed_in: Client) -> None:
    due_home(near_by(cast, 200))
    shifted = signed_in.get(f"{LIST}?lat=36.631&lng=116.931&datum=gcj02").context["rows"]
    assert shifted[0].facts[0] != away(200)


@pytest.mark.parametrize("query", ["lat=x&lng=1", "lat=nan&lng=1", "lat=99&lng=1", "lat=1&lng=1&datum=mars"])
def test_a_position_without_sense_changes_nothing(
    signed_in: Client, household: Household, query: str
) -> None:
    assert "near" not in signed_in.get(f"{LIST}?{query}").context


def test_coming_and_gone_homes_are_not_due(cast: Cast, signed_in: Client, household: Household) -> None:
    coming = due_home(cast.building, days=-5)
    due_home(cast.building, days=-20)
    gone = make_household(building=cast.building, left_on=today(), next_visit_on=None)
    assert titles(signed_in) == [household.address]
    assert titles(signed_in, f"{LIST}?tab=coming") == [coming.address]
    assert signed_in.get(f"{NEW}?household={gone.pk}").status_code == 404


def test_visited_lately_shows_the_newest_first(cast: Cast, signed_in: Client, household: Household) -> None:
    make_visit(by=cast.worker, household=household, visited_at=clock.now() - timedelta(days=2))
    other = due_home(cast.building)
    make_visit(by=cast.leader, household=other)
    make_visit(by=cast.worker2, household=due_home(make_building(grid=cast.grid_far)))
    assert titles(signed_in, f"{LIST}?tab=lately") == [other.address, household.address]


@pytest.mark.parametrize("tab", ["due", "coming"])
def test_a_long_list_goes_on_where_it_stopped(
    cast: Cast, signed_in: Client, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    monkeypatch.setattr("residents.due.PAGE", 2)
    homes = [due_home(cast.building, days=3 if tab == "due" else -3) for _ in range(5)]
    seen, after = [], ""
    for _page in range(3):
        context = signed_in.get(f"{LIST}?tab={tab}&after={after}").context
        seen += [row.title for row in context["rows"]]
        after = context["next"]
    assert (seen, after) == ([home.address for home in homes], "")


def test_older_visits_go_on_where_they_stopped(
    cast: Cast, signed_in: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("residents.due.PAGE", 2)
    now = clock.now()
    visits = [make_visit(by=cast.worker, household=household, visited_at=now) for _ in range(3)]
    first = signed_in.get(f"{LIST}?tab=lately").context
    second = signed_in.get(f"{LIST}?tab=lately&after={first['next']}").context
    urls = [row.url for row in (*first["rows"], *second["rows"])]
    assert urls == [visit.get_absolute_url() for visit in reversed(visits)]


@pytest.mark.parametrize("after", ["x", "1-2", "9-9-9-9-9999999999999999", "0-99999999-1-1-1", "²-1-1-1-1"])
def test_a_pointer_without_sense_shows_the_first_page(
    signed_in: Client, household: Household, after: str
) -> None:
    assert titles(signed_in, f"{LIST}?after={after}") == [household.address]


def test_venues_to_be_checked_stand_below(cast: Cast, signed_in: Client) -> None:
    venue = make_venue(grid=cast.grid, next_visit_on=today())
    make_venue(grid=cast.grid_far, next_visit_on=today())
    context = signed_in.get(LIST).context
    assert [(row.title, row.url) for row in context["venues"]] == [
        (venue.name, f"/worker/venues/{venue.pk}/check/")
    ]
    assert context["count"] == "1"


@pytest.mark.parametrize("tab", ["due", "coming", "lately"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_statements_for_three_homes_as_for_one(
    cast: Cast, signed_in: Client, rows: int, tab: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        home = due_home(make_building(grid=cast.grid), days=3 if tab == "due" else -3)
        make_plan(make_resident(household=home))
        make_visit(by=cast.worker, household=home)
    Household.objects.update(next_visit_on=today() - timedelta(days=3 if tab == "due" else -3))
    with django_assert_num_queries(LIST_STATEMENTS[tab]):
        signed_in.get(f"{LIST}?tab={tab}")


def friday_of_an_ordinary_week() -> datetime:
    """2025-11-21, noon in Jinan: Saturday is free, Monday is worked."""
    return datetime(2025, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "state"), [(0, "yellow"), (1, "yellow"), (2, "yellow"), (3, "red"), (4, "red")]
)
def test_a_visit_is_late_from_the_next_working_day(cast: Cast, days: int, state: str) -> None:
    friday = friday_of_an_ordinary_week()
    with clock.at(friday):
        due_home(cast.building, days=0)
    with clock.at(friday + timedelta(days=days)):
        (row,) = as_user(cast.worker).get(LIST).context["rows"]
    assert row.due.state == state


def test_a_check_of_a_venue_leads_to_its_own_page(cast: Cast, signed_in: Client) -> None:
    venue = make_venue(grid=cast.grid)
    visit = make_visit(by=cast.worker, venue=venue, purpose=Purpose.INSPECTION)
    (row,) = signed_in.get(f"{LIST}?tab=lately").context["rows"]
    assert row.url == f"/worker/venues/{venue.pk}/checks/{visit.pk}/"


# --- writing one down --------------------------------------------------------------------
def test_the_form_names_the_home_and_suggests_what_it_is_for(cast: Cast, signed_in: Client) -> None:
    resident = make_resident(building=cast.building, name="刘桂兰")
    make_plan(resident)
    response = signed_in.get(f"{NEW}?household={resident.household_id}")
    page = response.content.decode()
    assert resident.household.address in page
    assert response.context["form"]["purpose"].value() == "care"
    assert "刘**" in page
    assert "刘桂兰" not in page


def test_a_visit_moves_the_next_day_on(cast: Cast, signed_in: Client, household: Household) -> None:
    response = signed_in.post(NEW, told(household, note="老人精神好"))
    household.refresh_from_db()
    visit = Visit.objects.get()
    assert (response.status_code, response["Location"]) == (303, LIST)
    assert (visit.by, visit.note, visit.met) == (cast.worker, "老人精神好", "met")
    assert household.last_visit_on == today()


def test_sent_twice_it_is_one_visit(signed_in: Client, household: Household) -> None:
    fields = told(household)
    answers = [signed_in.post(NEW, fields, headers=JSON).json() for _ in range(2)]
    assert answers == [{"ok": True, "url": LIST, "version": None}] * 2
    assert Visit.objects.count() == 1


def test_what_waited_on_a_phone_counts_from_when_it_was_written(
    signed_in: Client, household: Household
) -> None:
    signed_in.post(NEW, told(household, waited="7200"), headers=JSON)
    age = clock.now() - Visit.objects.get().visited_at
    assert timedelta(hours=2) <= age < timedelta(hours=2, minutes=1)


def test_needs_are_kept_and_lead_to_the_visit(signed_in: Client, household: Household) -> None:
    response = signed_in.post(NEW, told(household, needs=["leak", "old_age"]))
    visit = Visit.objects.get()
    assert response["Location"] == visit.get_absolute_url()
    assert list(visit.findings.values_list("need", flat=True)) == [Need.LEAK, Need.OLD_AGE]


@pytest.mark.parametrize(("again", "days"), [("", None), ("3", 3), ("7", 7), ("30", 30)])
def test_somebody_looks_in_again(
    signed_in: Client, household: Household, again: str, days: int | None
) -> None:
    signed_in.post(NEW, told(household, again=again))
    assert Visit.objects.get().follow_up_on == (today() + timedelta(days=days) if days else None)


def test_a_named_day_goes_before_the_chips(signed_in: Client, household: Household) -> None:
    day = today() + timedelta(days=12)
    signed_in.post(NEW, told(household, again="3", follow_up_on=day.isoformat()))
    assert Visit.objects.get().follow_up_on == day


def test_a_point_is_kept_only_when_it_was_given(signed_in: Client, household: Household) -> None:
    signed_in.post(NEW, told(household, latitude="36.6312"))
    signed_in.post(NEW, told(household, latitude="36.6312", longitude="116.9315"))
    points = list(Visit.objects.order_by("id").values_list("latitude", "longitude"))
    assert points == [(None, None), (36.6312, 116.9315)]


def test_whoever_says_not_whether_they_met_somebody_is_asked(signed_in: Client, household: Household) -> None:
    response = signed_in.post(NEW, told(household, met="", note="敲了三遍"))
    assert response.status_code == 422
    assert "敲了三遍" in response.content.decode()
    assert signed_in.post(NEW, told(household, met=""), headers=JSON).json().keys() == {"sentence"}
    assert Visit.objects.count() == 0


def test_a_visit_to_come_is_refused_with_what_was_typed(signed_in: Client, household: Household) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    response = signed_in.post(NEW, told(household, visited_at=tomorrow))
    assert (response.status_code, Visit.objects.count()) == (409, 0)


def test_somebody_of_another_household_is_no_choice(
    cast: Cast, signed_in: Client, household: Household
) -> None:
    stranger = make_resident(building=cast.building)
    assert signed_in.post(NEW, told(household, resident=stranger.pk)).status_code == 422


def test_photos_are_kept_and_served_to_those_who_see_the_visit(
    cast: Cast, signed_in: Client, household: Household
) -> None:
    signed_in.post(NEW, told(household, photos=picture()))
    photo = VisitPhoto.objects.get()
    address = f"/worker/visits/{photo.visit_id}/photos/{photo.pk}/thumbnail/"
    assert signed_in.get(address).getvalue()[:2] == b"\xff\xd8"
    assert as_user(cast.worker2).get(address).status_code == 404
    assert as_user(cast.parttime).get(address).status_code == 403


def test_a_venue_is_visited_without_a_checklist(cast: Cast, signed_in: Client) -> None:
    venue = make_venue(grid=cast.grid, next_visit_on=today())
    fields = {"venue": venue.pk, "met": "met", "purpose": "policy", "submission_id": str(uuid4())}
    assert signed_in.get(f"{NEW}?venue={venue.pk}").status_code == 200
    signed_in.post(NEW, fields)
    venue.refresh_from_db()
    assert (Visit.objects.get().venue, venue.next_visit_on) == (venue, today())


@pytest.mark.parametrize("query", ["household=x", "household=99999999999999999999", "venue=0", "patrol=1"])
def test_what_is_not_there_is_not_found(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"{NEW}?{query}").status_code == 404


def test_a_form_without_an_aim_leads_to_the_list(signed_in: Client) -> None:
    assert signed_in.get(NEW)["Location"] == LIST


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_takes_as_many_statements_for_three_people_as_for_one(
    signed_in: Client, household: Household, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make_resident(household=household)
    with django_assert_num_queries(FORM_STATEMENTS):
        signed_in.get(f"{NEW}?household={household.pk}")


# --- what was found ----------------------------------------------------------------------
@pytest.fixture
def finding(cast: Cast, household: Household) -> Finding:
    return make_finding(make_visit(by=cast.worker, household=household, note="厨房顶渗水，已经三天"))


def make_it(client: Client, finding: Finding, **fields: Any) -> Any:
    address = f"/worker/visits/{finding.visit_id}/findings/{finding.pk}/request/"
    return client.post(address, {"words": "厨房顶渗水，已经三天", **fields})


def test_one_tap_or_two_make_one_request(cast: Cast, signed_in: Client, finding: Finding) -> None:
    for _tap in range(2):
        assert make_it(signed_in, finding).status_code == 303
    ticket = Ticket.objects.get()
    page = text(signed_in, finding.visit.get_absolute_url())
    assert (ticket.finding, ticket.source, ticket.contact_phone) == (finding, "visit", "")
    assert ticket.get_absolute_url() in page


def test_the_resident_is_told_only_when_chosen(signed_in: Client, finding: Finding) -> None:
    resident = make_resident(household=finding.visit.household, name="刘桂兰", phone="13912345678")
    page = text(signed_in, finding.visit.get_absolute_url())
    assert "139****5678" in page
    assert "13912345678" not in page
    make_it(signed_in, finding, tell=resident.pk)
    ticket = Ticket.objects.get()
    assert (ticket.contact_name, ticket.contact_phone) == ("刘桂兰", "13912345678")


def test_nobody_of_another_household_is_told(cast: Cast, signed_in: Client, finding: Finding) -> None:
    make_resident(household=finding.visit.household, phone="13912345678")
    stranger = make_resident(building=cast.building, phone="13912345679")
    assert make_it(signed_in, finding, tell=stranger.pk).status_code == 422
    assert Ticket.objects.count() == 0


def test_too_few_words_come_back(signed_in: Client, finding: Finding) -> None:
    response = make_it(signed_in, finding, words="漏")
    assert (response.status_code, Ticket.objects.count()) == (422, 0)


def test_what_is_settled_on_the_spot_can_be_taken_up_again(
    cast: Cast, signed_in: Client, finding: Finding
) -> None:
    address = f"/worker/visits/{finding.visit_id}/findings/{finding.pk}/settle/"
    signed_in.post(address)
    finding.refresh_from_db()
    assert finding.settled_by == cast.worker
    signed_in.post(address, {"again": "1"})
    assert Finding.objects.open().get() == finding


def test_a_finding_belongs_to_its_visit(cast: Cast, signed_in: Client, finding: Finding) -> None:
    other = make_visit(by=cast.worker, household=due_home(cast.building))
    address = f"/worker/visits/{other.pk}/findings/{finding.pk}/settle/"
    assert signed_in.post(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_statements_for_three_findings_as_for_one(
    signed_in: Client, finding: Finding, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows - 1):
        make_finding(finding.visit)
    with django_assert_num_queries(PAGE_STATEMENTS):
        signed_in.get(finding.visit.get_absolute_url())


# --- beside the room ---------------------------------------------------------------------
def test_the_morning_names_five_and_counts_all(cast: Cast, signed_in: Client) -> None:
    for _ in range(6):
        due_home(cast.building)
    context = signed_in.get("/worker/").context
    assert (len(context["visits"]), context["visits_count"]) == (5, "6")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_morning_takes_as_many_statements_for_three_homes_as_for_one(
    cast: Cast, signed_in: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        due_home(cast.building)
    with django_assert_num_queries(MORNING_STATEMENTS):
        signed_in.get("/worker/")


@pytest.mark.parametrize("who", ["parttime", "specialist", "director", "worker2"])
def test_the_morning_of_others_names_no_home(cast: Cast, household: Household, who: str) -> None:
    client = as_user(getattr(cast, who))
    assert client.get("/worker/").context["visits"] == []


@pytest.mark.parametrize(("who", "visits"), [("worker", True), ("director", True), ("parttime", False)])
def test_visits_stand_below_for_those_who_may_enter(cast: Cast, who: str, visits: bool) -> None:
    page = text(as_user(getattr(cast, who)), "/worker/tickets/")
    assert (f'href="{LIST}"' in page) is visits
    assert 'href="/worker/inbox/"' in page


def test_a_phone_keeps_the_list_and_a_form_for_each_home(
    cast: Cast, signed_in: Client, household: Household
) -> None:
    pages = signed_in.get("/worker/offline.json", headers=JSON).json()["pages"]
    assert LIST in pages
    assert f"{NEW}?household={household.pk}" in pages


@pytest.mark.parametrize(("who", "keeps"), [("parttime", []), ("specialist", [LIST]), ("section", [LIST])])
def test_the_phones_of_others_keep_no_form(
    cast: Cast, household: Household, who: str, keeps: list[str]
) -> None:
    make_plan(make_resident(household=household))
    Household.objects.update(next_visit_on=today())
    pages = as_user(getattr(cast, who)).get("/worker/offline.json", headers=JSON).json()["pages"]
    rooms = ("/worker/visits/", "/worker/residents/")
    assert [page for page in pages if page.startswith(rooms)] == keeps
