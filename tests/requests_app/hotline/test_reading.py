"""What a file says: encodings, delimiters, dates, formulas, numbers that come twice, and what is refused."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from requests_app.hotline.models import HotlineRun, Layout
from requests_app.hotline.services import runs
from requests_app.hotline.terms import Column
from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.hotline.files import (
    MESSAGES,
    ORDERS,
    checked,
    imported,
    order,
    refusals,
    settled,
    text,
    ticket_of,
    uploaded,
    waiting,
    xlsx,
)
from wangguan.exchange.run import ImportState
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def local(ticket: Ticket) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(ticket.arrived_at):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_every_dress(cast: Cast, encoding: str, delimiter: str) -> None:
    content = text([settled(), waiting()], encoding=encoding, delimiter=delimiter)
    run = checked(uploaded(content, cast.dispatcher, "12345.csv"))

    assert (run.state, run.error) == (ImportState.CHECKED, "")
    assert (run.created, run.history, run.open_rows, run.refused) == (2, 1, 1, 0)


def test_a_title_may_stand_above_the_headings(cast: Cast) -> None:
    content = "市民热线转办清单\n".encode("gbk") + text([settled()], encoding="gbk", delimiter=",")

    assert checked(uploaded(content, cast.dispatcher)).created == 1


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2019/4/24 16:03", "2019-04-24 16:03:00"),
        ("2019-04-24 16:03:40", "2019-04-24 16:03:40"),
        ("2019年4月24日 16时3分", "2019-04-24 16:03:00"),
        ("2019.4.24", "2019-04-24 12:00:00"),
        (datetime.fromisoformat("2019-04-24 16:03"), "2019-04-24 16:03:00"),
    ],
)
def test_times_are_read_as_people_write_them(cast: Cast, typed: Any, moment: str) -> None:
    imported(xlsx([settled(留言时间=typed)]), cast.dispatcher)

    assert local(ticket_of("2554")) == moment


def test_days_of_the_other_calendar_are_the_same_days(cast: Cast) -> None:
    content = xlsx([settled(留言时间=datetime.fromisoformat("2019-04-24 16:03"))], epoch=CALENDAR_MAC_1904)
    imported(content, cast.dispatcher)

    assert local(ticket_of("2554")) == "2019-04-24 16:03:00"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"留言时间": "昨天下午"}, "留言时间"),
        ({"留言时间": "2019/2/30 10:00"}, "留言时间"),
        ({"留言时间": ""}, "留言时间"),
        ({"留言时间": "2999/1/1 10:00"}, "留言时间"),
        ({"留言时间": "0019/4/24 16:03"}, "留言时间"),
        ({"留言详情": "  "}, "留言详情"),
        ({"留言详情": "长" * 20_001}, "留言详情"),
        ({"留言详情": "=HYPERLINK(1)"}, "留言详情"),
        ({"留言编号": ""}, "留言编号"),
        ({"留言编号": "9" * 65}, "留言编号"),
        ({"留言用户": "名" * 61}, "留言用户"),
        ({"答复意见": ""}, "答复意见"),
        ({"答复时间": ""}, "答复时间"),
        ({"答复时间": "2018/1/1"}, "答复时间"),
        ({"答复时间": "not yet"}, "答复时间"),
    ],
)
def test_a_wrong_row_is_left_out_with_its_column(cast: Cast, cells: dict[str, Any], column: str) -> None:
    run = checked(uploaded(xlsx([settled("1"), settled("2", **cells)]), cast.dispatcher))

    assert (run.created, run.refused, refusals(run)) == (1, 1, [(3, column)])


def test_the_report_never_says_what_stands_in_a_row(cast: Cast) -> None:
    secret = "李秘密住在某处"
    rows = [settled("1", 留言用户=secret * 10, 留言时间=secret), settled("2", 留言详情=secret), settled("2")]
    run = checked(uploaded(xlsx(rows), cast.dispatcher))

    assert (run.refused, run.changed) == (1, 1)
    assert secret not in str(run.report) + run.error


def test_a_reply_of_the_same_day_is_never_older_than_the_matter(cast: Cast) -> None:
    imported(xlsx([settled(答复时间="2019/4/24")]), cast.dispatcher)

    ticket = ticket_of("2554")
    assert ticket.closed_at == ticket.arrived_at


def test_a_number_that_comes_twice_counts_once(cast: Cast) -> None:
    rows = [settled("7"), settled("7"), settled("7", 留言详情="完全不同的一件事。")]
    run = checked(uploaded(xlsx(rows), cast.dispatcher))

    assert (run.created, run.unchanged, run.changed) == (1, 1, 1)
    assert [row["row"] for row in run.report["rows"]] == [4]


def test_earlier_imports_are_known_by_their_number(cast: Cast) -> None:
    imported(xlsx([settled("7"), waiting("8")]), cast.dispatcher)
    rows = [settled("7"), settled("8"), settled("7", 留言详情="别的话。"), settled("9")]
    run = checked(uploaded(xlsx(rows), cast.dispatcher))

    assert (run.created, run.unchanged, run.changed) == (1, 1, 2)
    assert ticket_of("8").status == "submitted"


def test_headings_are_told_once_and_known_again(cast: Cast) -> None:
    first = uploaded(xlsx([order()], ORDERS), cast.dispatcher)
    second = runs.upload(SimpleUploadedFile("b.xlsx", xlsx([order()], ORDERS)), by=cast.director)

    assert Layout.objects.count() == 1
    assert second.layout == first.layout
    assert first.layout
    assert first.layout.columns["工单内容"] == Column.TEXT
    assert "承办单位" not in first.layout.columns


def test_a_layout_needs_its_columns(cast: Cast) -> None:
    run = runs.upload(SimpleUploadedFile("a.xlsx", xlsx([settled()])), by=cast.dispatcher)
    with pytest.raises(Refused):
        runs.name_columns(run, name="x", columns={"留言编号": Column.NUMBER}, by=cast.dispatcher)
    with pytest.raises(Refused):
        runs.name_columns(
            run, name="x", columns=dict.fromkeys(MESSAGES[:2], Column.NUMBER), by=cast.dispatcher
        )


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\x00", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1 an old xls", b"\xff\xff\xff"],
)
def test_what_is_no_table_is_refused(cast: Cast, content: bytes) -> None:
    with pytest.raises(Refused):
        runs.upload(SimpleUploadedFile("x", content), by=cast.dispatcher)
    assert not HotlineRun.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(cast: Cast) -> None:
    file = SimpleUploadedFile("x.csv", b"a,b")
    file.size = 21 * 1024 * 1024
    with pytest.raises(Refused, match="20"):
        runs.upload(file, by=cast.dispatcher)


def test_a_heading_that_stands_twice_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        runs.upload(SimpleUploadedFile("x.csv", "编号,内容,内容\n1,2,3".encode()), by=cast.dispatcher)
