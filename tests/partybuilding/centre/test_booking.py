"""Asking for a room: who may, when it is open, what stands against it, and that no hour is given twice."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from partybuilding.access import By
from partybuilding.centre.access import may_book
from partybuilding.centre.models import Booking, Centre, Closure, Opening, Room
from partybuilding.centre.queries import ranged
from partybuilding.centre.services.booking import Clashes, Whom
from partybuilding.centre.services.closing import close
from partybuilding.centre.terms import OpenTo
from tests.cast import Cast
from tests.partybuilding.centre.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    ask,
    contact,
    make_centre,
    make_room,
    moment,
    next_day,
    of_phone,
    put,
    span,
)
from tests.partybuilding.checkins.scene import member_in
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast) -> Room:
    contact(cast)
    Message.objects.all().delete()
    return make_room(make_centre(cast))


def refused(job: Any) -> str:
    """The sentence of a refusal; `field` of it in brackets."""
    with pytest.raises(Refused) as caught, transaction.atomic():
        job()
    return caught.value.field


# --- who -------------------------------------------------------------------------------------
def test_a_units_contact_asks_and_the_office_is_told(cast: Cast, room: Room) -> None:
    (row,) = ask(room)
    assert (row.state, row.phone, row.user) == ("requested", PHONE, None)
    told = Message.objects.filter(kind="centre_asked")
    assert {message.user for message in told} == {cast.community, cast.community_leader}
    assert not [message for message in told if PHONE in str(message.context) or NAME in str(message.context)]


def test_whoever_keeps_the_centre_has_the_room_at_once(cast: Cast, room: Room) -> None:
    (row,) = ask(room, by=By(cast.community))
    assert (row.state, row.user, row.phone_hash) == ("approved", cast.community, "")
    assert not Message.objects.exists()


def test_a_room_that_nobody_answers_for_is_had_at_once(cast: Cast, room: Room) -> None:
    Room.objects.update(needs_approval=False)
    assert ask(room)[0].state == "approved"


def test_who_may_book_what(cast: Cast, room: Room) -> None:
    member_in(cast, phone=OTHER_PHONE)
    street = make_room(make_centre(cast, street=True))
    contact_, member = of_phone(), of_phone(OTHER_PHONE)
    community2, nobody = By(cast.community2), of_phone("19953780009")
    both = {"community", "director"}
    open_to = {
        (OpenTo.OFFICE, room): both,
        (OpenTo.UNITS, room): {*both, "contact"},
        (OpenTo.KNOWN, room): {*both, "contact", "member"},
        (OpenTo.OFFICE, street): {*both, "community2"},
    }
    people = {
        **{name: By(getattr(cast, name)) for name in ("community", "director", "worker", "dispatcher")},
        **{name: By(getattr(cast, name)) for name in ("department", "auditor", "section")},
        "community2": community2,
        "contact": contact_,
        "member": member,
        "nobody": nobody,
    }
    for (to, place), allowed in open_to.items():
        place.open_to = to
        assert {name for name, by in people.items() if may_book(by, place)} == allowed, to


def test_nobody_books_in_somebody_elses_name(cast: Cast, room: Room) -> None:
    assert refused(lambda: ask(room, by=of_phone(), whom=Whom(name=NAME, phone=OTHER_PHONE))) == "phone"
    for by in (of_phone(OTHER_PHONE), By(cast.community2), By(cast.auditor), By()):
        refused(lambda by=by: ask(room, by=by))
    assert not Booking.objects.exists()


def test_the_office_books_for_somebody_who_called(cast: Cast, room: Room) -> None:
    (row,) = ask(room, by=By(cast.community), whom=Whom(name=NAME, phone=OTHER_PHONE))
    assert (row.user, row.masked_name, row.made_by) == (None, "孙**", cast.community)


def test_a_room_out_of_use_is_nobodys(cast: Cast, room: Room) -> None:
    Room.objects.update(in_use=False)
    refused(lambda: ask(room, by=By(cast.community)))


def test_one_phone_does_not_keep_a_room_for_itself(cast: Cast, room: Room) -> None:
    for first in ("09:00", "11:00"):
        ask(room, first=span(2, first, f"{int(first[:2]) + 1}:00"), weeks=12)
    refused(lambda: ask(room, first=span(5)))


# --- when ------------------------------------------------------------------------------------
def test_what_no_room_can_fulfil(cast: Cast, room: Room) -> None:
    wishes: list[tuple[dict[str, Any], str]] = [
        ({"first": span(3, "12:00", "10:00")}, "last"),
        ({"first": span(-1)}, "first"),
        ({"first": span(91)}, "day"),
        ({"first": span(14), "weeks": 12}, "weeks"),
        ({"first": span(3, "09:00", "17:15")}, "last"),
        ({"people": 31}, "people"),
        ({"first": span(3, "08:45", "10:00")}, "day"),
        ({"first": span(3, "19:00", "20:15")}, "day"),
    ]
    for fields, field in wishes:
        assert refused(lambda fields=fields: ask(room, **fields)) == field, fields
    ask(room, first=span(3, "12:00", "20:00"), people=30)
    ask(room, first=span(90))


def test_a_day_without_hours_is_closed(cast: Cast, room: Room) -> None:
    weekday = next_day().weekday()
    Opening.objects.filter(weekday=weekday).delete()
    assert refused(lambda: ask(room)) == "day"
    Centre.objects.update(closed_days=[(weekday + 1) % 7])
    assert refused(lambda: ask(room, first=span(4))) == "day"
    ask(room, first=span(5))


def test_closures_of_the_room_and_of_the_house(cast: Cast, room: Room) -> None:
    other = make_room(room.centre, name="三楼")
    Closure.objects.create(centre=room.centre, room=other, span=ranged(span(3, "09:00", "20:00")), why="粉刷")
    Closure.objects.create(centre=room.centre, span=ranged(span(4, "11:00", "20:00")), why="停电")
    ask(room)
    with pytest.raises(Clashes, match="停电"):
        ask(room, first=span(4))
    ask(room, first=span(4, "10:00", "11:00"))


def test_who_waits_keeps_the_hour(cast: Cast, room: Room) -> None:
    contact(cast, OTHER_PHONE, "市中区教育局")
    ask(room)
    for first, last in (("10:00", "12:00"), ("11:45", "13:00"), ("09:00", "20:00")):
        if int(last[:2]) - int(first[:2]) <= 8:
            refused(lambda first=first, last=last: ask(room, phone=OTHER_PHONE, first=span(3, first, last)))
    ask(room, phone=OTHER_PHONE, first=span(3, "12:00", "13:00"))
    ask(room, phone=OTHER_PHONE, first=span(3, "09:00", "10:00"))


def test_a_hour_given_back_is_free(cast: Cast, room: Room) -> None:
    put(room, cast.community, state="cancelled")
    put(room, cast.community, state="refused")
    ask(room)


# --- week by week ----------------------------------------------------------------------------
def test_a_series_is_as_many_bookings(cast: Cast, room: Room) -> None:
    rows = ask(room, weeks=12, first=span(3))
    assert [row.starts_at for row in rows] == [span(3 + 7 * week)[0] for week in range(12)]
    assert len({row.form_id for row in rows}) == 1
    assert Message.objects.filter(kind="centre_asked").count() == 2


def test_every_clash_of_a_series_is_named_and_nothing_is_booked(cast: Cast, room: Room) -> None:
    put(room, cast.community, when=span(10))
    Closure.objects.create(centre=room.centre, span=ranged(span(24)), why="停电")
    with pytest.raises(Clashes) as caught:
        ask(room, weeks=4)
    assert (len(caught.value.found), caught.value.free) == (2, True)
    assert Booking.objects.count() == 1
    rows = ask(room, weeks=4, leave_out=True)
    assert [row.week for row in rows] == [0, 2]


def test_a_series_without_a_free_week_is_none(cast: Cast, room: Room) -> None:
    put(room, cast.community)
    put(room, cast.community, when=span(10))
    with pytest.raises(Clashes) as caught:
        ask(room, weeks=2, leave_out=True)
    assert not caught.value.free


def test_the_same_form_is_the_same_booking(cast: Cast, room: Room) -> None:
    form = uuid4()
    assert ask(room, weeks=2, form_id=form) == ask(room, weeks=2, form_id=form)
    assert Booking.objects.count() == 2


# --- the database ----------------------------------------------------------------------------
def test_the_database_lets_no_two_have_one_hour(cast: Cast, room: Room) -> None:
    put(room, cast.community, state="requested")
    for state in ("requested", "approved"):
        with pytest.raises(IntegrityError, match="centre_booking_no_overlap"), transaction.atomic():
            put(room, cast.director, when=span(3, "11:59", "13:00"), state=state)
    put(make_room(room.centre, name="三楼"), cast.director)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_one_moment_one_has_the_room(cast: Cast) -> None:
    contact(cast)
    contact(cast, OTHER_PHONE, "市中区教育局")
    room, free = make_room(make_centre(cast)), make_room(make_centre(cast, street=True))
    found = at_once(
        lambda: ask(room, weeks=3),
        lambda: ask(room, phone=OTHER_PHONE, first=span(3, "11:00", "13:00"), weeks=2),
    )
    assert sorted(type(each).__name__ for each in found) == ["Clashes", "list"]
    # Past the service and its lock, on the constraint alone: two that wait for each other are a deadlock.
    found = at_once(*[lambda: put(free, cast.director)] * 2)
    names = sorted(type(each).__name__ for each in found)
    assert names in (["Booking", "IntegrityError"], ["Booking", "OperationalError"])
    assert free.bookings.count() == 1
    # Somebody closes the house while somebody books in it: never both.
    when = span(20, "08:00", "20:00")
    found = at_once(
        lambda: ask(room, first=span(20)),
        lambda: close(room.centre, room=None, span=when, why="停电", take_back=False, by=By(cast.community)),
    )
    assert sorted(type(each).__name__ for each in found) in (["Clashes", "tuple"], ["StillBooked", "list"])


def test_half_a_booker_or_half_a_point_is_none(cast: Cast, room: Room) -> None:
    wrong: list[tuple[str, Any]] = [
        ("one_booker", lambda: put(room, cast.community, phone=PHONE, name=NAME)),
        ("one_booker", lambda: put(room, None, phone=PHONE)),  # type: ignore[arg-type]
        ("one_booker", lambda: put(room, None)),  # type: ignore[arg-type]
        ("span_whole", lambda: put(room, cast.community, when=(span()[0], span()[0]))),
        ("span_whole", lambda: put(room, cast.community, when=(span()[0], None))),  # type: ignore[arg-type]
        ("somebody", lambda: put(room, cast.community, people=0)),
        ("point_whole", lambda: Centre.objects.update(latitude=36.6)),
        ("point_whole", lambda: Centre.objects.update(longitude=116.9)),
        ("point_whole", lambda: Centre.objects.update(latitude=91, longitude=116.9)),
        ("closed_days", lambda: Centre.objects.update(closed_days=[7])),
        ("ends_after_start", lambda: Opening.objects.update(closes="08:00")),
        ("seats_somebody", lambda: Room.objects.update(capacity=0)),
    ]
    for name, job in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            job()
    Centre.objects.update(latitude=36.6, longitude=116.9)


def test_names_and_phones_are_ciphertext(cast: Cast, room: Room) -> None:
    ask(room)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(b::text, '') FROM centre_booking b")
        (rows,) = cursor.fetchone()
    assert [word in rows for word in (NAME, PHONE)] == [False, False]


def test_an_hour_that_runs_is_over_to_book(cast: Cast, room: Room) -> None:
    with clock.at(moment("2026-12-03 10:00")):
        assert (
            refused(lambda: ask(room, first=(moment("2026-12-03 10:00"), moment("2026-12-03 11:00"))))
            == "first"
        )
        start = moment("2026-12-03 10:15")
        assert ask(room, first=(start, start + timedelta(minutes=45)))
