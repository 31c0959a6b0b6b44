"""Every step from every state by every seat, as the table says; closures; the day before."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import ProgrammingError, transaction

from partybuilding.access import By
from partybuilding.centre import tasks
from partybuilding.centre.access import allowed
from partybuilding.centre.models import Booking, Closure, Room
from partybuilding.centre.services import closing, steps
from partybuilding.centre.services.closing import StillBooked
from partybuilding.centre.workflow import TABLE, Seat, State, arrows
from tests.cast import Cast
from tests.partybuilding.centre.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    ask,
    contact,
    make_centre,
    make_room,
    of_phone,
    put,
    span,
)
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast) -> Room:
    contact(cast)
    Message.objects.all().delete()
    return make_room(make_centre(cast))


def asked(room: Room, state: str = State.REQUESTED, ahead: int = 3) -> Booking:
    """The contact's booking in some state, along the arrows."""
    (row,) = ask(room, first=span(ahead))
    way = {State.REFUSED: "refuse", State.APPROVED: "approve", State.CANCELLED: "give_back"}
    if state != State.REQUESTED:
        Booking.objects.filter(pk=row.pk).update(state=state)
        assert way[State(state)]
    return Booking.objects.for_list().get(pk=row.pk)


def test_a_booking_moves_as_the_table_says(cast: Cast, room: Room) -> None:
    seats = {Seat.KEEPER: By(cast.community), Seat.BOOKER: of_phone()}
    rows = {state: asked(room, state, ahead) for ahead, state in enumerate(State.values, start=2)}
    for step in TABLE:
        for state, row in rows.items():
            for seat, by in seats.items():
                row.refresh_from_db(fields=["state", "version", "note"])
                place = transaction.savepoint()
                may = state in step.starts and seat in step.who
                if may or state == step.to:
                    steps.take(row, step.name, by=by, note="设备检修")
                else:
                    with pytest.raises(Refused):
                        steps.take(row, step.name, by=by, note="设备检修")
                assert row.state == (step.to if may else state), (step.name, state, seat)
                transaction.savepoint_rollback(place)
                row.state = state


def test_strangers_move_nothing(cast: Cast, room: Room) -> None:
    row = asked(room)
    people = [
        By(getattr(cast, name)) for name in ("community2", "worker", "dispatcher", "auditor", "section")
    ]
    for by in (*people, By(cast.department), of_phone(OTHER_PHONE), By()):
        assert allowed(by, row) == []
        for step in TABLE:
            with pytest.raises(Refused):
                steps.take(row, step.name, by=by, note="设备检修")


def test_the_database_knows_the_arrows(cast: Cast, room: Room) -> None:
    for ahead, start in enumerate(State.values, start=2):
        row = asked(room, start, ahead)
        for end in State.values:
            if start == end or (start, end) in arrows():
                continue
            with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
                Booking.objects.filter(pk=row.pk).update(state=end)


def test_steps_are_offered_until_it_begins(cast: Cast, room: Room) -> None:
    row, own = asked(room), put(room, cast.community, when=span(5))
    own = Booking.objects.for_list().get(pk=own.pk)
    names = [[step.name for step in allowed(by, row)] for by in (By(cast.community), of_phone())]
    assert names == [["approve", "refuse"], ["give_back"]]
    assert [step.name for step in allowed(By(cast.community), own)] == ["give_back"]
    with clock.at(row.starts_at):
        assert allowed(By(cast.community), row) == []
        with pytest.raises(Refused):
            steps.take(row, "give_back", by=of_phone())


def test_the_booker_hears_what_the_office_says(cast: Cast, room: Room) -> None:
    given, denied, taken = (asked(room, ahead=ahead) for ahead in (2, 3, 4))
    steps.take(given, "approve", by=By(cast.community))
    with pytest.raises(Refused):
        steps.take(denied, "refuse", by=By(cast.community), note=" \x00")
    steps.take(denied, "refuse", by=By(cast.community), note="当天有会议")
    steps.take(taken, "approve", by=By(cast.community))
    steps.take(taken, "take_back", by=By(cast.community), note="停电")
    told = Message.objects.filter(channel="sms").order_by("pk")
    kinds = ["centre_given", "centre_denied", "centre_given", "centre_taken_back"]
    assert [(message.kind, message.to) for message in told] == [(kind, PHONE) for kind in kinds]
    assert (denied.note, denied.answered_by) == ("当天有会议", cast.community)
    logged = LogEntry.objects.filter(content_type__model="booking").values_list(
        "object_repr", "change_message"
    )
    assert len(logged) == 4
    assert not [word for word in (NAME, PHONE, "孙") if word in str(list(logged))]


