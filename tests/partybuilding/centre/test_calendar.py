"""Calendar files, read back as RFC 5545 says: folding, escaping, the zone, what stands in them."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from partybuilding.access import By
from partybuilding.centre import calendar, ics
from partybuilding.centre.ics import Event
from partybuilding.centre.models import Activity, Booking, Centre, Closure, Room
from partybuilding.centre.queries import ranged
from partybuilding.centre.services import activities
from partybuilding.gatherings.services import making
from tests.cast import Cast
from tests.partybuilding.centre.scene import (
    NAME,
    PHONE,
    contact,
    make_centre,
    make_room,
    moment,
    next_day,
    put,
    span,
)
from tests.partybuilding.gatherings.scene import knowing as knowing_gathering


def unfolded(content: bytes) -> list[str]:
    """Content lines, read as section 3.1 says."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def events(content: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(content):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            key, value = line.split(":", 1)
            found[-1].setdefault(key, value)
    return found


def text(value: str) -> str:
    """What an escaped value means (section 3.3.11)."""
    said, marked = "", False
    for letter in value:
        if marked:
            said, marked = said + ("\n" if letter in "nN" else letter), False
        elif letter == "\\":
            marked = True
        else:
            said += letter
    return said


def event(**fields: Any) -> Event:
    given = {"uid": "a@b", "starts_at": moment("2026-12-03 09:00"), "ends_at": moment("2026-12-03 11:30")}
    return Event(**{"title": "例会", **given, **fields})


def test_a_file_is_framed_with_its_zone() -> None:
    lines = unfolded(ics.write("中心", [event()]))
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert lines.index("BEGIN:VTIMEZONE") < lines.index("BEGIN:VEVENT")
    assert "TZID:Asia/Shanghai" in lines
    assert "TZOFFSETTO:+0800" in lines
    (found,) = events(ics.write("中心", [event()]))
    assert found["DTSTART;TZID=Asia/Shanghai"] == "20261203T090000"
    assert found["DTEND;TZID=Asia/Shanghai"] == "20261203T113000"
    assert found["DTSTAMP"].endswith("Z")


@pytest.mark.parametrize(
    "said",
    [
        "甲，乙; 丙, 丁\\ 戊",
        "第一行\r\n第二行\n第三行",
        "一" * 200,
        "a" * 74 + "二" + "🎏" * 40,
        "END:VEVENT\r\nBEGIN:VEVENT",
    ],
)
def test_text_comes_back_as_it_was(said: str) -> None:
    content = ics.write(said, [event(title=said, words=said, place=said)])
    (found,) = events(content)
    expected = "\n".join(said.splitlines())
    assert {text(found[key]) for key in ("SUMMARY", "DESCRIPTION", "LOCATION")} == {expected}


def test_what_cannot_be_printed_is_left_out() -> None:
    (found,) = events(ics.write("中心", [event(title="甲\x00\x07乙")]))
    assert found["SUMMARY"] == "甲乙"


def test_what_comes_again_and_what_is_called_off() -> None:
    (found,) = events(
        ics.write("中心", [event(weekly=True, left_out=[moment("2026-12-10 09:00")], called_off=True)])
    )
    assert (found["RRULE"], found["STATUS"]) == ("FREQ=WEEKLY;BYDAY=TH", "CANCELLED")
    assert found["EXDATE;TZID=Asia/Shanghai"] == "20261210T090000"


def plan(cast: Cast, room: Room, title: str, *, ahead: int) -> Activity:
    by, form_id = By(cast.community), uuid4()
    return activities.plan(room, title, span=span(ahead), theme="law", organiser="", form_id=form_id, by=by)


# --- what stands in them ---------------------------------------------------------------------
@pytest.fixture
def room(cast: Cast) -> Room:
    contact(cast)
    return make_room(make_centre(cast), days=range(1, 6))


@pytest.mark.django_db
def test_everybodys_calendar_tells_hours_closures_and_activities(
    client: Client, cast: Cast, room: Room
) -> None:
    Centre.objects.update(closed_days=[1])
    make_room(room.centre, name="三楼", days=[5])
    put(room, cast.director)
    open_day = next(day for day in range(1, 8) if next_day(day).weekday() == 4)
    Closure.objects.create(centre=room.centre, span=ranged(span(open_day, "08:00", "20:00")), why="停电")
    friday = next_day(open_day)
    row = plan(cast, room, "法律咨询", ahead=open_day + 6)
    making.call_off(row.gathering, why="改期", by=By(cast.community))
    response = client.get(f"/together/centre/{room.centre_id}/calendar.ics")
    content = response.content
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(content)
    weekly = [each for each in found if "RRULE" in each]
    assert [each["RRULE"][-2:] for each in weekly] == ["WE", "TH", "FR", "SA"]
    left_out = [each.get("EXDATE;TZID=Asia/Shanghai") for each in weekly]
    assert left_out == [None, None, f"{friday:%Y%m%d}T090000", None]
    assert [text(each["SUMMARY"])[-2:] for each in found if "closure" in each["UID"]] == ["停电"]
    (held,) = [each for each in found if each["UID"].startswith("gathering-")]
    assert (text(held["SUMMARY"]), held["STATUS"]) == ("法律咨询", "CANCELLED")
    assert not [word for word in (NAME, PHONE, "支部会", "例会") if word in content.decode()]


@pytest.mark.django_db
def test_an_activity_has_one_name_in_both_files(client: Client, cast: Cast, room: Room) -> None:
    open_day = next(day for day in range(1, 8) if next_day(day).weekday() == 4)
    row = activities.plan(
        room,
        "义诊",
        span=span(open_day),
        theme="health",
        organiser="",
        form_id=uuid4(),
        by=By(cast.community),
    )
    whole = events(client.get(f"/together/centre/{room.centre_id}/calendar.ics").content)
    one = events(knowing_gathering(PHONE).get(f"/together/g/{row.gathering_id}/calendar.ics").content)
    assert one[0]["UID"] in [each["UID"] for each in whole]


@pytest.mark.django_db
def test_ones_own_booking(cast: Cast, room: Room) -> None:
    row = put(room, cast.community)
    (found,) = events(calendar.of_booking(Booking.objects.for_list().get(pk=row.pk)))
    assert (text(found["SUMMARY"]), "STATUS" in found) == ("二楼会议室: 例会", False)
    Booking.objects.update(state="cancelled")
    (found,) = events(calendar.of_booking(Booking.objects.for_list().get(pk=row.pk)))
    assert found["STATUS"] == "CANCELLED"
