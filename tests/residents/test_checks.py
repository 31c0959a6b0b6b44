"""Safety checks: kept once, a request for each item not in order, settled with it; nothing is enforced."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User, today
from requests_app.categories import load_categories
from requests_app.models import Photo, Ticket
from requests_app.services import RESIDENT, SYSTEM, staff, take
from requests_app.services.asked import AskedOfVisits
from requests_app.views import offline
from requests_app.workflow import Source, Urgency
from residents.models import CheckItem, Finding, Venue, Visit
from residents.seams import Asked
from residents.services import checks as service
from residents.services import venues
from residents.services.visits import Report
from residents.terms import Checked, Purpose, VenueKind
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.test_pages_public import picture
from tests.residents.factories import make_check_item, make_venue
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
GOOD, FAILED, NONE = Checked.GOOD, Checked.FAILED, Checked.NOT_APPLICABLE


@pytest.fixture
def shop(cast: Cast) -> Venue:
    load_categories()
    return make_venue(grid=cast.grid, name="惠民超市", address="沿街8号", next_visit_on=today())


@pytest.fixture
def items(shop: Venue) -> list[CheckItem]:
    """Two items that concern shops, and one of another kind."""
    make_check_item(kind=VenueKind.HOTEL)
    return [
        make_check_item(words="消防通道畅通", category="1001", order=1),
        make_check_item(words="灭火器有效", category="1003", order=2),
    ]


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def page_of(venue: Venue) -> str:
    return f"/worker/venues/{venue.pk}/check/"


def ticked(items: list[CheckItem], *outcomes: Checked, **fields: Any) -> dict[str, Any]:
    found = {f"item-{item.pk}": outcome.value for item, outcome in zip(items, outcomes, strict=True)}
    words = {f"words-{items[1].pk}": "过期半年，压力不足"}
    return {"submission_id": str(uuid4()), **found, **words, **fields}


def check(
    venue: Venue, items: list[CheckItem], *outcomes: Checked, by: User, key: Any = None, **fields: Any
) -> Visit:
    found = [(item, outcome, "") for item, outcome in zip(items, outcomes, strict=True)]
    report = Report(
        submission_id=key or uuid4(), venue=venue, purpose=Purpose.INSPECTION, checks=found, **fields
    )
    return service.log(report, actor=by)[0]


def close_ticket(cast: Cast, ticket: Ticket) -> None:
    """The whole way, as colleagues take it."""
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer="已督促更换，现场看过。")
    take(ticket, "answer", by=staff(cast.worker), how="phone")
    take(ticket, "close", by=SYSTEM)


# --- the page ----------------------------------------------------------------------------
def test_the_list_is_that_of_its_kind(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    form = signed_in.get(page_of(shop)).context["form"]
    assert [line.item for line in form.lines] == items


def test_an_item_out_of_use_is_not_asked(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    CheckItem.objects.filter(pk=items[0].pk).update(is_used=False)
    assert [line.item for line in signed_in.get(page_of(shop)).context["form"].lines] == items[1:]


def test_every_item_needs_an_outcome(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    told = ticked(items, FAILED, GOOD)
    del told[f"item-{items[1].pk}"]
    response = signed_in.post(page_of(shop), told)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [f"item-{items[1].pk}"])
    assert Visit.objects.count() == 0


def test_all_the_rest_in_order_keeps_what_was_ticked(
    signed_in: Client, shop: Venue, items: list[CheckItem]
) -> None:
    told = {"submission_id": str(uuid4()), f"item-{items[0].pk}": "failed", "rest": "good"}
    lines = list(signed_in.post(page_of(shop), told).context["form"].lines)
    assert [line.outcome.value() for line in lines] == ["failed", "good"]
    assert Visit.objects.count() == 0


def test_a_kind_without_a_list_says_so(signed_in: Client, cast: Cast, shop: Venue) -> None:
    response = signed_in.get(page_of(shop))
    assert ("data-checklist" in response.content.decode(), response.status_code) == (False, 200)


# --- what becomes of it ------------------------------------------------------------------
def test_a_failed_item_is_a_request_at_once(
    signed_in: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    response = signed_in.post(page_of(shop), ticked(items, GOOD, FAILED))

    ticket, visit = Ticket.objects.get(), Visit.objects.get()
    assert response["Location"] == f"/worker/venues/{shop.pk}/checks/{visit.pk}/"
    assert ticket.get_absolute_url() in signed_in.get(response["Location"]).content.decode()
    assert (ticket.source, ticket.grid, ticket.reporter) == (Source.VISIT, cast.grid, cast.worker)
    assert (ticket.category and ticket.category.code, ticket.urgency) == ("1003", Urgency.B)
    assert (ticket.contact_name, ticket.contact_phone, ticket.address) == ("", "", "沿街8号")
    for words in ("惠民超市", "灭火器有效", "过期半年，压力不足"):
        assert words in ticket.description


def test_each_failed_item_is_a_request_of_its_own(
    signed_in: Client, shop: Venue, items: list[CheckItem]
) -> None:
    signed_in.post(page_of(shop), ticked(items, FAILED, FAILED))
    assert sorted(Ticket.objects.values_list("category__code", flat=True)) == ["1001", "1003"]


def test_all_in_order_makes_no_request(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    signed_in.post(page_of(shop), ticked(items, GOOD, NONE))
    assert (Visit.objects.count(), Ticket.objects.count(), Finding.objects.count()) == (1, 0, 0)


def test_sent_twice_it_is_one_check_and_one_request(
    signed_in: Client, shop: Venue, items: list[CheckItem]
) -> None:
    told = ticked(items, GOOD, FAILED)
    answers = [signed_in.post(page_of(shop), told, headers=JSON).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0]["ok"], Visit.objects.count(), Ticket.objects.count()) == (True, 1, 1)


def test_a_script_reads_why_it_was_not_taken(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    response = signed_in.post(page_of(shop), {"submission_id": str(uuid4())}, headers=JSON)
    assert (response.status_code, list(response.json())) == (422, ["sentence"])


def test_its_photos_go_with_the_request(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    signed_in.post(page_of(shop), {**ticked(items, GOOD, FAILED), "photos": picture()})
    visit, shown = Visit.objects.get(), Photo.objects.get()
    assert (visit.photos.get().sha256, shown.ticket) == (shown.sha256, Ticket.objects.get())
    address = f"/worker/venues/{shop.pk}/checks/{visit.pk}/photos/{visit.photos.get().pk}/thumbnail/"
    response = signed_in.get(address)
    assert (response["Content-Type"], response.getvalue()[:2]) == ("image/jpeg", b"\xff\xd8")


def test_the_moment_is_that_of_the_phone(signed_in: Client, shop: Venue, items: list[CheckItem]) -> None:
    at = clock.now() - timedelta(hours=5)
    signed_in.post(page_of(shop), ticked(items, GOOD, GOOD, visited_at=at.isoformat()))
    assert Visit.objects.get().visited_at == at


@pytest.mark.parametrize("moment", ["", "soon", "2024-13-45T00:00", "2999-01-01T00:00:00Z"])
def test_a_clock_that_makes_no_sense_is_ours(
    signed_in: Client, shop: Venue, items: list[CheckItem], moment: str
) -> None:
    signed_in.post(page_of(shop), ticked(items, GOOD, GOOD, visited_at=moment))
    assert abs(Visit.objects.get().visited_at - clock.now()) < timedelta(minutes=1)


# --- a request that could not be made ----------------------------------------------------
@pytest.fixture
def no_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> Asked:
        raise Refused("今天不行")

    monkeypatch.setattr(AskedOfVisits, "open", fail)


def test_the_check_is_kept_when_no_request_can_be_made(
    signed_in: Client, shop: Venue, items: list[CheckItem], no_requests: None
) -> None:
    response = signed_in.post(page_of(shop), ticked(items, GOOD, FAILED))
    page = signed_in.get(response["Location"]).content.decode()
    finding = Finding.objects.get()
    assert f"findings/{finding.pk}/ask/" in page
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 0)


def test_it_is_made_a_request_later_and_once(
    signed_in: Client, shop: Venue, items: list[CheckItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(service, "_try_to_ask", lambda *_args: None)
        signed_in.post(page_of(shop), ticked(items, GOOD, FAILED))
    finding = Finding.objects.get()
    address = f"/worker/venues/{shop.pk}/checks/{finding.visit_id}/findings/{finding.pk}/ask/"
    answers = [signed_in.post(address).status_code for _ in range(2)]
    assert (answers, Ticket.objects.get().finding) == ([303, 303], finding)


def test_the_same_form_again_makes_what_is_missing(
    signed_in: Client, shop: Venue, items: list[CheckItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = ticked(items, GOOD, FAILED)
    with monkeypatch.context() as broken:
        broken.setattr(service, "_try_to_ask", lambda *_args: None)
        signed_in.post(page_of(shop), form)
    signed_in.post(page_of(shop), form)
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 1)


def test_why_it_cannot_be_made_is_said(
    signed_in: Client, shop: Venue, items: list[CheckItem], no_requests: None
) -> None:
    signed_in.post(page_of(shop), ticked(items, GOOD, FAILED))
    finding = Finding.objects.get()
    address = f"/worker/venues/{shop.pk}/checks/{finding.visit_id}/findings/{finding.pk}/ask/"
    response = signed_in.post(address)
    assert (response.status_code, "今天不行" in response.content.decode()) == (409, True)


# --- the request closes, and is taken up again -------------------------------------------
def test_the_item_is_settled_when_its_request_closes(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    assert len(service.open_points(shop, cast.worker)) == 1
    close_ticket(cast, Ticket.objects.get())
    assert service.open_points(shop, cast.worker) == []


def test_the_item_is_open_again_when_its_request_is(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    ticket = Ticket.objects.get()
    close_ticket(cast, ticket)
    ticket.refresh_from_db()
    take(ticket, "reopen", by=staff(cast.community), note="又过期了")
    assert [point.item for point in service.open_points(shop, cast.worker)] == [items[1]]


def test_the_item_follows_the_request_it_was_merged_into(
    cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    ticket, parent = Ticket.objects.get(), told(cast, description="超市灭火器过期没人管")
    take(ticket, "merge", by=staff(cast.leader), parent=parent)
    assert len(service.open_points(shop, cast.worker)) == 1
    close_ticket(cast, parent)
    assert service.open_points(shop, cast.worker) == []


def test_set_free_of_a_withdrawn_request_it_is_open_again(
    cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    ticket, parent = Ticket.objects.get(), told(cast, description="超市灭火器过期没人管")
    take(ticket, "merge", by=staff(cast.leader), parent=parent)
    parent.refresh_from_db()
    take(parent, "withdraw", by=RESIDENT)
    ticket.refresh_from_db()
    assert ticket.parent is None
    assert len(service.open_points(shop, cast.worker)) == 1


# --- the next check ----------------------------------------------------------------------
def test_what_was_open_last_time_comes_first(
    signed_in: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    lines = list(signed_in.get(page_of(shop)).context["form"].lines)
    assert [line.item for line in lines] == [items[1], items[0]]
    assert lines[0].open.asked.number == Ticket.objects.get().number


def test_still_not_in_order_makes_no_second_request(
    signed_in: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    again = check(shop, items, GOOD, FAILED, by=cast.worker)
    ticket = Ticket.objects.get()
    assert [point.asked and point.asked.number for point in service.points_of(again, cast.worker)] == [
        ticket.number
    ]
    assert len(service.open_points(shop, cast.worker)) == 1
    close_ticket(cast, ticket)
    assert not Finding.objects.open().exists()


def test_after_its_request_closed_it_is_a_new_one(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    close_ticket(cast, Ticket.objects.get())
    check(shop, items, GOOD, FAILED, by=cast.worker)
    assert Ticket.objects.count() == 2


def test_mended_before_anybody_made_it_a_request_it_is_settled(
    cast: Cast, shop: Venue, items: list[CheckItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(service, "_try_to_ask", lambda *_args: None)
        check(shop, items, GOOD, FAILED, by=cast.worker)
    check(shop, items, GOOD, GOOD, by=cast.worker)
    assert Finding.objects.get().settled_by == cast.worker


def test_mended_with_a_request_it_waits_for_the_answer(
    cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, GOOD, FAILED, by=cast.worker)
    check(shop, items, GOOD, GOOD, by=cast.worker)
    assert len(service.open_points(shop, cast.worker)) == 1


# --- the day of the next one -------------------------------------------------------------
def test_a_check_moves_the_next_day(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    check(shop, items, GOOD, GOOD, by=cast.worker)
    shop.refresh_from_db()
    assert shop.last_visit_on == today()
    assert shop.next_visit_on
    assert shop.next_visit_on > today() + timedelta(days=75)
    assert not Venue.objects.due(today()).exists()


def test_something_not_in_order_is_looked_at_soon(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    check(shop, items, FAILED, GOOD, by=cast.worker)
    shop.refresh_from_db()
    assert shop.next_visit_on
    assert today() + timedelta(days=7) <= shop.next_visit_on <= today() + timedelta(days=21)


def test_an_older_check_that_comes_late_moves_nothing_back(
    cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    check(shop, items, FAILED, GOOD, by=cast.worker)
    check(shop, items, GOOD, GOOD, by=cast.worker, visited_at=clock.now() - timedelta(days=3))
    shop.refresh_from_db()
    assert shop.last_visit_on == today()
    assert shop.next_visit_on
    assert shop.next_visit_on < today() + timedelta(days=30)


def test_a_closed_venue_is_not_checked(cast: Cast, shop: Venue, items: list[CheckItem]) -> None:
    venues.close(shop, actor=cast.worker, version=1)
    with pytest.raises(Refused):
        check(shop, items, GOOD, GOOD, by=cast.worker)


# --- the slip ----------------------------------------------------------------------------
def test_the_slip_advises_and_threatens_nobody(
    signed_in: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    visit = check(shop, items, GOOD, FAILED, by=cast.worker)
    page = signed_in.get(f"/worker/venues/{shop.pk}/checks/{visit.pk}/slip/").content.decode()
    assert ("灭火器有效" in page, "消防通道畅通" in page, "data-print" in page) == (True, False, True)
    for word in ("责令", "限期", "罚款", "查封", "违法"):
        assert word not in page


# --- outsiders ---------------------------------------------------------------------------
PAGES = ("", "slip/", "photos/1/image/")
OUTSIDERS = [
    *[(name, 403) for name in ("parttime", "department")],
    *[(name, 404) for name in ("worker2", "leader_beside", "community2", "dispatcher", "section")],
    *[(name, 404) for name in ("instructor", "specialist", "director", "auditor")],
]


def test_a_check_is_for_those_who_look_after_the_grid(
    client: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    visit = check(shop, items, GOOD, FAILED, by=cast.worker)
    for who, status in OUTSIDERS:
        client.force_login(getattr(cast, who))
        for page in PAGES:
            answer = client.get(f"/worker/venues/{shop.pk}/checks/{visit.pk}/{page}")
            assert (who, page, answer.status_code) == (who, page, status)


@pytest.mark.parametrize(("who", "status"), OUTSIDERS)
def test_an_outsider_checks_and_asks_nothing(
    client: Client, cast: Cast, shop: Venue, items: list[CheckItem], who: str, status: int
) -> None:
    visit = check(shop, items, GOOD, FAILED, by=cast.worker)
    ask = f"/worker/venues/{shop.pk}/checks/{visit.pk}/findings/{visit.findings.get().pk}/ask/"
    client.force_login(getattr(cast, who))
    answers = [client.post(page_of(shop), ticked(items, GOOD, GOOD)), client.post(ask)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert Visit.objects.count() == 1


def test_a_check_of_another_venue_is_not_found(
    signed_in: Client, cast: Cast, shop: Venue, items: list[CheckItem]
) -> None:
    visit, other = check(shop, items, GOOD, GOOD, by=cast.worker), make_venue(grid=cast.grid)
    assert signed_in.get(f"/worker/venues/{other.pk}/checks/{visit.pk}/").status_code == 404


# --- how much it asks --------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_card_takes_as_many_statements_for_three_checks_as_for_one(
    signed_in: Client,
    cast: Cast,
    shop: Venue,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many = [make_check_item() for _ in range(rows)]
    for _ in range(rows):
        check(shop, many, *[FAILED] * rows, by=cast.worker)
    with django_assert_num_queries(8):
        signed_in.get(f"/worker/venues/{shop.pk}/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_checklist_takes_as_many_statements_for_three_open_items_as_for_one(
    signed_in: Client,
    cast: Cast,
    shop: Venue,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many = [make_check_item() for _ in range(rows)]
    check(shop, many, *[FAILED] * rows, by=cast.worker)
    with django_assert_num_queries(9):
        signed_in.get(page_of(shop))


def test_a_phone_keeps_the_checklists_that_are_due(signed_in: Client, cast: Cast, shop: Venue) -> None:
    make_venue(grid=cast.grid, next_visit_on=today() + timedelta(days=30))
    make_venue(grid=cast.grid_far, next_visit_on=today())
    kept = signed_in.get("/worker/offline.json", headers=JSON).json()["pages"]
    assert [page for page in kept if "/check/" in page] == [page_of(shop)]
    assert offline.TICKETS
