"""The report as a Word document, in the layout of official papers (GB/T 9704-2012): A4, 仿宋, 黑体."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from requests_app.reports.services.paper import Case, Noted, Paper, Section, Share, Table, plain

FANGSONG, HEITI, SONG = "仿宋", "黑体", "宋体"
LATIN = "Times New Roman"
WIDTH = Cm(21.0 - 2.8 - 2.6)
"""Between the margins."""
BODY, SMALL = "Normal", "Small print"
_UNSTORABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
"""Characters that XML has no place for."""


def write(paper: Paper) -> bytes:
    """The file."""
    document = Document()
    _set_up(document, paper)
    document.add_paragraph(_clean(paper.title), style="Title")
    for line in paper.under:
        document.add_paragraph(_clean(line), style="Subtitle")
    for section in paper.sections:
        _section(document, section)
    _notes(document, paper.notes)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _clean(text: str) -> str:
    return text.translate(_UNSTORABLE)


# --- page and styles -----------------------------------------------------------------------
def _set_up(document: Any, paper: Paper) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    properties = document.core_properties
    properties.title, properties.author = _clean(paper.title), _clean(paper.publisher)
    properties.comments, properties.language = "", "zh-CN"
    _style(document.styles[BODY], FANGSONG, 16, line=28)
    _style(document.styles["Title"], SONG, 22, bold=True, line=32, after=6, centred=True)
    _style(document.styles["Subtitle"], FANGSONG, 14, line=24, centred=True)
    _style(document.styles["Heading 1"], HEITI, 16, line=28, before=12, after=4)
    _style(document.styles["Heading 2"], HEITI, 14, line=26, before=6)
    _style(document.styles["Caption"], HEITI, 12, line=20, before=6, after=3, centred=True)
    small = document.styles.add_style(SMALL, 1)
    small.base_style = document.styles[BODY]
    _style(small, FANGSONG, 10.5, line=16, after=2)
    _page_numbers(page.footer.paragraphs[0])


def _style(
    style: Any,
    face: str,
    size: float,
    *,
    line: float,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    centred: bool = False,
) -> None:
    """One style: the Chinese face, its size and spacing in points, in black."""
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = LATIN, Pt(size), bold, False
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{theme}"), None)
    faces.set(qn("w:eastAsia"), face)
    font.color.rgb = None
    for colour in style.element.rPr.findall(qn("w:color")):
        style.element.rPr.remove(colour)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if centred:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _page_numbers(paragraph: Any) -> None:
    """— 1 —, counted by whoever opens it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    counted = OxmlElement("w:fldSimple")
    counted.set(qn("w:instr"), "PAGE")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    counted.append(run)
    paragraph._p.append(counted)
    paragraph.add_run(" —")


# --- what stands on it -----------------------------------------------------------------------
def _section(document: Any, section: Section) -> None:
    if section.heading:
        document.add_heading(_clean(section.heading), level=1)
    for words in section.words:
        _indented(document.add_paragraph(_clean(words)))
    for table in section.tables:
        _table(document, table)
    for number, case in enumerate(section.cases, start=1):
        _case(document, number, case)
    for words in section.after:
        document.add_paragraph(_clean(words), style=SMALL)


def _indented(paragraph: Any) -> None:
    """By two characters, as paragraphs are."""
    paragraph.paragraph_format.first_line_indent = Pt(32)


def _case(document: Any, number: int, case: Case) -> None:
    document.add_heading(_clean(f"{number}. {case.title}"), level=2)
    for words in (case.words, case.answer):
        _indented(document.add_paragraph(_clean(words)))


def _table(document: Any, table: Table) -> None:
    if table.title:
        document.add_paragraph(_clean(table.title), style="Caption").paragraph_format.keep_with_next = True
    if not table.rows:
        _indented(document.add_paragraph(_clean(table.empty)))
        return
    grid = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [int(WIDTH * share / sum(table.widths)) for share in table.widths]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    _row(grid, table.head, table.head, widths, bold=True, repeated=True)
    last = len(table.rows) - 1
    for place, cells in enumerate(table.rows):
        _row(grid, cells, table.head, widths, bold=table.has_total and place == last)


def _row(
    grid: Any, cells: list[Any], head: list[Any], widths: list[int], *, bold: bool, repeated: bool = False
) -> None:
    """`repeated`: it stands at the top of every page that the table reaches."""
    row = grid.add_row()
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if repeated else [])):
        properties.append(OxmlElement(name))
    for cell, value, text, width in zip(row.cells, cells, plain(cells), widths, strict=True):
        cell.width = width
        _fill(cell.paragraphs[0], value, text, bold=bold)


def _fill(paragraph: Any, value: Any, text: str, *, bold: bool) -> None:
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(16)
    if value is None or isinstance(value, int | float | Share):
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = bold, Pt(10.5)
    if isinstance(value, Noted):
        mark = paragraph.add_run(str(value.note))
        mark.font.superscript, mark.font.size = True, Pt(10.5)


def _notes(document: Any, notes: list[str]) -> None:
    for number, words in enumerate(notes, start=1):
        paragraph = document.add_paragraph(style=SMALL)
        paragraph.add_run(str(number)).font.superscript = True
        paragraph.add_run(f" {_clean(words)}")
