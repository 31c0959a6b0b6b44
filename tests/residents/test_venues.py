"""Venues: who sees them, entering and correcting, closing, and the contact's phone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import GridKind, User, today
from residents import rhythm
from residents.models import Unmasking, Venue
from residents.services import venues as service
from residents.services.record import ChangedMeanwhile
from residents.terms import Secret, SizeUnit, VenueKind
from tests.cast import Cast
from tests.factories import make_building, make_grid
from tests.residents.factories import make_venue
from wangguan.refusals import Refused
from wangguan.workdays import WorkingCalendar

pytestmark = pytest.mark.django_db
LIST = "/worker/venues/"
PHONE = "13912345678"


@pytest.fixture
def shop(cast: Cast) -> Venue:
    return make_venue(
        grid=cast.grid, name="惠民超市", contact_name="孙老板", contact_phone=PHONE, next_visit_on=today()
    )


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    fields = {
        "name": "老街面馆",
        "kind": "restaurant",
        "grid": cast.grid.pk,
        "address": "沿街9号",
        "size": "60",
    }
    return {**fields, **changes}


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- who sees what -----------------------------------------------------------------------
ADDRESSES = ("", "edit/", "check/", "unmask/")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(name, 200) for name in ("worker", "leader", "community", "community_leader")],
        *[(name, 403) for name in ("parttime", "department")],
        *[(name, 404) for name in ("worker2", "leader_beside", "community2", "dispatcher", "section")],
        *[(name, 404) for name in ("instructor", "specialist", "director", "auditor")],
    ],
)
def test_a_venue_is_for_those_who_look_after_its_grid(
    client: Client, cast: Cast, shop: Venue, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    found = {page: client.get(f"{LIST}{shop.pk}/{page}").status_code for page in ADDRESSES}
    assert found == dict.fromkeys(ADDRESSES, status)


@pytest.mark.parametrize("page", ["close/", "reopen/", "unmask/", "edit/", "check/"])
@pytest.mark.parametrize(("who", "status"), [("parttime", 403), ("worker2", 404), ("instructor", 404)])
def test_an_outsider_changes_nothing(
    client: Client, cast: Cast, shop: Venue, who: str, page: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    response = client.post(f"{LIST}{shop.pk}/{page}", filled(cast, version=shop.version, reason="看看"))
    shop.refresh_from_db()
    assert (response.status_code, shop.version, shop.closed_on) == (status, 1, None)


@pytest.mark.parametrize("address", [LIST, f"{LIST}new/", f"{LIST}1/", f"{LIST}1/check/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, cast: Cast, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, "/accounts/login/" in response["Location"]) == (302, True)


@pytest.mark.parametrize("who", ["parttime", "department"])
def test_the_room_is_closed_to_them(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert [client.get(LIST).status_code, client.get(f"{LIST}new/").status_code] == [403, 403]


@pytest.mark.parametrize("who", ["dispatcher", "director", "auditor", "instructor", "specialist"])
def test_figures_without_names(client: Client, cast: Cast, shop: Venue, who: str) -> None:
    client.force_login(getattr(cast, who))
    page = client.get(LIST)
    assert page.context["figures"] == {"all": 1, "due": 1, "open": 0}
    assert "惠民超市" not in page.content.decode()


@pytest.mark.parametrize("who", ["worker2", "community2"])
def test_others_do_not_even_count_it(client: Client, cast: Cast, shop: Venue, who: str) -> None:
    client.force_login(getattr(cast, who))
    page = client.get(LIST)
    assert page.context["figures"]["all"] == 0
    assert "惠民超市" not in page.content.decode()


# --- the list ----------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_statements_for_three_as_for_one(
    signed_in: Client, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make_venue(grid=cast.grid, next_visit_on=today())
    with django_assert_num_queries(5):
        signed_in.get(LIST)


def test_those_due_come_first(signed_in: Client, cast: Cast) -> None:
    later = make_venue(grid=cast.grid, next_visit_on=today() + timedelta(days=9))
    late = make_venue(grid=cast.grid, next_visit_on=today() - timedelta(days=2))
    never = make_venue(grid=cast.grid)
    rows = signed_in.get(LIST).context["rows"]
    assert [row.venue for row in rows] == [never, late, later]


def test_the_list_goes_on_behind_its_last_row(signed_in: Client, cast: Cast) -> None:
    made = {make_venue(grid=cast.grid, next_visit_on=today() + timedelta(days=n // 3)).pk for n in range(45)}
    seen: list[int] = []
    query = ""
    for _page in range(3):
        context = signed_in.get(f"{LIST}?{query}").context
        seen += [row.venue.pk for row in context["rows"]]
        query = context["next"]
    assert (set(seen), len(seen), query) == (made, 45, "")


@pytest.mark.parametrize("after", ["x", "2024-13-01~3", "2024-01-01", "2024-01-01~" + "9" * 30, "~"])
def test_a_pointer_that_makes_no_sense_is_the_first_page(signed_in: Client, shop: Venue, after: str) -> None:
    assert len(signed_in.get(LIST, {"after": after}).context["rows"]) == 1


def test_found_by_name_and_kind(signed_in: Client, cast: Cast, shop: Venue) -> None:
    make_venue(grid=cast.grid, name="老街面馆", kind=VenueKind.RESTAURANT)
    by_name = signed_in.get(LIST, {"q": "惠民"}).context["rows"]
    by_kind = signed_in.get(LIST, {"kind": "restaurant", "q": "沿街"}).context["rows"]
    assert ([row.venue.name for row in by_name], [row.venue.name for row in by_kind]) == (
        ["惠民超市"],
        ["老街面馆"],
    )


def test_closed_ones_have_a_list_of_their_own(signed_in: Client, cast: Cast, shop: Venue) -> None:
    service.close(shop, actor=cast.worker, version=1)
    assert (
        len(signed_in.get(LIST).context["rows"]),
        "惠民超市" in text(signed_in, f"{LIST}?tab=closed"),
    ) == (
        0,
        True,
    )


# --- the card ----------------------------------------------------------------------------
def test_the_card_masks_the_phone(signed_in: Client, shop: Venue) -> None:
    page = text(signed_in, f"{LIST}{shop.pk}/")
    assert ("139****5678" in page, PHONE in page) == (True, False)


def test_the_form_does_not_show_the_phone_either(signed_in: Client, shop: Venue) -> None:
    page = text(signed_in, f"{LIST}{shop.pk}/edit/")
    assert ("139****5678" in page, PHONE in page) == (True, False)


@pytest.mark.parametrize(("days", "warns"), [(-1, "over"), (10, "soon"), (200, "")])
def test_the_card_warns_of_the_licence(signed_in: Client, cast: Cast, days: int, warns: str) -> None:
    venue = make_venue(grid=cast.grid, licence_until=today() + timedelta(days=days))
    assert signed_in.get(f"{LIST}{venue.pk}/").context["licence"] == warns


def test_the_card_says_the_limit_of_its_kind(signed_in: Client, cast: Cast) -> None:
    venue = make_venue(grid=cast.grid, kind=VenueKind.RESTAURANT, size=80)
    size = signed_in.get(f"{LIST}{venue.pk}/").context["size"]
    assert (size[:2], "100" in size) == ("80", True)


# --- entering and correcting -------------------------------------------------------------
def test_a_new_venue_is_due_within_thirty_days(signed_in: Client, cast: Cast) -> None:
    response = signed_in.post(f"{LIST}new/", filled(cast, contact_phone="139 1234 5678"))
    venue = Venue.objects.get()
    assert response["Location"] == f"{LIST}{venue.pk}/"
    assert (venue.contact_phone, venue.version) == (PHONE, 1)
    assert venue.next_visit_on
    assert today() < venue.next_visit_on <= today() + timedelta(days=30)


def test_pressed_twice_there_is_one_venue(signed_in: Client, cast: Cast) -> None:
    answers = [signed_in.post(f"{LIST}new/", filled(cast)).status_code for _ in range(2)]
    assert (answers, Venue.objects.count()) == ([303, 409], 1)


TOO_LARGE = [
    ("shop", 299.9, 300),
    ("restaurant", 100, 101),
    ("hotel", 50, 51),
    ("entertainment", 200, 200.1),
    ("fitness", 200, 200.1),
    ("clinic", 30, 31),
    ("workshop", 50, 51),
    ("flammable", 100, 100.1),
]


@pytest.mark.parametrize(("kind", "fits", "too_large"), TOO_LARGE)
def test_too_large_for_a_small_venue(
    signed_in: Client, cast: Cast, kind: str, fits: float, too_large: float
) -> None:
    refused = signed_in.post(f"{LIST}new/", filled(cast, kind=kind, size=too_large))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["size"])
    assert signed_in.post(f"{LIST}new/", filled(cast, kind=kind, size=fits)).status_code == 303


def test_every_limit_is_among_the_tested_ones() -> None:
    limited = {kind.value for kind in VenueKind if kind.limit}
    assert limited == {kind for kind, _fits, _too_large in TOO_LARGE}
    assert {kind.limit.unit for kind in VenueKind if kind.limit} <= set(SizeUnit)


@pytest.mark.parametrize(
    ("field", "value"),
    [("licence", "91370103MA3XXXXX00"), ("contact_phone", "12345"), ("size", "-1"), ("kind", "castle")],
)
def test_what_makes_no_sense_is_refused(signed_in: Client, cast: Cast, field: str, value: str) -> None:
    response = signed_in.post(f"{LIST}new/", filled(cast, **{field: value}))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_another_units_grid_is_no_choice(signed_in: Client, cast: Cast) -> None:
    response = signed_in.post(f"{LIST}new/", filled(cast, grid=cast.grid_far.pk))
    assert (response.status_code, Venue.objects.count()) == (422, 0)


def test_a_building_of_another_grid_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    beside = make_building(grid=cast.grid_beside)
    response = client.post(f"{LIST}new/", filled(cast, building=beside.pk))
    assert list(response.context["form"].errors) == ["building"]


def test_dedicated_grids_are_offered_first(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    dedicated = make_grid(community=cast.community_unit, kind=GridKind.DEDICATED)
    offered = client.get(f"{LIST}new/").context["form"].fields["grid"].queryset
    assert list(offered) == [dedicated, cast.grid_beside, cast.grid]


def correct(client: Client, cast: Cast, venue: Venue, **changes: Any) -> Any:
    fields = filled(cast, name=venue.name, kind=venue.kind, address=venue.address, size="", version=1)
    return client.post(f"{LIST}{venue.pk}/edit/", {**fields, **changes})


def test_correcting_keeps_the_phone_on_record(signed_in: Client, cast: Cast, shop: Venue) -> None:
    assert correct(signed_in, cast, shop, operator="孙记商贸").status_code == 303
    shop.refresh_from_db()
    assert (shop.operator, shop.contact_phone, shop.version) == ("孙记商贸", PHONE, 2)


def test_the_phone_can_be_replaced_and_removed(signed_in: Client, cast: Cast, shop: Venue) -> None:
    correct(signed_in, cast, shop, contact_phone="13811112222")
    shop.refresh_from_db()
    assert shop.contact_phone == "13811112222"
    correct(signed_in, cast, shop, forget_phone="on", version=2)
    shop.refresh_from_db()
    assert shop.contact_phone == ""


def test_somebody_changed_it_meanwhile(signed_in: Client, cast: Cast, shop: Venue) -> None:
    service.correct(shop, actor=cast.leader, version=1, operator="李家")
    response = correct(signed_in, cast, shop, operator="孙家")
    form = response.context["form"]
    assert (response.status_code, form["operator"].value(), form["version"].value()) == (409, "孙家", "2")
    assert Venue.objects.get().operator == "李家"


def test_the_second_of_two_is_refused(cast: Cast, shop: Venue) -> None:
    stale = Venue.objects.get(pk=shop.pk)
    service.correct(shop, actor=cast.worker, version=1, staff=3)
    with pytest.raises(ChangedMeanwhile):
        service.correct(stale, actor=cast.leader, version=1, staff=4)


@pytest.mark.parametrize("who", ["worker2", "instructor", "dispatcher", "parttime"])
def test_the_service_refuses_outsiders(cast: Cast, shop: Venue, who: str) -> None:
    user: User = getattr(cast, who)
    for write in (
        lambda: service.add(actor=user, grid=cast.grid, name="x", kind="shop", address="y"),
        lambda: service.correct(shop, actor=user, version=1, staff=3),
        lambda: service.close(shop, actor=user, version=1),
        lambda: service.reopen(shop, actor=user, version=1),
    ):
        with pytest.raises(Refused):
            write()


def test_a_venue_does_not_move_to_a_grid_of_others(cast: Cast, shop: Venue) -> None:
    with pytest.raises(Refused):
        service.correct(shop, actor=cast.worker, version=1, grid=cast.grid_far)


# --- closing and reopening ---------------------------------------------------------------
def test_closing_and_reopening(signed_in: Client, shop: Venue) -> None:
    signed_in.post(f"{LIST}{shop.pk}/close/", {"version": 1})
    shop.refresh_from_db()
    assert (shop.closed_on, shop.next_visit_on) == (today(), None)
    signed_in.post(f"{LIST}{shop.pk}/reopen/", {"version": 2})
    shop.refresh_from_db()
    assert shop.closed_on is None
    assert shop.next_visit_on
    assert shop.next_visit_on > today()


def test_closing_twice_is_closing_once(signed_in: Client, shop: Venue) -> None:
    answers = [signed_in.post(f"{LIST}{shop.pk}/close/", {"version": 1}).status_code for _ in range(2)]
    shop.refresh_from_db()
    assert (answers, shop.version) == ([303, 303], 2)


def test_reopening_beside_a_new_entry_is_refused(signed_in: Client, cast: Cast, shop: Venue) -> None:
    service.close(shop, actor=cast.worker, version=1)
    make_venue(grid=cast.grid, name=shop.name, address=shop.address)
    response = signed_in.post(f"{LIST}{shop.pk}/reopen/", {"version": 2})
    shop.refresh_from_db()
    assert (response.status_code, bool(response.context["refusal"]), shop.closed_on) == (409, True, today())


# --- the rhythm of checks ----------------------------------------------------------------
CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("last", "failed", "due"),
    [
        (date(2025, 3, 3), False, date(2025, 6, 3)),
        (date(2025, 7, 1), False, date(2025, 9, 30)),  # 1 October is a holiday: seen before it
        (date(2025, 11, 30), False, date(2026, 2, 28)),  # 28 February 2026 is a make-up working day
        (date(2025, 3, 3), True, date(2025, 3, 12)),
        (date(2025, 9, 29), True, date(2025, 10, 15)),  # over the national holiday
    ],
)
def test_when_a_venue_is_checked_again(last: date, failed: bool, due: date) -> None:
    assert rhythm.next_check(last=last, failed=failed, calendar=CALENDAR) == due


def test_a_new_venue_is_checked_before_a_holiday() -> None:
    assert rhythm.first_check(since=date(2025, 9, 2), calendar=CALENDAR) == date(2025, 9, 30)


# --- the contact's phone -----------------------------------------------------------------
def test_the_phone_is_shown_once_for_a_reason(signed_in: Client, cast: Cast, shop: Venue) -> None:
    response = signed_in.post(f"{LIST}{shop.pk}/unmask/", {"usual": "visit"})
    look = Unmasking.objects.get()
    assert (look.venue, look.by, look.field) == (shop, cast.worker, Secret.PHONE)
    assert (PHONE in response.content.decode(), "no-store" in response["Cache-Control"]) == (True, True)
    assert PHONE not in text(signed_in, f"{LIST}{shop.pk}/unmask/")


def test_without_a_reason_the_phone_stays_masked(signed_in: Client, shop: Venue) -> None:
    response = signed_in.post(f"{LIST}{shop.pk}/unmask/", {"words": "看"})
    assert (response.status_code, PHONE in response.content.decode()) == (422, False)
    assert not Unmasking.objects.exists()
