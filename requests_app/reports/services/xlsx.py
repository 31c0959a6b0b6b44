"""The report as a workbook: a sheet of words, one for every table, one of definitions."""

import re

from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from requests_app.reports.services.paper import (
    NOTHING,
    Cell,
    Paper,
    Share,
    Table,
    in_the_house_language,
)
from wangguan.workbook import Book, Page, as_text

PERCENT, COUNT, NUMBER = "0.0%", "#,##0", "0.0"
CHARACTERS = 110
"""Width of a table's sheet."""
_NO_TITLE = re.compile(r"[\\/*?:\[\]]")
_BOLD = Font(bold=True)


@in_the_house_language
def write(paper: Paper) -> bytes:
    """The file."""
    book = Book()
    book.describe(author=paper.publisher, title=ILLEGAL_CHARACTERS_RE.sub("", paper.title), words="")
    _words(book, paper)
    titles: set[str] = set()
    for section in paper.sections:
        for table in section.tables:
            _table(book, table, _title(table.title, titles))
    notes = book.sheet(_title(_("Definitions"), titles), widths=(8, 100))
    _frozen(notes)
    notes.head([_("Note no."), _("Definition")])
    for number, words in enumerate(paper.notes, start=1):
        notes.row([number, words])
    return book.save()


def _words(book: Book, paper: Paper) -> None:
    """Title, span, sentences and cases, one below the other."""
    page = book.sheet(_("Overview"), widths=(28, 100))
    _frozen(page)
    page.head([paper.title, paper.under[0]])
    for line in paper.under[1:]:
        page.row(["", line])
    for section in paper.sections:
        page.row([section.heading, ""])
        for words in (*section.words, *section.after):
            page.row(["", words])
        for case in section.cases:
            page.row([case.title, case.words])
            page.row(["", case.answer])


def _table(book: Book, table: Table, title: str) -> None:
    page = book.sheet(title, widths=[CHARACTERS * share / sum(table.widths) for share in table.widths])
    _frozen(page)
    page.head(str(name).replace("\n", " ") for name in table.head)
    last = len(table.rows) - 1
    for place, cells in enumerate(table.rows):
        font = _BOLD if table.has_total and place == last else None
        page.sheet.append([_cell(page, cell, font) for cell in cells])
        if any(isinstance(cell, Share) and cell.counts for cell in cells):
            page.row([f"{cells[0]} ÷", *(_counted(cell) for cell in cells[1:])])
    if not table.rows:
        page.row([table.empty])


def _cell(page: Page, value: Cell, font: Font | None) -> WriteOnlyCell:
    """Numbers with their format; every text as text, whatever it begins with."""
    cell = WriteOnlyCell(page.sheet)
    number = value.value if isinstance(value, Share) else value
    if isinstance(number, int | float):
        cell.value, cell.alignment = number, Alignment(horizontal="right")
        cell.number_format = _format(value)
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", NOTHING if value is None else str(value))
        as_text(cell, cell.value)
    if font:
        cell.font = font
    return cell


def _format(value: Cell) -> str:
    if isinstance(value, Share):
        return PERCENT
    return NUMBER if isinstance(value, float) else COUNT


def _counted(cell: Cell) -> str:
    """What a rate was computed from, where it may be told."""
    told = isinstance(cell, Share) and cell.part is not None
    return f"{cell.part} / {cell.whole}" if told else NOTHING  # type: ignore[union-attr]


def _frozen(page: Page) -> None:
    page.sheet.freeze_panes = "A2"


def _title(wanted: str, taken: set[str]) -> str:
    """A sheet's name: short, without what a spreadsheet forbids, and no other's."""
    plain = _NO_TITLE.sub(" ", wanted)[:28]
    title, number = plain, 2
    while title in taken:
        title, number = f"{plain} {number}", number + 1
    taken.add(title)
    return title
