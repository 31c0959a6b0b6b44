"""Activities with their rooms: planned in one go, moved and freed together; the year's figures; the demo."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from partybuilding.access import By
from partybuilding.centre import demo, figures
from partybuilding.centre.models import Activity, Booking, Centre, Room
from partybuilding.centre.services import activities, closing, reminders, steps
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.services import making
from tests.cast import Cast
from tests.partybuilding.centre.scene import (
    PHONE,
    as_,
    contact,
    knowing,
    make_centre,
    make_room,
    moment,
    next_day,
    of_phone,
    put,
    span,
)
from tests.partybuilding.gatherings import scene as gatherings
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast) -> Room:
    contact(cast)
    return make_room(make_centre(cast))


def plan(cast: Cast, room: Room, by: By | None = None, **fields: Any) -> Activity:
    given: dict[str, Any] = {"span": span(), "theme": "lecture", "organiser": "社区党委", "form_id": uuid4()}
    title = fields.pop("title", "消防知识讲座")
    row = activities.plan(room, title, by=by or By(cast.community), **{**given, **fields})
    return Activity.objects.select_related("gathering", "booking__room__centre").get(pk=row.pk)


def told(in_room: Room, **fields: Any) -> dict[str, Any]:
    return {
        "title": "消防知识讲座",
        "theme": "lecture",
        "room": in_room.pk,
        "day": str(next_day()),
        "first": "10:00",
        "last": "12:00",
        "form_id": str(uuid4()),
        **fields,
    }


def test_an_activity_books_its_room(cast: Cast, room: Room) -> None:
    row = plan(cast, room)
    assert (row.booking.state, row.booking.starts_at) == ("approved", row.gathering.starts_at)
    assert (row.gathering.places, row.gathering.place) == (30, "九区党群服务中心 二楼会议室")
    assert row.gathering.community == cast.community_unit
    assert plan(cast, room, form_id=row.gathering.form_id) == row
    assert Booking.objects.count() == 1


def test_an_activity_that_has_no_room_is_none(cast: Cast, room: Room) -> None:
    put(room, cast.community)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "day"),
        ({"span": span(4), "places": 31}, "places"),
        ({"span": span(-1)}, "first"),
        ({"span": span(4, "19:00", "21:00")}, "day"),
    ]
    for fields, field in wrong:
        with pytest.raises(Refused) as caught:
            plan(cast, room, **fields)
        assert caught.value.field == field
    assert not Gathering.objects.exists()


def test_only_whoever_keeps_the_centre_plans(cast: Cast, room: Room) -> None:
    for name in ("community2", "worker", "dispatcher", "auditor", "department", "section"):
        with pytest.raises(Refused):
            plan(cast, room, By(getattr(cast, name)))
    with pytest.raises(Refused):
        plan(cast, room, of_phone())
    plan(cast, room, By(cast.director))


def test_the_room_follows_the_activity(cast: Cast, room: Room) -> None:
    row, by = plan(cast, room), By(cast.community)
    put(room, cast.director, when=span(5))
    start, end = span(4)
    making.change(row.gathering, by=by, starts_at=start, ends_at=end, places=20, title="急救讲座")
    booking = Booking.objects.get(pk=row.booking_id)
    assert (booking.starts_at, booking.people, booking.purpose) == (start, 20, "急救讲座")
    for fields in ({"starts_at": span(5)[0], "ends_at": span(5)[1]}, {"places": 31}, {"places": None}):
        with pytest.raises(Refused):
            making.change(row.gathering, by=by, **fields)
    row.gathering.refresh_from_db()
    assert (row.gathering.starts_at, row.gathering.places) == (start, 20)
    # A little longer, into nobody's hour.
    making.change(row.gathering, by=by, ends_at=end + timedelta(minutes=30))
    booking.refresh_from_db()
    assert booking.ends_at == end + timedelta(minutes=30)


def test_an_activity_called_off_frees_its_room(cast: Cast, room: Room) -> None:
    row = plan(cast, room)
    making.call_off(row.gathering, why="讲师生病", by=By(cast.community))
    booking = Booking.objects.get(pk=row.booking_id)
    assert (booking.state, booking.note) == ("cancelled", "讲师生病")
    plan(cast, room)


def test_the_room_of_an_activity_is_not_taken_by_itself(cast: Cast, room: Room) -> None:
    row, by = plan(cast, room), By(cast.community)
    booking = Booking.objects.for_list().get(pk=row.booking_id)
    with pytest.raises(Refused):
        steps.take(booking, "give_back", by=by)
    with pytest.raises(Refused):
        closing.close(room.centre, room=None, span=span(), why="停电", take_back=True, by=by)
    with clock.at(moment(f"{next_day(2)} 09:05")):
        assert reminders.remind() == 0


# --- pages -----------------------------------------------------------------------------------
def test_the_office_plans_and_somebody_signs_up_by_phone(client: Client, cast: Cast, room: Room) -> None:
    office, address = as_(cast.community), f"/admin/party/centre/{room.centre_id}/activities/"
    assert office.get(f"{address}new/").status_code == 200
    form = told(room, places="1")
    moved = [office.post(f"{address}new/", form).headers["location"] for _tap in range(2)]
    row = Activity.objects.get()
    assert moved == [f"/admin/party/gatherings/{row.gathering_id}/"] * 2
    assert f"/admin/party/centre/{room.centre_id}/?week=" in office.get(moved[0]).content.decode()
    public = f"/together/centre/{room.centre_id}/"
    page = f"/together/g/{row.gathering_id}/"
    assert page in client.get(public).content.decode()
    # The contact of a unit is known by name from the check-in: one tap.
    assert knowing().post(f"{page}sign-up/").status_code == 303
    assert row.gathering.sign_ups.get().phone == PHONE
    assert client.get(public).context["activities"][0].left == 0
    (shown,) = office.get(address).context["ahead"]
    assert shown.signed == 1


def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_lost(cast: Cast, room: Room) -> None:
    put(room, cast.director, when=span(3))
    address = f"/admin/party/centre/{room.centre_id}/activities/new/"
    other = make_room(make_centre(cast, name="南院", community=cast.community_unit2))
    for fields, field in (({}, "day"), ({"places": "31"}, "places"), ({"room": other.pk}, "room")):
        form = told(room, **({"day": str(next_day(4)), **fields} if fields else {}))
        response = as_(cast.community).post(address, form)
        assert (response.status_code, field in response.context["form"].errors) == (422, True), fields
        assert "消防知识讲座" in response.content.decode()
    expected = {"community2": 404, "dispatcher": 403, "auditor": 403, "worker": 403, "department": 403}
    for name, status in expected.items():
        assert as_(getattr(cast, name)).post(address, told(room)).status_code == status
    assert not Activity.objects.exists()


def test_activities_ask_as_often_for_three_as_for_one(
    cast: Cast, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office, phone = as_(cast.community), knowing()
    counts = {
        f"/admin/party/centre/{room.centre_id}/activities/": 6,
        f"/admin/party/centre/{room.centre_id}/?week={next_day()}": 9,
        f"/together/centre/{room.centre_id}/": 7,
    }
    for number in range(3):
        row = plan(cast, room, span=span(2 + number))
        gatherings.put(row.gathering, "signed")
        past = plan(cast, room, span=span(2 + number, "13:00", "14:00"))
        long_ago = span(-2 - number)
        Gathering.objects.filter(pk=past.gathering_id).update(
            starts_at=long_ago[0], closes_at=long_ago[0], ends_at=long_ago[1]
        )
        if number == 1:
            continue
        for address, count in counts.items():
            client = phone if address.startswith("/together") else office
            with django_assert_num_queries(count, info=address):
                assert client.get(address).status_code == 200


# --- the year --------------------------------------------------------------------------------
def test_the_year_is_what_one_counts_by_hand(cast: Cast, room: Room) -> None:
    other = make_room(room.centre, name="三楼")
    with clock.at(moment("2026-02-20 08:00")):
        for place, first, last, state in (
            (room, "2026-03-01 09:00", "2026-03-01 10:30", "approved"),
            (room, "2026-03-31 19:00", "2026-03-31 20:00", "approved"),
            (room, "2026-03-05 09:00", "2026-03-05 12:00", "cancelled"),
            (room, "2026-03-06 09:00", "2026-03-06 12:00", "requested"),
            (room, "2027-01-01 00:00", "2027-01-01 02:00", "approved"),
            (other, "2026-12-31 23:00", "2026-12-31 23:45", "approved"),
        ):
            put(place, cast.director, when=(moment(first), moment(last)), state=state)
        held = plan(cast, room, span=(moment("2026-04-01 09:00"), moment("2026-04-01 11:00")))
        off = plan(cast, room, span=(moment("2026-04-02 09:00"), moment("2026-04-02 11:00")))
        making.call_off(off.gathering, why="讲师生病", by=By(cast.community))
    for number, state in enumerate(("attended", "attended", "absent", "signed")):
        gatherings.put(held.gathering, state, number)
    plan(cast, room, span=span(1))
    used = figures.of(room.centre, 2026)
    by_hand: dict[str, dict[int, Decimal]] = {}
    for row in Booking.objects.filter(state="approved", room__centre=room.centre):
        local = row.starts_at.astimezone(moment("2026-01-01 00:00").tzinfo)
        if local.year == 2026:
            hours = Decimal((row.ends_at - row.starts_at).seconds) / 3600
            months = by_hand.setdefault(row.room.name, {})
            months[local.month] = months.get(local.month, Decimal(0)) + hours
    for each in used.rooms:
        shown = {month: hours for month, hours in enumerate(each.months, 1) if hours}
        assert shown == by_hand[each.room.name]
    assert (by_hand["二楼会议室"][3], by_hand["二楼会议室"][4]) == (Decimal("2.5"), Decimal(2))
    assert (used.activities[3], used.people[3], used.activity_count, used.people_count) == (1, 2, 1, 2)


# --- the demo --------------------------------------------------------------------------------
def test_the_demo_loads_once(cast: Cast) -> None:
    contact(cast)
    said = demo.load()
    assert demo.load() == said
    assert Centre.objects.count() == 2
    assert Booking.objects.to_answer().count() >= 1
    assert Activity.objects.filter(gathering__sign_ups__state="attended").exists()
    for centre in Centre.objects.all():
        assert Client().get(f"/together/centre/{centre.pk}/").status_code == 200
