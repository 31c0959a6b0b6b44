"""Joint councils: units take seats, chair in turn, and hear what nobody has claimed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.access import By
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.checkins.services import steps
from partybuilding.claims.models import Item
from partybuilding.council import demo, services
from partybuilding.council.models import Membership
from partybuilding.council.queries import members, next_chair
from partybuilding.meetings import offers
from partybuilding.meetings.forms import MeetingForm
from partybuilding.meetings.models import Body, Seat
from partybuilding.meetings.services import meetings
from tests.cast import Cast
from tests.partybuilding.checkins.scene import unit_in
from tests.partybuilding.claims import scene as claims
from tests.partybuilding.clients import as_
from tests.race import at_once
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def council(cast: Cast, *, street: bool = False) -> Body:
    by = By(cast.director if street else cast.community)
    return services.found(name="党建联席会", community=None if street else cast.community_unit, by=by)


def unit(cast: Cast, name: str = "市中区交通局", **fields: Any) -> UnitCheckIn:
    return unit_in(cast, name=name, **fields)


def seated(cast: Cast, body: Body, *names: str) -> list[Seat]:
    return [services.join(body, unit(cast, name), by=By(cast.community)).seat for name in names]


def chaired(cast: Cast, body: Body, seat: Seat, *, days: int) -> None:
    starts = clock.now() + timedelta(days=days)
    meetings.plan(body, starts_at=starts, place="二楼", by=By(cast.community), form_id=uuid4(), chair=seat)


# --- seats -----------------------------------------------------------------------------------
def test_a_unit_that_checked_in_twice_sits_once_at_the_streets_council(cast: Cast) -> None:
    body, here = council(cast, street=True), unit(cast)
    far = unit(cast, community=cast.grid_far.community, confirmed=False)
    UnitCheckIn.objects.filter(pk=far.pk).update(unit=here.unit)
    steps.take(far, "confirm", by=By(cast.director))
    far.refresh_from_db()
    by = By(cast.director)
    assert services.join(body, here, by=by) == services.join(body, far, by=by)
    assert (Membership.objects.count(), body.seats.count()) == (1, 1)


def test_a_checked_in_unit_sits_by_its_contact(cast: Cast) -> None:
    check_in = unit(cast)
    seat = services.join(council(cast), check_in, by=By(cast.community)).seat
    assert (seat.unit, seat.phone_hash) == (check_in.unit.name, check_in.unit.contact_hash)
    assert seat.may_chair


def test_joining_twice_is_one_seat(cast: Cast) -> None:
    body, check_in = council(cast), unit(cast)
    first, second = (services.join(body, check_in, by=By(cast.community)) for _time in range(2))
    assert (first, Seat.objects.count()) == (second, 1)


def test_a_new_contact_takes_the_units_seat(cast: Cast) -> None:
    body, check_in = council(cast), unit(cast)
    old = services.join(body, check_in, by=By(cast.community)).seat
    Seat.objects.filter(pk=old.pk).update(starts_on=today() - timedelta(days=9))
    check_in.unit.contact_phone = "19953719222"
    check_in.unit.save()
    new = services.join(body, check_in, by=By(cast.community)).seat
    assert list(members([body])) == [new]
    assert Seat.objects.get(pk=old.pk).ends_on == today() - timedelta(days=1)


def test_only_units_that_are_checked_in_here_sit(cast: Cast) -> None:
    body, by = council(cast), By(cast.community)
    elsewhere = unit(cast, "济南热力", community=cast.community_unit2, confirmed=False)
    gone = unit(cast)
    steps.take(gone, "withdraw", by=by, note="撤回")
    for check_in in (elsewhere, gone):
        with pytest.raises(Refused):
            services.join(body, check_in, by=by)


@pytest.mark.parametrize("stranger", ["community2", "worker", "dispatcher", "auditor"])
def test_others_give_no_seats(cast: Cast, stranger: str) -> None:
    with pytest.raises(Refused):
        services.join(council(cast), unit(cast), by=By(getattr(cast, stranger)))


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_seat(cast: Cast) -> None:
    body, check_in = council(cast), unit(cast)
    found = at_once(*[lambda: services.join(body, check_in, by=By(cast.community))] * 2)
    assert {type(each) for each in found} == {Membership}
    assert (Membership.objects.count(), Seat.objects.count()) == (1, 1)


# --- who chairs ------------------------------------------------------------------------------
def test_the_chair_goes_around(cast: Cast) -> None:
    body = council(cast)
    one, two, three = seated(cast, body, "甲单位", "乙单位", "丙单位")
    order = []
    for turn in range(5):
        seat = next_chair(body, today())
        assert seat
        order.append(seat)
        chaired(cast, body, seat, days=turn + 1)
    assert order == [one, two, three, one, two]


def test_a_meeting_called_off_is_no_turn(cast: Cast) -> None:
    body = council(cast)
    one, _two = seated(cast, body, "甲单位", "乙单位")
    chaired(cast, body, one, days=3)
    meetings.call_off(body.meetings.get(), words="停电", by=By(cast.community))
    assert next_chair(body, today()) == one


def test_who_may_not_chair_is_passed_over(cast: Cast) -> None:
    body = council(cast)
    one, two = seated(cast, body, "甲单位", "乙单位")
    Seat.objects.filter(pk=one.pk).update(may_chair=False)
    assert next_chair(body, today()) == two


def test_the_form_proposes_whose_turn_it_is_and_the_log_says_when_it_was_not(cast: Cast) -> None:
    body = council(cast)
    one, two = seated(cast, body, "甲单位", "乙单位")
    assert MeetingForm(body=body).fields["chair"].initial == one.pk
    chaired(cast, body, one, days=3)
    before = LogEntry.objects.count()
    chaired(cast, body, one, days=9)
    said = [entry.change_message for entry in LogEntry.objects.order_by("pk")[before:]]
    assert [one.unit in words and two.unit in words for words in said] == [False, True]


def test_topics_are_handed_in_fifteen_days_ahead(cast: Cast) -> None:
    body = council(cast)
    seated(cast, body, "甲单位")
    chaired(cast, body, Seat.objects.get(), days=30)
    assert body.meetings.get().topics_until == today() + timedelta(days=15)


# --- what nobody has claimed -----------------------------------------------------------------
def test_the_council_is_offered_what_nobody_claimed(cast: Cast) -> None:
    body, old, fresh = council(cast), claims.need(cast), claims.need(cast, title="新的")
    Item.objects.filter(pk=old.pk).update(open_since=clock.now() - timedelta(days=15))
    assert [offer.key for offer in offers.of(body, cast.community)] == [f"claim:{old.pk}"]
    page = as_(cast.community).get(f"/admin/party/council/{body.pk}/")
    assert list(page.context["unclaimed"]) == [old]
    assert fresh.title not in page.content.decode()


# --- pages -----------------------------------------------------------------------------------
def test_the_office_sets_one_up_and_gives_seats(cast: Cast) -> None:
    client, check_in = as_(cast.community), unit(cast)
    told = {"name": "九区联席会", "community": cast.community_unit.pk}
    client.post("/admin/party/council/new/", told)
    body = Body.objects.get()
    page = client.get(f"/admin/party/council/{body.pk}/")
    assert page.context["candidates"] == [check_in]
    answer = client.post(f"/admin/party/council/{body.pk}/join/{check_in.pk}/")
    assert (answer.status_code, Membership.objects.get().check_in) == (303, check_in)
    assert client.get(f"/admin/party/council/{body.pk}/").context["candidates"] == []


def test_a_name_that_stands_is_refused_and_kept(cast: Cast) -> None:
    council(cast)
    told = {"name": "党建联席会", "community": cast.community_unit.pk}
    answer = as_(cast.community).post("/admin/party/council/new/", told)
    assert (answer.status_code, answer.context["form"]["name"].value()) == (422, "党建联席会")


def test_who_reads_and_who_does_not(cast: Cast) -> None:
    body, check_in = council(cast), unit(cast)
    page, press = f"/admin/party/council/{body.pk}/", f"/admin/party/council/{body.pk}/join/{check_in.pk}/"
    found = {
        name: (
            as_(getattr(cast, name)).get(page).status_code,
            as_(getattr(cast, name)).post(press).status_code,
        )
        for name in ("director", "auditor", "dispatcher", "community2", "worker", "department")
    }
    assert found == {
        "director": (200, 303),
        "auditor": (200, 409),
        "dispatcher": (200, 409),
        "community2": (404, 404),
        "worker": (403, 403),
        "department": (403, 403),
    }


def test_a_contact_is_masked(cast: Cast) -> None:
    body, check_in = council(cast), unit(cast)
    services.join(body, check_in, by=By(cast.community))
    unit(cast, "济南热力")
    words = as_(cast.auditor).get(f"/admin/party/council/{body.pk}/").content.decode()
    assert [said in words for said in (check_in.unit.contact_phone, check_in.unit.contact_name)] == [
        False
    ] * 2


def test_the_page_tells_who_is_to_chair_from_who_has(cast: Cast) -> None:
    body = council(cast)
    first, second = seated(cast, body, "甲单位", "乙单位")
    chaired(cast, body, first, days=-30)
    chaired(cast, body, second, days=20)
    page = as_(cast.community).get(f"/admin/party/council/{body.pk}/")
    rows = page.content.decode().split('<li class="row">')
    chairs = [("上次主持" in row, "甲单位" in row) for row in rows[1:3]]
    assert chairs == [(True, True), (False, False)]


def test_the_list_asks_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.director)
    seated(cast, council(cast), "甲单位")
    client.get("/admin/party/council/")
    with django_assert_num_queries(5):
        client.get("/admin/party/council/")
    for number in range(2):
        body = services.found(name=f"第{number}联席会", community=None, by=By(cast.director))
        services.join(body, unit(cast, f"单位{number}"), by=By(cast.director))
    with django_assert_num_queries(5):
        client.get("/admin/party/council/")


def test_the_demo_can_be_loaded_twice(cast: Cast) -> None:
    for number in range(3):
        unit(cast, f"单位{number}")
    assert demo.load() == demo.load() == "3 units at councils"
    body = Body.objects.get()
    chairs = list(body.meetings.order_by("starts_at").values_list("chair__unit", flat=True))
    assert chairs == ["单位0", "单位1", "单位2", "单位0"]
