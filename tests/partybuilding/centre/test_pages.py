"""Pages of the centres: everybody's, by phone, the office's, and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.access import By
from partybuilding.centre.models import Booking, Centre, Closure, Room
from partybuilding.centre.queries import ranged
from partybuilding.centre.services.booking import Whom
from partybuilding.centre.terms import OpenTo
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.centre.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    as_,
    ask,
    contact,
    knowing,
    make_centre,
    make_room,
    next_day,
    put,
    span,
)
from tests.partybuilding.checkins.scene import member_in

pytestmark = pytest.mark.django_db
OUTSIDERS = {"community2": 404, "dispatcher": 403, "auditor": 403, "worker": 403, "department": 403}
"""Who keeps nothing of a community's centre, and what they are told when they try."""


@pytest.fixture
def room(cast: Cast) -> Room:
    contact(cast)
    return make_room(make_centre(cast, phone="0531-87000000"))


def form(ahead: int = 3, **fields: Any) -> dict[str, Any]:
    return {
        "day": str(next_day(ahead)),
        "first": "10:00",
        "last": "12:00",
        "weeks": "1",
        "purpose": "支部会",
        "people": "12",
        "form_id": str(uuid4()),
        **fields,
    }


# --- everybody's -----------------------------------------------------------------------------
def test_everybody_reads_hours_and_what_is_free(client: Client, cast: Cast, room: Room) -> None:
    ask(
        room, first=span(0 if today().weekday() == 6 else 1, "10:00", "12:00")
    ) if today().weekday() < 6 else None
    for path in ("/together/centre/", f"/together/centre/{room.centre_id}/"):
        response = client.get(path)
        text = response.content.decode()
        assert (response.status_code, inline(text), "09:00" in text) == (200, [], True)
        assert not [word for word in (NAME, PHONE, "支部会") if word in text]
    for week in ("nonsense", "0001-01-01", "9999-12-31", str(today() + timedelta(days=30))):
        assert client.get(f"/together/centre/{room.centre_id}/", {"week": week}).status_code == 200
    assert client.get("/together/centre/999/").status_code == 404


def test_free_hours_leave_out_what_is_taken_and_closed(client: Client, cast: Cast, room: Room) -> None:
    ask(room, first=span(7, "10:00", "12:00"))
    Closure.objects.create(centre=room.centre, span=ranged(span(7, "15:00", "16:00")), why="停电")
    week = client.get(f"/together/centre/{room.centre_id}/", {"week": str(next_day(7))}).context["week"]
    (day,) = [day for day in week.days if day.day == next_day(7)]
    shown = [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in _local(day.cells[0].free)]
    assert shown == [("09:00", "10:00"), ("12:00", "15:00"), ("16:00", "20:00")]


def _local(spans: Any) -> list[Any]:
    return [(timezone.localtime(a), timezone.localtime(b)) for a, b in spans]


def test_a_centre_without_rooms_says_so(client: Client, cast: Cast) -> None:
    assert client.get("/together/centre/").status_code == 200
    assert client.get(f"/together/centre/{make_centre(cast).pk}/").status_code == 200


def test_a_closed_house_says_so_today(client: Client, cast: Cast, room: Room) -> None:
    Closure.objects.create(centre=room.centre, span=ranged(span(0, "08:00", "20:00")), why="停电")
    ((_centre, day),) = client.get("/together/centre/").context["centres"]
    assert (day.span, [row.why for row in day.closures]) == (None, ["停电"])


# --- by phone --------------------------------------------------------------------------------
def test_a_contact_asks_by_phone_and_gives_back(cast: Cast, room: Room) -> None:
    client, address, told = knowing(), f"/together/centre/rooms/{room.pk}/book/", form()
    assert client.get(address, {"day": str(next_day())}).status_code == 200
    assert [client.post(address, told).status_code for _tap in range(2)] == [303, 303]
    row = Booking.objects.get()
    assert (row.name, row.phone, str(row.unit), row.state) == (NAME, PHONE, "市中区交通局", "requested")
    assert client.get("/together/bookings/").context["ahead"][0][0] == row
    assert "text/calendar" in client.get(f"/together/bookings/{row.pk}/booking.ics")["Content-Type"]
    back = f"/together/bookings/{row.pk}/give-back/"
    assert [client.post(back).status_code for _tap in range(2)] == [303, 303]
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_every_clash_is_named_and_nothing_typed_is_lost(cast: Cast, room: Room) -> None:
    client, address = knowing(), f"/together/centre/rooms/{room.pk}/book/"
    for ahead in (10, 24):
        put(room, cast.community, when=span(ahead))
    told = form(weeks="4", purpose="读书会")
    response = client.post(address, told)
    found = response.context["form"]
    assert (response.status_code, len(found.errors["day"]), "读书会" in response.content.decode()) == (
        422,
        2,
        True,
    )
    assert "leave_out" in [field.name for field in found.visible_fields()]
    assert client.post(address, {**told, "leave_out": "on"}).status_code == 303
    assert [row.week for row in Booking.objects.exclude(phone="").order_by("week")] != []
    assert Booking.objects.filter(user=None).count() == 2


