"""The document and the workbook, opened again: they say what the numbers say, and nothing else."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from openpyxl import load_workbook

from requests_app.models import Publication
from requests_app.reports.models import Entry, Report
from requests_app.reports.services import cases, docx, editing, paper, xlsx
from requests_app.reports.services.paper import Paper, Section, Share, Table
from requests_app.reports.terms import MOST_CASES, Form
from requests_app.services import publishing
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.reports.made import IN_THE_WEEK, MONDAY, counted, issued, matters, released
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://x","1")'


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def _document(report: Report) -> Any:
    return Document(BytesIO(docx.write(paper.build(report))))


def _words(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_departments_stand_with_their_rating_where_there_are_enough(cast: Cast) -> None:
    report = counted(cast.dispatcher)
    called = {"name": "城管", "called": 12, "in_time": 11, "late": 1, "missing": 0, "concluded": 12}
    report.data["whistles"] = [{**called, "mean": 4.26}, {**called, "mean": None}, called]
    tables = [table for section in paper.build(report).sections for table in section.tables]
    (table,) = [table for table in tables if table.rows and table.rows[0][0] == "城管"]
    assert [row[-1] for row in table.rows] == ["4.3", "—", "—"]
    assert len(table.head) == len(table.widths) == len(table.rows[0])


# --- both say the same ---------------------------------------------------------------------
def test_tables_of_both_files_hold_what_the_paper_holds(cast: Cast) -> None:
    matters(cast, number=12)
    report = counted(cast.dispatcher)
    tables = [table for section in paper.build(report).sections for table in section.tables]
    document = _document(report)
    book = load_workbook(BytesIO(xlsx.write(paper.build(report))))
    written = [table for table in tables if table.rows]
    assert len(document.tables) == len(written)
    for table, grid in zip(written, document.tables, strict=True):
        texts = [[cell.text for cell in row.cells] for row in grid.rows[1:]]
        assert [[re.sub(r"\d+$", "", row[0]), *row[1:]] for row in texts] == [
            [re.sub(r"\d+$", "", name), *rest] for name, *rest in map(paper.plain, table.rows)
        ]
    assert len(book.sheetnames) == len({table.title for table in tables}) + 2


def test_the_workbook_has_numbers_as_numbers_with_formats(cast: Cast) -> None:
    matters(cast, number=12)
    book = load_workbook(BytesIO(xlsx.write(paper.build(counted(cast.dispatcher)))))
    sheet = book[book.sheetnames[1]]
    assert (sheet["B2"].value, sheet["B2"].number_format) == (12, "#,##0")
    sources = next(book[name] for name in book.sheetnames[2:] if book[name]["C2"].number_format == "0.0%")
    assert sources["C2"].value == 1
    assert {book[name].freeze_panes for name in book.sheetnames} == {"A2"}


# --- the document's form -------------------------------------------------------------------
def test_the_document_is_a4_with_styles_and_page_numbers(cast: Cast) -> None:
    document = _document(counted(cast.dispatcher))
    page = document.sections[0]
    assert (round(page.page_width / Cm(1), 1), round(page.page_height / Cm(1), 1)) == (21.0, 29.7)
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert "Heading 1" in styles
    assert 'w:instr="PAGE"' in page.footer._element.xml
    faces = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1")
    }
    assert faces == {"Normal": "仿宋", "Heading 1": "黑体"}


def test_tables_repeat_their_head_and_fill_the_width(cast: Cast) -> None:
    document = _document(counted(cast.dispatcher))
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
        assert abs(sum(column.width for column in table.columns) - docx.WIDTH) < Cm(0.1)


def test_title_number_span_and_moment_stand_at_the_head(cast: Cast) -> None:
    made = paper.build(issued(cast.director))
    assert made.title.startswith("王官庄街道")
    number, span, moment = made.under
    assert [part in line for part, line in (("1", number), ("2026", span), ("10:00", moment))] == [True] * 3


# --- nothing dangerous, nothing personal ---------------------------------------------------
def test_texts_are_never_formulas(cast: Cast) -> None:
    table = Table(FORMULA, [FORMULA, "+1"], [[FORMULA, "-1"], ["@x", "\t=1"]], (50, 50))
    made = Paper(FORMULA, [FORMULA, FORMULA], [Section(FORMULA, [FORMULA], [table])], [FORMULA], "街道")
    book = load_workbook(BytesIO(xlsx.write(made)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.data_type == "s" for cell in cells if isinstance(cell.value, str))


def test_signs_that_no_file_can_hold_are_left_out(cast: Cast) -> None:
    made = Paper("a\x0bb", ["\x00"], [Section("c", ["d\x1f"])], [], "街道")
    assert _words(Document(BytesIO(docx.write(made)))).startswith("ab")
    assert xlsx.write(made)


def test_no_name_phone_or_words_of_a_resident_is_in_it(cast: Cast) -> None:
    with clock.at(IN_THE_WEEK - timedelta(days=60)):
        told(cast, description="三号楼张三丰家漏水", contact_name="李四", address="九区3号楼2单元501")
    report = counted(cast.dispatcher)
    book = load_workbook(BytesIO(xlsx.write(paper.build(report))))
    shown = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    shown += _words(_document(report)) + str(report.data)
    assert [part for part in ("张三丰", "李四", "13800000099", "501") if part in shown] == []


# --- cases ------------------------------------------------------------------------------------
def test_cases_are_those_released_in_the_words_released(cast: Cast) -> None:
    shown = released(cast)
    report = counted(cast.dispatcher)
    assert report.cases == [shown.pk]
    assert "楼道灯不亮，老人看不清。" in _words(_document(report))


def test_a_case_taken_off_the_board_leaves_the_draft(cast: Cast) -> None:
    shown = released(cast)
    report = counted(cast.dispatcher)
    publishing.take_down(shown.ticket, by=cast.community)
    assert cases.chosen(report) == []
    with pytest.raises(Refused):
        editing.choose_cases(report, by=cast.dispatcher, chosen=[shown.pk], revision=0)


def test_an_issued_report_keeps_its_cases(cast: Cast) -> None:
    shown = released(cast)
    report = issued(cast.director)
    Publication.objects.filter(pk=shown.pk).update(words="anders")
    assert paper.build(report).sections[6].cases[0].words == "楼道灯不亮，老人看不清。"


def test_not_more_than_a_few_cases(cast: Cast) -> None:
    report, chosen = counted(cast.director), list(range(MOST_CASES + 1))
    with pytest.raises(Refused):
        editing.choose_cases(report, by=cast.director, chosen=chosen, revision=0)


# --- kept ---------------------------------------------------------------------------------------
def test_files_of_an_issued_report_are_kept_with_their_sums(cast: Cast) -> None:
    report = issued(cast.director)
    for form in Form:
        content = editing.file(report, form, by=cast.auditor)
        assert hashlib.sha256(content).hexdigest() == getattr(report, f"{form}_sha256")
    assert Entry.objects.filter(did="downloaded", by=cast.auditor).count() == 2


def test_a_file_that_was_changed_is_not_handed_out(cast: Cast) -> None:
    report = issued(cast.director)
    with report.docx.open("wb") as file:
        file.write(b"anders")
    with pytest.raises(Refused):
        editing.file(report, Form.DOCX, by=cast.auditor)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(48, 50), "96.0%"),
        (Share(48, 50, counts=True), "96.0% (48/50)"),
        (Share(0, 0), "—"),
    ],
)
def test_a_share_reads(share: Share, shown: str) -> None:
    assert str(share) == shown


def test_shares_of_few_have_no_percentage() -> None:
    assert [Share(3, 9).value, Share(None, 50).value, Share(9, 10).value] == [None, None, 0.9]
