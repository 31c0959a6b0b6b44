"""xlsx files written row by row; every text is written as text, whatever it begins with."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet may take a text for a formula."""
HEAD = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="F1ECE3")}
AS_TEXT = "@"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Book:
    """A workbook written from top to bottom; nothing of a row is kept."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)

    def sheet(self, title: str, widths: Iterable[float] = ()) -> "Page":
        """A further sheet; `widths` in characters."""
        page = Page(self.book.create_sheet(title))
        for number, width in enumerate(widths, start=1):
            page.sheet.column_dimensions[get_column_letter(number)].width = width
        return page

    def describe(self, *, author: str, title: str, words: str) -> None:
        """The document's own properties, which stay when rows are copied out of sight."""
        properties = self.book.properties
        properties.creator = properties.lastModifiedBy = author
        properties.title, properties.description, properties.keywords = title, words, words

    def save(self) -> bytes:
        """The file."""
        target = BytesIO()
        self.save_to(target)
        return target.getvalue()

    def save_to(self, target: IO[bytes]) -> None:
        """The file into `target`, packed piece by piece."""
        self.book.save(target)


class Page:
    """One sheet of a `Book`."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def mark(self, words: str) -> None:
        """In the head and foot of every printed page."""
        safe = words.replace("&", "&&")
        self.sheet.oddHeader.center.text = self.sheet.oddFooter.center.text = safe

    def head(self, names: Iterable[str]) -> None:
        """The row of headings; it stays in sight."""
        self.row(names, **HEAD)

    def row(self, values: Iterable[Any], **style: Any) -> None:
        """One row; texts are texts, numbers numbers, days days."""
        self.sheet.append([self._cell(value, style) for value in values])

    def _cell(self, value: Any, style: Mapping[str, Any]) -> Any:
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        elif not style:
            return value
        cell = WriteOnlyCell(self.sheet, value=value)
        if isinstance(value, str):
            as_text(cell, value)
        if style:
            cell.font, cell.fill = style["font"], style["fill"]
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell


def as_text(cell: Any, value: str) -> None:
    """Whatever it begins with: no formula, also after somebody edits or copies the cell."""
    cell.data_type = "s"
    if value.startswith(DANGEROUS):
        cell.quotePrefix = True
        cell.number_format = AS_TEXT