def test_the_door_says_that_one_may_book_and_has_booked(cast: Cast, room: Room) -> None:
    """As what the contact of a unit is known, before and after."""
    assert 'href="/together/centre/"' in knowing().get("/together/me/").content.decode()
    ask(room)
    assert 'href="/together/bookings/"' in knowing().get("/together/me/").content.decode()
    member_in(cast, phone=OTHER_PHONE)
    assert "/together/centre/" not in knowing(OTHER_PHONE).get("/together/me/").content.decode()


def test_what_is_wrong_is_said_at_its_field(cast: Cast, room: Room) -> None:
    client, address = knowing(), f"/together/centre/rooms/{room.pk}/book/"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"people": "31"}, "people"),
        ({"last": "09:30"}, "last"),
        ({"day": "2020-01-01"}, "first"),
        ({"day": ""}, "day"),
        ({"weeks": "13"}, "weeks"),
        ({"purpose": " "}, "purpose"),
    ]
    for fields, field in wrong:
        response = client.post(address, form(**fields))
        assert (response.status_code, field in response.context["form"].errors) == (422, True), fields


def test_somebody_known_but_unnamed_gives_name_and_phone(cast: Cast, room: Room) -> None:
    Room.objects.update(open_to=OpenTo.KNOWN)
    other = make_room(room.centre, name="三楼", open_to=OpenTo.KNOWN)
    ask(other, by=By(cast.community), whom=Whom(name="钱三", phone=OTHER_PHONE))
    client, address = knowing(OTHER_PHONE), f"/together/centre/rooms/{room.pk}/book/"
    assert client.post(address, form()).status_code == 422
    assert client.post(address, form(person="钱三", phone=PHONE)).status_code == 422
    assert client.post(address, form(person="钱三", phone=OTHER_PHONE)).status_code == 303


def test_rooms_that_are_not_open_to_somebody(cast: Cast, room: Room) -> None:
    member_in(cast, phone=OTHER_PHONE)
    address = f"/together/centre/rooms/{room.pk}/book/"
    for method in ("get", "post"):
        assert getattr(knowing(OTHER_PHONE), method)(address, form()).status_code == 403
        assert getattr(Client(), method)(address).headers["location"].startswith("/together/in/")
    Room.objects.update(in_use=False)
    assert knowing().get(address).status_code == 404


