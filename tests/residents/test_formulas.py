"""Files as others may send them: formulas, bombs, lies; and what we write stays text."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from residents.services.exchange import paper
from residents.services.exchange.columns import People
from tests.cast import Cast
from tests.residents.files import judged, person, refusals, xlsx
from wangguan.exchange import sheets
from wangguan.exchange.sheets import Sheet, check_file
from wangguan.refusals import Refused
from wangguan.workbook import Book

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


def reopened(values: list[str]) -> list[object]:
    book = Book()
    book.sheet("x").row(values)
    return list(load_workbook(BytesIO(book.save())).worksheets[0][1])


@pytest.mark.parametrize("value", DANGEROUS)
def test_a_text_is_written_as_text(value: str) -> None:
    (cell,) = reopened([value])

    assert cell.data_type == "s"  # type: ignore[attr-defined]
    assert cell.quotePrefix  # type: ignore[attr-defined]
    assert str(cell.value).strip() == value.strip()  # type: ignore[attr-defined]


def test_an_ordinary_text_bears_no_mark() -> None:
    (cell,) = reopened(["张三"])
    assert not cell.quotePrefix  # type: ignore[attr-defined]


def test_no_formula_stands_in_the_file_itself() -> None:
    book = Book()
    book.sheet("x").row(DANGEROUS)
    with zipfile.ZipFile(BytesIO(book.save())) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_what_a_spreadsheet_cannot_hold_is_left_out() -> None:
    (cell,) = reopened(["张\x00三\x0b"])
    assert cell.value == "张三"  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("column", People().headings)
def test_a_formula_is_refused_in_every_column(cast: Cast, column: str) -> None:
    assert (2, column) in refusals(judged([person() | {column: "=1+1"}], cast.community))


@pytest.mark.django_db
def test_a_formula_that_fills_a_block_is_refused(cast: Cast) -> None:
    book = load_workbook(BytesIO(xlsx([person()])))
    sheet = book.worksheets[0]
    sheet.formula_attributes = {}
    from openpyxl.worksheet.formula import ArrayFormula

    sheet["G2"] = ArrayFormula("G2:G3", "=A1")
    target = BytesIO()
    book.save(target)
    columns = People()
    (line,) = Sheet(target, needed=columns.needed, known=columns.headings)

    assert [column for column, _why in columns.clean(line)[1]] == ["姓名"]


# --- what is no plain xlsx ---------------------------------------------------------------
def packed(**parts: bytes) -> bytes:
    """A zip that looks like a workbook, with more parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("[Content_Types].xml", b"<Types/>")
        box.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in parts.items():
            box.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return target.getvalue()


BAD: dict[str, Callable[[], bytes]] = {
    "text": lambda: b"name,phone\n",
    "nothing": lambda: b"",
    "old excel": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "cut off": lambda: xlsx([])[:-100],
    "another zip": lambda: _zip({"word/document.xml": b"<x/>"}),
    "macros": lambda: packed(xl__vbaProject_bin=b"x"),
    "entities": lambda: packed(xl__a_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "entities far down": lambda: packed(xl__a_xml=b" " * ((1 << 20) - 4) + b"<!DOCTYPE a>"),
    "two bytes a sign": lambda: packed(xl__a_xml="<!DOCTYPE a>".encode("utf-16")),
    "a bomb": lambda: packed(xl__a_xml=b"0" * (sheets.MOST_UNPACKED + 1)),
    "many parts": lambda: packed(**{f"p{number}": b"" for number in range(sheets.MOST_PARTS)}),
}


def _zip(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("kind", BAD)
def test_it_is_refused_in_a_sentence(kind: str) -> None:
    content = BAD[kind]()
    with pytest.raises(Refused):
        check_file(BytesIO(content), len(content))


def test_a_plain_file_passes() -> None:
    content = xlsx([person()])
    check_file(BytesIO(content), len(content))


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(Refused):
        check_file(BytesIO(), sheets.MOST_BYTES + 1)


# --- sheets ------------------------------------------------------------------------------
def lines(rows: list[list[object]]) -> list[sheets.Line]:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    target = BytesIO()
    book.save(target)
    return list(Sheet(target, needed=["甲"], known=["甲", "乙"]))


def test_headings_may_stand_below_a_title_and_bear_a_star() -> None:
    (line,) = lines([["某某登记表"], ["甲*", "丙", " 乙 "], [], ["a", "b", "c"]])
    assert (line.number, line.cells) == (4, {"甲": "a", "乙": "c"})


def test_the_example_is_no_data() -> None:
    assert [line.number for line in lines([["甲"], ["示例：a"], ["b"]])] == [3]


@pytest.mark.parametrize("rows", [[["乙"], ["a"]], [], [["甲", "甲"], ["a", "b"]]])
def test_wrong_headings_are_refused(rows: list[list[object]]) -> None:
    with pytest.raises(Refused):
        lines(rows)


def test_a_sheet_ends_where_nothing_comes_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "BLANKS_AT_END", 3)
    assert len(lines([["甲"], ["a"], [None], [None], [None], [None], ["b"]])) == 1


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(Refused):
        lines([["甲"], ["a"], ["b"], ["c"]])


@pytest.mark.parametrize("kind", ["residents", "dwellings", "venues"])
def test_the_template_is_understood_as_it_is(kind: str) -> None:
    from residents.services.exchange.columns import REGISTERS

    columns = REGISTERS[kind]()
    content = paper.template(kind)
    check_file(BytesIO(content), len(content))
    book = load_workbook(BytesIO(content))

    assert list(Sheet(BytesIO(content), needed=columns.needed, known=columns.headings)) == []
    assert len(list(book.worksheets[1].rows)) > len(columns.headings)
    cells = dict(zip(columns.headings, columns.example, strict=True))
    first = columns.headings[0]
    example = sheets.Line(2, {**cells, first: cells[first].removeprefix("示例：")})
    assert columns.clean(example)[1] == []


@pytest.mark.django_db
def test_the_example_of_residents_is_right_but_for_its_mark(cast: Cast) -> None:
    cells = dict(zip(People().headings, People.example, strict=True))
    row = {**cells, "楼栋地址": cells["楼栋地址"].removeprefix(sheets.EXAMPLE + "：")}

    assert refusals(judged([row], cast.community)) == []