def test_an_answer_is_for_every_week_that_waits(cast: Cast, room: Room) -> None:
    rows = ask(room, weeks=3)
    steps.take(Booking.objects.for_list().get(pk=rows[1].pk), "give_back", by=of_phone())
    assert list(Booking.objects.to_answer()) == [rows[0]]
    steps.take(Booking.objects.for_list().get(pk=rows[0].pk), "approve", by=By(cast.community))
    assert [row.state for row in room.bookings.order_by("week")] == ["approved", "cancelled", "approved"]
    assert Message.objects.filter(kind="centre_given").count() == 1
    assert not Booking.objects.to_answer()


def test_the_second_of_two_who_answer_hears_of_it(cast: Cast, room: Room) -> None:
    row = asked(room)
    late = Booking.objects.for_list().get(pk=row.pk)
    steps.take(row, "approve", by=By(cast.community))
    with pytest.raises(MovedMeanwhile):
        steps.take(late, "refuse", by=By(cast.community), note="当天有会议")
    steps.take(row, "approve", by=By(cast.community))
    assert row.version == 2


# --- closures --------------------------------------------------------------------------------
def close(cast: Cast, room: Room, by: By | None = None, *, take_back: bool = False, ahead: int = 3) -> int:
    when = span(ahead, "09:00", "18:00")
    _row, count = closing.close(
        room.centre, room=None, span=when, why="停电检修", take_back=take_back, by=by or By(cast.community)
    )
    return count


def test_whoever_has_a_room_that_is_closed_is_told(cast: Cast, room: Room) -> None:
    waiting, own = asked(room), put(make_room(room.centre, name="三楼"), cast.director)
    later = asked(room, ahead=4)
    with pytest.raises(StillBooked, match="10:00"):
        close(cast, room)
    assert not Closure.objects.exists()
    assert close(cast, room, take_back=True) == 2
    for row, state in ((waiting, "refused"), (own, "cancelled"), (later, "requested")):
        row.refresh_from_db()
        assert row.state == state
    told = Message.objects.exclude(kind="centre_asked").values_list("kind", "channel")
    assert sorted(told) == [("centre_denied", "sms"), ("centre_taken_back", "in_app")]


def test_a_closure_answers_only_the_weeks_it_takes(cast: Cast, room: Room) -> None:
    rows = ask(room, weeks=4)
    when = (span(9, "08:00", "09:00")[0], span(18, "08:00", "09:00")[0])
    closing.close(room.centre, room=None, span=when, why="停电检修", take_back=True, by=By(cast.community))
    states = [Booking.objects.get(pk=row.pk).state for row in rows]
    assert states == ["requested", "refused", "refused", "requested"]


def test_only_its_keepers_close_a_centre_and_open_it_again(cast: Cast, room: Room) -> None:
    others = (cast.community2, cast.worker, cast.dispatcher, cast.auditor, cast.department, cast.section)
    for user in others:
        with pytest.raises(Refused):
            close(cast, room, By(user))
    close(cast, room)
    row = Closure.objects.get()
    for user in others:
        with pytest.raises(Refused):
            closing.lift(row, by=By(user))
    with clock.at(row.span.upper), pytest.raises(Refused):
        closing.lift(row, by=By(cast.community))
    closing.lift(row, by=By(cast.director))
    assert not Closure.objects.exists()


def test_a_closure_that_makes_no_sense(cast: Cast, room: Room) -> None:
    street = make_centre(cast, street=True)
    with pytest.raises(Refused) as elsewhere:
        closing.close(street, room=room, span=span(), why="粉刷", take_back=False, by=By(cast.director))
    assert elsewhere.value.field == "room"
    start, end = span()
    year = timedelta(days=400)
    for when in ((end, start), (start - year, end - year), (start, start + year)):
        with pytest.raises(Refused) as caught:
            closing.close(
                room.centre, room=room, span=when, why="粉刷", take_back=False, by=By(cast.community)
            )
        assert caught.value.field == "until"


# --- the day before --------------------------------------------------------------------------
def test_the_day_before_whoever_has_a_room_is_told_once(cast: Cast, room: Room) -> None:
    put(room, cast.director, when=span(1))
    asked(make_room(room.centre, name="三楼"), State.APPROVED, ahead=1)
    asked(room, State.APPROVED, ahead=2)
    put(room, cast.community, when=span(1, "13:00", "14:00"), state="requested")
    assert [tasks.remind_of_rooms() for _time in range(2)] == [2, 2]
    told = Message.objects.filter(kind="centre_tomorrow").values_list("channel", flat=True)
    assert sorted(told) == ["in_app", "sms"]
