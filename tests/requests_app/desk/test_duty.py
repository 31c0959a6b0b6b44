"""The duty roster by the week, shifts in turn, two people swapping, and notes between shifts."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from grids.models import DutyShift, today
from requests_app.desk import roster, services
from requests_app.desk.models import HandOver, HandOverRead
from requests_app.models import Ticket
from tests.cast import Cast
from tests.factories import make_shift
from tests.requests_app.desk.test_front import as_user
from tests.requests_app.matters import told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def line(cast: Cast, name: str = "dispatcher", unit: int = 0) -> list[roster.Cell]:
    return roster.week(MONDAY, getattr(cast, name)).lines[unit].cells


# --- the week ----------------------------------------------------------------------------
def test_nights_and_free_days_without_anybody_are_gaps(cast: Cast) -> None:
    cells = line(cast)
    assert [len(cell.gaps) for cell in cells] == [2, 2, 2, 2, 2, 1, 1]


def test_a_series_leaves_no_gap(cast: Cast) -> None:
    people = [cast.dispatcher, cast.section]
    made, left = services.add_series(
        people,
        community=None,
        first=MONDAY - timedelta(days=1),
        last=MONDAY + timedelta(days=6),
        by=cast.dispatcher,
    )
    assert (made, left) == (8, [])
    assert [cell.gaps for cell in line(cast)] == [[]] * 7
    assert [shift.user for shift in DutyShift.objects.order_by("starts_at")[:3]] == [
        cast.dispatcher,
        cast.section,
        cast.dispatcher,
    ]


def test_the_street_stands_in_for_a_community(cast: Cast) -> None:
    services.add_series([cast.dispatcher], community=None, first=MONDAY, last=MONDAY, by=cast.dispatcher)
    cell = line(cast, unit=1)[0]
    assert (len(cell.gaps), cell.shifts) == (1, [])
    own = make_shift(
        cast.community,
        community=cast.community_unit,
        starts_at=datetime(2026, 3, 7, 0, 0, tzinfo=SHANGHAI),
        hours=24,
    )
    week = roster.week(MONDAY, cast.community)
    assert [unit.community for unit in week.lines] == [None, cast.community_unit]
    assert (week.lines[1].cells[5].shifts, week.lines[1].cells[5].gaps) == ([own], [])


def test_a_series_leaves_taken_days_alone(cast: Cast) -> None:
    services.add_series([cast.dispatcher], community=None, first=MONDAY, last=MONDAY, by=cast.dispatcher)
    made, left = services.add_series(
        [cast.section], community=None, first=MONDAY, last=MONDAY + timedelta(days=1), by=cast.dispatcher
    )
    assert (made, left) == (1, [MONDAY])


def test_a_community_leader_fills_the_own_roster_only(cast: Cast) -> None:
    client = as_user(cast.community_leader)
    given: dict[str, Any] = {"people": [cast.community.pk], "first": today(), "last": today()}
    assert client.post("/admin/duty/series/", {**given, "unit": cast.community_unit2.pk}).status_code == 422
    assert client.post("/admin/duty/series/", given).status_code == 422
    assert (
        client.post("/admin/duty/series/", {**given, "unit": cast.community_unit.pk}).status_code == 302 + 1
    )
    assert DutyShift.objects.get().community == cast.community_unit


@pytest.mark.parametrize(
    ("name", "sees", "edits"),
    [
        ("dispatcher", 200, 422),
        ("community", 200, 403),
        ("auditor", 200, 403),
        ("worker", 403, 403),
        ("department", 403, 403),
    ],
)
def test_who_sees_and_who_edits(cast: Cast, name: str, sees: int, edits: int) -> None:
    client = as_user(getattr(cast, name))
    assert client.get("/admin/duty/").status_code == sees
    assert client.post("/admin/duty/series/", {}).status_code == edits
    assert client.post("/admin/duty/swap/", {}).status_code == edits


def test_two_people_swap(cast: Cast) -> None:
    one, other = (
        make_shift(cast.dispatcher),
        make_shift(cast.section, starts_at=clock.now() + timedelta(days=1)),
    )
    data = {"one": f"{one.pk}:{one.user_id}", "other": f"{other.pk}:{other.user_id}"}
    client = as_user(cast.dispatcher)
    assert client.post("/admin/duty/swap/", data).status_code == 303
    one.refresh_from_db()
    assert one.user == cast.section
    assert client.post("/admin/duty/swap/", data).status_code == 409


def test_a_shift_that_is_over_stays(cast: Cast) -> None:
    old = make_shift(cast.dispatcher, starts_at=clock.now() - timedelta(days=2))
    new = make_shift(cast.section)
    with pytest.raises(Refused):
        services.swap(old.pk, new.pk, seen={old.pk: old.user_id, new.pk: new.user_id}, by=cast.dispatcher)


@pytest.mark.parametrize("count", [1, 3])
def test_the_week_asks_the_same_number_of_questions(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _n in range(count):
        make_shift(cast.dispatcher)
    client = as_user(cast.dispatcher)
    with django_assert_num_queries(7):
        client.get("/admin/duty/")


# --- notes -------------------------------------------------------------------------------
def test_a_note_lists_what_burns_and_waits_on_the_desk(cast: Cast) -> None:
    ticket = told(cast)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=clock.now())
    complaint = told(cast, about_staff=True)
    Ticket.objects.filter(pk=complaint.pk).update(due_at=clock.now())
    client = as_user(cast.dispatcher)
    assert client.post("/admin/handover/", {"to": cast.section.pk, "words": "夜里盯住"}).status_code == 303
    note = HandOver.objects.get()
    assert note.numbers == [ticket.number]
    assert "queue-handover" in as_user(cast.section).get("/admin/").content.decode()
    assert "queue-handover" not in as_user(cast.director).get("/admin/").content.decode()


def test_only_the_next_person_confirms(cast: Cast) -> None:
    note = services.hand_over(cast.dispatcher, to=cast.section, words="盯住", community=None)
    address = f"/admin/handover/{note.pk}/read/"
    assert as_user(cast.director).post(address).status_code == 404
    assert [as_user(cast.section).post(address).status_code for _n in range(2)] == [303, 303]
    assert HandOverRead.objects.get().note == note
    assert "queue-handover" not in as_user(cast.section).get("/admin/").content.decode()


def test_a_note_is_read_by_its_two_and_the_leader(cast: Cast) -> None:
    services.hand_over(cast.dispatcher, to=cast.section, words="盯住三号楼", community=None)
    seen = {
        name: "盯住三号楼" in as_user(getattr(cast, name)).get("/admin/handover/").content.decode()
        for name in ("dispatcher", "section", "director", "auditor", "community")
    }
    assert seen == {
        "dispatcher": True,
        "section": True,
        "director": True,
        "auditor": True,
        "community": False,
    }


def test_an_auditor_writes_no_note(cast: Cast) -> None:
    as_user(cast.auditor).post("/admin/handover/", {"to": cast.section.pk})
    assert HandOver.objects.count() == 0


def test_a_note_never_changes(cast: Cast) -> None:
    note = services.hand_over(cast.dispatcher, to=cast.section, words="盯住", community=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOver.objects.filter(pk=note.pk).update(words="别的")


# --- on a phone --------------------------------------------------------------------------
def test_a_grid_leader_reads_shifts_and_notes_on_the_phone(cast: Cast) -> None:
    make_shift(cast.leader, community=cast.community_unit)
    note = services.hand_over(cast.community, to=cast.leader, words="夜里盯住", community=cast.community_unit)
    client = as_user(cast.leader)
    page = client.get("/worker/duty/")
    assert ([shift.user for shift in page.context["shifts"]], "夜里盯住" in page.content.decode()) == (
        [cast.leader],
        True,
    )
    assert client.post(f"/worker/duty/notes/{note.pk}/read/").status_code == 303
    assert HandOverRead.objects.get().note == note


def test_whoever_is_left_a_note_hears_of_it(cast: Cast) -> None:
    services.hand_over(cast.community, to=cast.leader, words="夜里盯住", community=None)
    message = Message.objects.get(kind="handover")
    assert (message.user, "夜里盯住" in message.text) == (cast.leader, False)
    assert as_user(cast.leader).get(urlsplit(message.link).path).status_code == 200


def test_on_the_phone_a_note_goes_to_whoever_stands_on_the_same_roster(cast: Cast) -> None:
    make_shift(cast.leader, community=cast.community_unit)
    make_shift(cast.leader_beside, community=cast.community_unit, starts_at=clock.now() + timedelta(days=1))
    make_shift(cast.leader2, community=cast.community_unit2)
    ticket = told(cast, grid=cast.grid_beside)
    Ticket.objects.filter(pk=ticket.pk).update(urgency="A", due_at=clock.now())
    client = as_user(cast.leader)
    refused = client.post("/worker/duty/", {"to": cast.leader2.pk, "words": "九点回访"})
    assert (refused.status_code, "九点回访" in refused.content.decode()) == (422, True)
    assert client.post("/worker/duty/", {"to": cast.leader_beside.pk, "words": "九点回访"}).status_code == 303
    assert HandOver.objects.get().numbers == [ticket.number]


def test_a_strangers_note_is_not_found_on_the_phone(cast: Cast) -> None:
    note = services.hand_over(cast.community, to=cast.leader, words="夜里盯住", community=None)
    client = as_user(cast.worker)
    assert client.post(f"/worker/duty/notes/{note.pk}/read/").status_code == 404
    assert "夜里盯住" not in client.get("/worker/duty/").content.decode()


def test_without_a_shift_nobody_hands_over_on_the_phone(cast: Cast) -> None:
    page = as_user(cast.worker).post("/worker/duty/", {"to": cast.leader.pk, "words": "x"})
    assert (page.context["form"], HandOver.objects.count()) == (None, 0)
