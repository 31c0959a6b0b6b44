"""The page of the year: figures recomputed plainly, who reads what, the document."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.checkins.models import MemberCheckIn, Service
from partybuilding.organisations.coverage import Covered
from partybuilding.year.chapters import CHAPTERS
from partybuilding.year.chapters.hands import CHECK_INS
from partybuilding.year.figures import Chapter, Row, Span, Value, Within, tables, text
from tests.cast import Cast
from tests.partybuilding.checkins.scene import OTHER_PHONE, member_in, served, unit_in
from tests.partybuilding.clients import as_

pytestmark = pytest.mark.django_db
THIS = Span(today().year)
PAGE = f"/admin/party/year/{THIS.year}/"


def rows_of(chapter: Chapter, within: Within = None, span: Span = THIS) -> list[Row]:
    ((_chapter, rows),) = tables([chapter], span, within)
    return rows


def row_of(chapter: Chapter, name: str, within: Within = None, span: Span = THIS) -> tuple[Value, ...]:
    return next(row.values for row in rows_of(chapter, within, span) if row.name == name)


# --- what is counted -------------------------------------------------------------------------
def test_check_ins_are_those_of_a_plain_count(cast: Cast) -> None:
    unit_in(cast)
    unit_in(cast, name="济南热力", confirmed=False)
    member = member_in(cast)
    served(member, "confirmed", hours="2.5")
    served(member, "confirmed", hours="1.5")
    served(member, "reported")
    mine = Service.objects.filter(turn="confirmed", member__community=cast.community_unit)
    hours = sum((row.hours or Decimal(0) for row in mine), Decimal(0))
    assert row_of(CHECK_INS, cast.community_unit.name) == (1, 1, 2, hours)
    assert row_of(CHECK_INS, cast.community_unit2.name) == (0, 0, 0, 0)


def test_who_left_within_the_year_is_not_here_and_hours_stay(cast: Cast) -> None:
    member = member_in(cast)
    served(member, "confirmed", hours="3.0")
    MemberCheckIn.objects.filter(pk=member.pk).update(withdrawn_at=timezone.now() - timedelta(minutes=1))
    assert row_of(CHECK_INS, cast.community_unit.name) == (0, 0, 1, Decimal("3.0"))


def test_a_year_knows_nothing_of_the_next(cast: Cast) -> None:
    member_in(cast)
    last = Span(THIS.year - 1)
    assert row_of(CHECK_INS, cast.community_unit.name, span=last) == (0, 0, 0, 0)
    assert last.is_over
    assert (last.first.month, last.last.month) == (1, 12)


def test_all_together_is_the_sum(cast: Cast) -> None:
    member_in(cast)
    member_in(cast, phone=OTHER_PHONE, community=cast.community_unit2, confirmed=False)
    rows = rows_of(CHECK_INS)
    total = rows[-1]
    assert total.is_total
    sums = [sum(row.values[place] for row in rows[:-1]) for place in range(4)]  # type: ignore[misc]
    assert list(total.values) == sums


def test_a_community_alone_has_no_total(cast: Cast) -> None:
    assert len(rows_of(CHECK_INS, [cast.community_unit.pk])) == 1


@pytest.mark.parametrize(
    ("value", "written"),
    [(3, "3"), (Decimal("2.50"), "2.5"), (Covered(4, 1), "1/4 · 25%"), (Covered(), "—"), (Decimal(10), "10")],
)
def test_a_value_reads_as_one_would_write_it(value: Value, written: str) -> None:
    assert text(value) == written


# --- who reads -------------------------------------------------------------------------------
def test_the_street_reads_all_and_a_community_its_own(cast: Cast) -> None:
    for user, seen in ((cast.director, True), (cast.auditor, True), (cast.community, False)):
        body = as_(user).get(PAGE).content.decode()
        assert (cast.community_unit2.name in body) is seen, user
        assert cast.community_unit.name in body


@pytest.mark.parametrize("who", ["worker", "department", "parttime"])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}document/"])
def test_others_stand_before_the_door(cast: Cast, who: str, address: str) -> None:
    assert as_(getattr(cast, who)).get(address).status_code == 403


@pytest.mark.parametrize("year", [1999, today().year + 1])
def test_there_is_no_page_of_a_year_without_records(cast: Cast, year: int) -> None:
    assert as_(cast.director).get(f"/admin/party/year/{year}/").status_code == 404


def test_the_page_asks_as_often_for_many_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.director)
    client.get(PAGE)
    with django_assert_num_queries(31) as once:
        client.get(PAGE)
    for number in range(3):
        served(member_in(cast, phone=f"1995371001{number}"), "confirmed")
    with django_assert_num_queries(len(once)):
        client.get(PAGE)


# --- the document ----------------------------------------------------------------------------
def test_the_document_says_what_the_page_says(cast: Cast) -> None:
    unit_in(cast)
    answer = as_(cast.community).get(f"{PAGE}document/")
    paper = Document(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    tables = [[[cell.text for cell in row.cells] for row in each.rows] for each in paper.tables]
    assert [row[0] for row in tables[1]][1:] == [cast.community_unit.name]
    assert tables[1][1][1:] == ["1", "0", "0", "0"]
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for chapter in CHAPTERS:
        assert str(chapter.label) in words
        assert all(str(column.definition) in words for column in chapter.columns)


def test_this_year_is_read_when_none_is_named(cast: Cast) -> None:
    assert as_(cast.director).get("/admin/party/year/").context["span"] == THIS