def test_nobody_touches_somebody_elses_booking(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    member_in(cast, phone=OTHER_PHONE)
    for path, method in (("give-back/", "post"), ("booking.ics", "get")):
        address = f"/together/bookings/{row.pk}/{path}"
        assert getattr(knowing(OTHER_PHONE), method)(address).status_code == 404
        assert getattr(Client(), method)(address).status_code == 302
    assert not knowing(OTHER_PHONE).get("/together/bookings/").context["ahead"]
    row.refresh_from_db()
    assert row.state == "requested"


def test_a_booking_that_has_begun_stays(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    Booking.objects.update(span=ranged(span(-1)))
    response = knowing().post(f"/together/bookings/{row.pk}/give-back/")
    assert response.status_code == 409
    (shown,) = response.context["over"]
    assert (shown.pk, shown.shown_state != shown.get_state_display()) == (row.pk, True)


# --- the office ------------------------------------------------------------------------------
def office_pages(row: Booking) -> list[str]:
    centre = row.room.centre_id
    ends = ["", f"{centre}/", f"{centre}/used/", f"bookings/{row.pk}/"]
    return [f"/admin/party/centre/{end}" for end in ends]


def test_the_office_reads_and_others_do_not(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    for address in office_pages(row):
        for user in (cast.community, cast.director, cast.dispatcher, cast.auditor):
            response = as_(user).get(address)
            assert (response.status_code, inline(response.content.decode())) == (200, []), (user, address)
        for user in (cast.worker, cast.parttime, cast.department):
            assert as_(user).get(address).status_code == 403
        expected = 200 if address == "/admin/party/centre/" else 404
        assert as_(cast.community2).get(address).status_code == expected
        assert Client().get(address).status_code == 302
    assert not as_(cast.community2).get("/admin/party/centre/").context["waiting"]


def test_names_and_phones_are_for_those_who_keep_the_centre(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    for user, shown in (
        (cast.community, True),
        (cast.director, True),
        (cast.dispatcher, False),
        (cast.auditor, False),
    ):
        text = as_(user).get(row.get_absolute_url()).content.decode()
        assert (NAME in text, PHONE in text) == (shown, shown), user
    week = as_(cast.community).get(f"/admin/party/centre/{room.centre_id}/", {"week": str(next_day())})
    assert PHONE not in week.content.decode()


def test_the_office_answers_and_a_second_tap_changes_nothing(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    client, address = as_(cast.community), f"{row.get_absolute_url()}steps/"
    assert client.post(f"{address}refuse/", {"note": " "}).status_code == 409
    assert [client.post(f"{address}approve/").status_code for _tap in range(2)] == [303, 303]
    assert client.post(f"{address}fly/").status_code == 404
    row.refresh_from_db()
    assert (row.state, row.version) == ("approved", 2)


def test_others_answer_nothing(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    expected = {
        "dispatcher": 409,
        "auditor": 409,
        "section": 409,
        "community2": 404,
        "worker": 403,
        "department": 403,
    }
    for name, status in expected.items():
        client = as_(getattr(cast, name))
        for step in ("approve", "refuse", "take_back", "give_back"):
            assert (
                client.post(f"{row.get_absolute_url()}steps/{step}/", {"note": "不行"}).status_code == status
            )
    row.refresh_from_db()
    assert row.state == "requested"


def test_the_office_books_for_itself_and_for_a_caller(cast: Cast, room: Room) -> None:
    client, address = as_(cast.community), f"/admin/party/centre/rooms/{room.pk}/book/"
    assert client.get(address).status_code == 200
    assert client.post(address, form(3)).status_code == 303
    assert client.post(address, form(4, person="钱三", phone=OTHER_PHONE)).status_code == 303
    assert client.post(address, form(5, person="钱三")).status_code == 422
    own, called = Booking.objects.order_by("pk")
    assert (own.user, own.state, called.user, called.masked_name) == (
        cast.community,
        "approved",
        None,
        "钱**",
    )
    entry = f"/admin/party/centre/bookings/{own.pk}/booking.ics"
    assert [as_(user).get(entry).status_code for user in (cast.community, cast.director)] == [200, 404]
    for user, status in (
        (cast.community2, 404),
        (cast.dispatcher, 403),
        (cast.auditor, 403),
        (cast.worker, 403),
    ):
        assert as_(user).post(address, form(6)).status_code == status, user


def test_the_streets_centre_is_seen_by_communities_and_kept_by_the_street(cast: Cast) -> None:
    room = make_room(make_centre(cast, street=True))
    client, address = as_(cast.community2), f"/admin/party/centre/rooms/{room.pk}/book/"
    assert client.post(address, form()).status_code == 303
    row = Booking.objects.get()
    assert (row.state, row.user) == ("requested", cast.community2)
    assert client.post(f"{row.get_absolute_url()}steps/approve/").status_code == 409
    assert client.get(f"/admin/party/centre/{room.centre_id}/close/").status_code == 403
    assert as_(cast.director).post(f"{row.get_absolute_url()}steps/approve/").status_code == 303


def test_a_centre_is_closed_and_opened_again(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    client, address = as_(cast.community), f"/admin/party/centre/{room.centre_id}/close/"
    told = {"since": f"{next_day()}T08:00", "until": f"{next_day()}T20:00", "why": "停电检修", "room": ""}
    assert client.get(address).status_code == 200
    response = client.post(address, told)
    shown = [field.name for field in response.context["form"].visible_fields()]
    assert (response.status_code, "take_back" in shown, "停电检修" in response.content.decode()) == (
        422,
        True,
        True,
    )
    assert client.post(address, {**told, "take_back": "on"}).status_code == 303
    row.refresh_from_db()
    assert row.state == "refused"
    closure = Closure.objects.get()
    lift = f"/admin/party/centre/closures/{closure.pk}/lift/"
    for user, status in (
        (cast.community2, 404),
        (cast.dispatcher, 403),
        (cast.auditor, 403),
        (cast.worker, 403),
    ):
        assert [as_(user).post(path, told).status_code for path in (lift, address)] == [status] * 2
    assert client.get(f"/admin/party/centre/{room.centre_id}/").context["closures"]
    assert client.post(lift).status_code == 303
    assert not Closure.objects.exists()


def test_the_desk_names_rooms_that_wait(cast: Cast, room: Room) -> None:
    ask(room, weeks=3)
    for user, count in ((cast.community, 1), (cast.director, 1), (cast.community2, 0), (cast.dispatcher, 0)):
        text = as_(user).get("/admin/").content.decode()
        assert text.count("head-centre_rooms") == 2 * count, user


def test_centres_and_rooms_are_kept_in_the_admin(cast: Cast, room: Room) -> None:
    ask(room)
    pages = [f"/admin/centre/{model}/" for model in ("centre", "room", "booking", "closure")]
    for user in (cast.community, cast.director, cast.auditor):
        assert [as_(user).get(page).status_code for page in pages] == [200] * 4
    change = f"/admin/centre/centre/{room.centre_id}/change/"
    told = {
        "name": "九区中心",
        "address": "九区1号楼",
        "closed_days": ["0", "6"],
        "community": cast.community_unit.pk,
    }
    assert as_(cast.auditor).post(change, told).status_code == 403
    assert as_(cast.community2).post(change, told).status_code == 302
    assert Centre.objects.get().name != "九区中心"
    assert as_(cast.community).post(change, told).status_code == 302
    assert (Centre.objects.get().name, Centre.objects.get().closed_days) == ("九区中心", [0, 6])
    row = Booking.objects.get()
    assert NAME not in as_(cast.auditor).get(f"/admin/centre/booking/{row.pk}/change/").content.decode()


def test_a_new_room_is_entered_with_its_hours(cast: Cast, room: Room) -> None:
    """Seven days stand there; those without hours stay closed."""
    inline: dict[str, str] = {"openings-TOTAL_FORMS": "7", "openings-INITIAL_FORMS": "0"}
    for day in range(7):
        hours = ("08:30", "17:30") if day < 5 else ("", "")
        inline |= {f"openings-{day}-weekday": f"{day}"}
        inline |= dict(zip((f"openings-{day}-opens", f"openings-{day}-closes"), hours, strict=True))
    told = {"centre": room.centre_id, "name": "四楼", "capacity": 20, "open_to": "office", "in_use": "on"}
    client = as_(cast.community)
    assert client.get("/admin/centre/room/add/").status_code == 200
    assert client.post("/admin/centre/room/add/", {**told, **inline}).status_code == 302
    assert list(Room.objects.get(name="四楼").openings.values_list("weekday", flat=True)) == [0, 1, 2, 3, 4]
    other = make_centre(cast, name="南院", community=cast.community_unit2)
    assert client.post("/admin/centre/room/add/", {**told, "centre": other.pk, **inline}).status_code == 200
    assert not other.rooms.exists()


# --- lists -----------------------------------------------------------------------------------
def test_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Room.objects.update(open_to=OpenTo.KNOWN)
    counts = {
        "/together/centre/": 4,
        f"/together/centre/{room.centre_id}/": 7,
        "/together/bookings/": 2,
        "/admin/party/centre/": 6,
        f"/admin/party/centre/{room.centre_id}/?week={next_day()}": 9,
        f"/admin/party/centre/{room.centre_id}/used/": 7,
    }
    office, phone = as_(cast.community), knowing()
    for number in range(3):
        ask(room, first=span(2 + number))
        put(room, cast.community, when=span(2 + number, "13:00", "14:00"))
        when = ranged(span(2 + number, "18:00", "19:00"))
        Closure.objects.create(centre=room.centre, span=when, why="停电")
        if number == 1:
            make_room(make_centre(cast, name="南院"), name="多功能厅")
            make_room(room.centre, name="三楼")
            continue
        for address, count in counts.items():
            client = phone if address.startswith("/together") else office
            with django_assert_num_queries(count, info=address):
                assert client.get(address).status_code == 200
