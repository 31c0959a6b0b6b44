"""Which requests everybody reads, which a key reads, and how they are narrowed."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app.models import Category, Photo, Publication, Ticket
from requests_app.services import RESIDENT, SYSTEM, publishing, staff, take
from requests_app.services.publishing import Text
from requests_app.services.verdict import give_verdict
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, told
from tests.requests_app.open311.conftest import (
    ANSWER,
    LAMP,
    PARKING,
    PLACE,
    WORDS,
    Caller,
    released_closed,
    released_open,
)
from tests.requests_app.test_pages_public import picture
from wangguan import clock

SECRET = "联系人张三丰 13812348000，2单元501"


def numbers(caller: Caller, **query: object) -> list[str]:
    return [row["service_request_id"] for row in caller.get("requests", **query)]


def w3c(moment: object) -> str:
    return moment.isoformat()  # type: ignore[attr-defined]


# --- who reads what ----------------------------------------------------------------------
def test_released_matters_are_listed(cast: Cast, anybody: Caller) -> None:
    opened, closed = released_open(cast), released_closed(cast)
    told_of = {row["service_request_id"]: row["status"] for row in anybody.get("requests")}
    assert told_of == {opened.number: "open", closed.number: "closed"}


@pytest.mark.parametrize("agreed", [True, False])
def test_what_nobody_released_is_not_listed(cast: Cast, anybody: Caller, agreed: bool) -> None:
    answered(cast, may_publish=agreed)
    assert numbers(anybody) == []


def test_taken_down_is_not_listed(cast: Cast, anybody: Caller) -> None:
    publishing.take_down(released_open(cast), by=cast.community)
    assert numbers(anybody) == []


def test_withdrawn_is_not_listed(cast: Cast, anybody: Caller) -> None:
    take(released_open(cast), "withdraw", by=RESIDENT)
    assert numbers(anybody) == []


def test_a_complaint_about_staff_is_not_listed(cast: Cast, anybody: Caller) -> None:
    ticket = released_open(cast)
    Ticket.objects.filter(pk=ticket.pk).update(about_staff=True, level="street")
    assert numbers(anybody) == []


def test_reopened_is_not_listed_until_it_is_released_again(cast: Cast, anybody: Caller) -> None:
    give_verdict(released_closed(cast), solved=False, comment="又坏了")
    assert numbers(anybody) == []


def test_nothing_of_the_resident_is_told(cast: Cast, anybody: Caller) -> None:
    ticket = released_closed(cast, description=SECRET, contact_name="张三丰", address="九区3号楼2单元501")
    page = anybody.ask(f"requests/{ticket.number}.json").content.decode()
    assert [part for part in ("张三丰", "13812348000", "0099", "501", "2单元") if part in page] == []


def test_a_key_reads_what_it_sent(app: Caller, other: Caller, anybody: Caller) -> None:
    ticket = app.tell()
    assert (numbers(app), numbers(other), numbers(anybody)) == ([ticket.number], [], [])


def test_a_key_reads_its_own_as_it_sent_them(cast: Cast, app: Caller) -> None:
    ticket = app.tell(description="原话 13812348000", address_string="九区3号楼2单元501")
    [row] = app.get(f"requests/{ticket.number}")
    assert (row["description"], row["address"]) == ("原话 13812348000", "九区3号楼2单元501")


def test_a_key_reads_the_answer_once_it_was_given(cast: Cast, app: Caller) -> None:
    ticket = app.tell()
    take(ticket, "accept", by=staff(cast.worker))
    take(ticket, "resolve", by=staff(cast.worker), answer=ANSWER)
    before = app.get(f"requests/{ticket.number}")[0]
    take(ticket, "answer", by=SYSTEM, how="sms")
    after = app.get(f"requests/{ticket.number}")[0]
    assert [(row["status"], row["status_notes"]) for row in (before, after)] == [
        ("open", None),
        ("closed", ANSWER),
    ]


def test_a_key_reads_public_ones_too(cast: Cast, app: Caller) -> None:
    ticket = released_closed(cast, description=SECRET)
    assert [row["description"] for row in app.get("requests")] == [WORDS]
    assert numbers(app) == [ticket.number]


# --- how one looks -----------------------------------------------------------------------
def test_a_request_has_every_field_of_the_specification(cast: Cast, anybody: Caller) -> None:
    lamp = Category.objects.get(code=LAMP)
    ticket = released_closed(cast, category=lamp, latitude=36.63123, longitude=116.93187)
    ticket.refresh_from_db()
    [row] = anybody.get("requests")
    moments = {name: row.pop(name) for name in ("requested_datetime", "updated_datetime")}
    assert row == {
        "service_request_id": ticket.number,
        "status": "closed",
        "status_notes": ANSWER,
        "service_name": "路灯",
        "service_code": LAMP,
        "description": WORDS,
        "agency_responsible": "九区社区第三网格",
        "service_notice": None,
        "expected_datetime": None,
        "address": PLACE,
        "address_id": None,
        "zipcode": None,
        "lat": 36.631,
        "long": 116.932,
        "media_url": None,
    }
    local = timezone.localtime(ticket.arrived_at).isoformat(timespec="seconds")
    assert moments["requested_datetime"] == local


def test_moments_carry_the_streets_offset(cast: Cast, anybody: Caller) -> None:
    released_open(cast)
    [row] = anybody.get("requests")
    assert row["expected_datetime"].endswith("+08:00")


def test_without_a_released_place_no_point_is_told(cast: Cast, anybody: Caller) -> None:
    released_open(cast, text=Text(WORDS, "", ""), latitude=36.631, longitude=116.931)
    [row] = anybody.get("requests")
    assert (row["address"], row["lat"], row["long"]) == (None, None, None)


@pytest.mark.parametrize("step", ["declined", "merged"])
def test_declined_and_merged_are_closed(cast: Cast, anybody: Caller, step: str) -> None:
    ticket = released_open(cast)
    if step == "merged":
        take(ticket, "merge", by=staff(cast.community), parent=accepted(cast))
    else:
        take(ticket, "decline", by=staff(cast.community), note="不归街道管", answer="请打 12345。")
    assert [row["status"] for row in anybody.get("requests")] == ["closed"]


def test_only_released_photos_are_named(cast: Cast, anybody: Caller, app: Caller, settings: Settings) -> None:
    ticket = app.tell(media=picture(), may_publish="true")
    photo = Photo.objects.get(ticket=ticket)
    publishing.release(ticket, by=cast.community, text=Text(WORDS, "", PLACE), photos=[photo])
    [row] = anybody.get("requests")
    assert row["media_url"] == f"{settings.SITE_URL}/board/{ticket.number}/photos/{photo.pk}/image/"
    with closing(Client().get(row["media_url"].removeprefix(settings.SITE_URL))) as shown:
        assert shown.status_code == 200


def test_released_later_is_news(cast: Cast, anybody: Caller) -> None:
    ticket = answered(cast, may_publish=True)
    since = clock.now()
    publishing.release(ticket, by=cast.community, text=Text(WORDS, ANSWER, PLACE))
    assert numbers(anybody, updated_after=w3c(since)) == [ticket.number]


# --- narrowing ---------------------------------------------------------------------------
def aged(ticket: Ticket, days: float) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(arrived_at=clock.now() - timedelta(days=days))
    return ticket


def test_the_newest_come_first(cast: Cast, anybody: Caller) -> None:
    older, newer = aged(released_open(cast), 3), aged(released_open(cast), 1)
    assert numbers(anybody) == [newer.number, older.number]


def test_ninety_days_are_asked_for_unless_it_is_said(cast: Cast, anybody: Caller) -> None:
    near, far = aged(released_open(cast), 89), aged(released_open(cast), 91)
    assert numbers(anybody) == [near.number]
    assert numbers(anybody, start_date=w3c(clock.now() - timedelta(days=95))) == [near.number, far.number]


def test_a_start_alone_reaches_ninety_days(cast: Cast, anybody: Caller) -> None:
    released_open(cast)
    assert numbers(anybody, start_date=w3c(clock.now() - timedelta(days=100))) == []


def test_both_ends_of_a_span_belong_to_it(cast: Cast, anybody: Caller) -> None:
    ticket = released_open(cast)
    ticket.refresh_from_db()
    at = w3c(ticket.arrived_at)
    assert numbers(anybody, start_date=at, end_date=at) == [ticket.number]


def test_z_and_an_offset_name_the_same_moment(cast: Cast, anybody: Caller) -> None:
    aged(released_open(cast), 2)
    span = {"start_date": clock.now() - timedelta(days=3), "end_date": clock.now() - timedelta(days=1)}
    zulu = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in span.items()}
    local = {name: f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S+08:00}" for name, at in span.items()}
    assert numbers(anybody, **zulu) == numbers(anybody, **local) != []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("open", ["open"]),
        ("closed", ["closed"]),
        ("open,closed", ["closed", "open"]),
        ("", ["closed", "open"]),
    ],
)
def test_status_narrows(cast: Cast, anybody: Caller, asked: str, expected: list[str]) -> None:
    released_open(cast)
    released_closed(cast)
    assert [row["status"] for row in anybody.get("requests", status=asked)] == expected


def test_service_code_narrows_to_several(cast: Cast, anybody: Caller) -> None:
    kinds = {row.code: row for row in Category.objects.filter(code__in=[LAMP, PARKING, "1303"])}
    lamp, parking, _other = (released_open(cast, category=kinds[code]) for code in (LAMP, PARKING, "1303"))
    assert set(numbers(anybody, service_code=f"{LAMP}, {PARKING}")) == {lamp.number, parking.number}
    assert set(numbers(anybody, service_code=[LAMP, PARKING])) == {lamp.number, parking.number}


def test_numbers_override_all_else(cast: Cast, anybody: Caller) -> None:
    old, _new = aged(released_open(cast), 200), released_open(cast)
    wrong = {"status": "broken", "start_date": "yesterday", "page": "-1", "service_code": "none"}
    assert numbers(anybody, service_request_id=f"{old.number},WG-unknown", **wrong) == [old.number]


def test_a_number_that_nothing_can_store_is_left_out(anybody: Caller) -> None:
    assert numbers(anybody, service_request_id="a\x00") == []


def test_numbers_of_matters_not_open_to_one_are_left_out(cast: Cast, anybody: Caller) -> None:
    assert numbers(anybody, service_request_id=told(cast).number) == []


def test_updated_reaches_matters_older_than_ninety_days(cast: Cast, anybody: Caller) -> None:
    ticket = aged(released_open(cast), 200)
    assert numbers(anybody, updated_after=w3c(clock.now() - timedelta(hours=1))) == [ticket.number]
    assert numbers(anybody, updated_before=w3c(clock.now() - timedelta(hours=1))) == []


def test_pages_follow_one_another(cast: Cast, anybody: Caller) -> None:
    rows = [aged(released_open(cast), days).number for days in (1, 2, 3)]
    assert numbers(anybody, page_size=2) == rows[:2]
    assert numbers(anybody, page_size=2, page=2) == rows[2:]
    assert numbers(anybody, page_size=200, page="") == rows


def test_a_page_behind_the_last_is_empty(cast: Cast, anybody: Caller) -> None:
    released_open(cast)
    assert numbers(anybody, page=9) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_statements_for_three(
    cast: Cast, anybody: Caller, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        released_closed(cast)
    with django_assert_num_queries(3):
        anybody.get("requests")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_keys_list_takes_as_many_statements_for_three(
    app: Caller, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        app.tell()
    with django_assert_num_queries(4):
        app.get("requests")


def test_what_is_released_open_stays_off_the_board(cast: Cast, client: Client) -> None:
    ticket = released_open(cast)
    assert WORDS not in client.get("/board/").content.decode()
    assert client.get(f"/board/{ticket.number}/").status_code == 404
    assert not Publication.objects.shown().exists()
