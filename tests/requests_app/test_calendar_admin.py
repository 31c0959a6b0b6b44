"""Importing a year: what is taken over, what is refused, and who may do it."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.calendar_import import import_year, parse_days
from requests_app.models import CalendarDay, CalendarYear
from tests.cast import Cast
from wangguan import workdays
from wangguan.refusals import Refused
from wangguan.workdays import current_calendar

CSV = "date,working,name\n2027-01-01,no,元旦\n2027-01-03,yes,元旦\n"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    workdays.forget()
    yield
    workdays.forget()


def dates(table: str) -> list[tuple[str, bool, str]]:
    return [(day.date.isoformat(), day.is_working, day.name) for day in parse_days(table, year=2027)]


@pytest.mark.parametrize(
    "table",
    [
        CSV,
        "\ufeff日期,是否上班,名称\r\n2027/01/03，班，元旦\r\n2027/01/01，休，元旦\r\n\r\n",
        json.dumps(
            [
                {"date": "2027-01-01", "working": False, "name": "元旦"},
                {"date": "2027-01-03", "working": True, "name": "元旦"},
            ]
        ),
    ],
    ids=["csv", "chinese csv", "json"],
)
def test_parse_days_reads_csv_and_json(table: str) -> None:
    assert dates(table) == [("2027-01-01", False, "元旦"), ("2027-01-03", True, "元旦")]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("2027-01-01,no\n2027-13-01,no", "2"),
        ("2027-01-01,no\n\n2026-12-31,no", "3"),
        ("2027-01-01,maybe", "1"),
        ('[{"date": "2027-01-01"}]', "1"),
        ("[1]", "1"),
        ('[{"date": ', "1"),
    ],
)
def test_parse_days_names_the_broken_row(table: str, row: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_days(table, year=2027)

    assert row in refused.value.sentence
    assert refused.value.field == "table"


@pytest.mark.parametrize("table", ["", "date,working,name", "2027-01-01,no\n2027-01-01,yes"])
def test_parse_days_refuses_nothing_and_twice(table: str) -> None:
    with pytest.raises(Refused):
        parse_days(table, year=2027)


@pytest.mark.django_db(transaction=True)
def test_import_year_publishes_it(cast: Cast) -> None:
    assert not current_calendar().published(2027)

    assert import_year(2027, CSV, source="notice", by=cast.dispatcher) == 2

    assert current_calendar().published(2027)
    assert current_calendar().is_working(date(2027, 1, 3))


@pytest.mark.django_db
def test_import_year_replaces_only_that_year(cast: Cast) -> None:
    CalendarDay.objects.create(date=date(2027, 5, 1), is_working=False)
    CalendarDay.objects.create(date=date(2026, 5, 1), is_working=False)

    import_year(2027, CSV, source="notice", by=cast.dispatcher)

    assert [day.isoformat() for day in CalendarDay.objects.values_list("date", flat=True)] == [
        "2026-05-01",
        "2027-01-01",
        "2027-01-03",
    ]


def post_import(client: Client, **fields: object) -> int:
    data = {"year": 2027, "source": "notice", "table": "", **fields}
    return client.post(reverse("admin:requests_app_calendarday_import"), data).status_code


def test_import_page_takes_a_pasted_year(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)

    assert post_import(client, table=CSV) == 302
    assert CalendarYear.objects.get().source == "notice"


def test_import_page_takes_a_file(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)

    assert post_import(client, file=SimpleUploadedFile("2027.csv", CSV.encode())) == 302
    assert CalendarDay.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"table": ""},
        {"table": "nonsense"},
        {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\xff")},
        {"file": SimpleUploadedFile("x.csv", b"x" * 100_001)},
    ],
)
def test_import_page_keeps_what_it_cannot_take(client: Client, cast: Cast, fields: dict[str, object]) -> None:
    client.force_login(cast.dispatcher)

    assert post_import(client, **fields) == 200
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("director", 302),
        ("dispatcher", 302),
        ("section", 403),
        ("community", 403),
        ("auditor", 403),
        ("leader", 302),
    ],
)
def test_import_page_opens_to_the_dispatch_centre(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))

    assert post_import(client, table=CSV) == status
    imported = who in ("director", "dispatcher")
    assert CalendarYear.objects.exists() is imported


def test_calendar_is_read_only_for_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.auditor)

    assert client.get(reverse("admin:requests_app_calendarday_changelist")).status_code == 200
    assert client.get(reverse("admin:requests_app_calendarday_add")).status_code == 403


def test_corrected_day_counts_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    assert current_calendar().is_working(date(2026, 11, 23))

    client.post(reverse("admin:requests_app_calendarday_add"), {"date": "2026-11-23", "name": "停电"})

    assert not current_calendar().is_working(date(2026, 11, 23))
