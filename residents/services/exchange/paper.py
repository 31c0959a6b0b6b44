"""The small workbooks: a template to fill in, and what a check found."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from residents.models import ImportRun
from residents.services.exchange.columns import REGISTERS, Cell, Register, WordCell
from residents.services.exchange.words import REGISTERS as NAMES
from wangguan.exchange.outcome import rows_of
from wangguan.exchange.sheets import MOST_ROWS
from wangguan.workbook import AS_TEXT, HEAD, Book

WIDTH = 16.0
EXAMPLE_FONT = Font(italic=True, color="7A7A7A")
MOST_LIST = 255
"""Characters that a spreadsheet takes for a list of words to choose from."""


def template(kind: str) -> bytes:
    """Headings, an example marked as one, words to choose from; a second sheet explains each column."""
    register = REGISTERS[kind]()
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = NAMES[kind]
    sheet.append([_starred(register, name) for name in register.headings])
    sheet.append(list(register.example))
    for cell in sheet[1]:
        cell.font, cell.fill = HEAD["font"], HEAD["fill"]
    for cell in sheet[2]:
        cell.font = EXAMPLE_FONT
    sheet.freeze_panes = "A2"
    for number, field in enumerate(register.fields.values(), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDTH
        # As text, so that no ID number loses its end and no door becomes a date.
        sheet.column_dimensions[letter].number_format = AS_TEXT
        _offer(sheet, letter, field.widget)
    _explain(book.create_sheet(_("How to fill it in")), register)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _starred(register: Register, name: str) -> str:
    return f"{name}*" if name in register.needed else name


def _offer(sheet: Any, letter: str, cell: Cell) -> None:
    """A list to choose from, where the column takes a few words only."""
    if not isinstance(cell, WordCell) or len(words := ",".join(cell.offered)) > MOST_LIST:
        return
    choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    choice.add(f"{letter}3:{letter}{MOST_ROWS}")
    sheet.add_data_validation(choice)


def _explain(sheet: Any, register: Register) -> None:
    sheet.append([_("Column"), _("Needed"), _("What to write"), _("Words to choose from")])
    for field in register.fields.values():
        cell: Cell = field.widget
        offered = "、".join(cell.offered) if isinstance(cell, WordCell) else ""
        sheet.append([field.column_name, _("yes") if cell.needed else "", str(cell.help), offered])
    sheet.append([])
    for sentence in (
        _("Rows marked as examples in their first cell are left out."),
        _("An empty cell says nothing: it never empties what the register holds."),
        _("Formulas are refused; paste the values."),
    ):
        sheet.append([sentence])
    for cell in sheet[1]:
        cell.font, cell.fill = HEAD["font"], HEAD["fill"]
    for letter, width in zip("ABCD", (18, 10, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2, min_col=3, max_col=4):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def findings(run: ImportRun) -> bytes:
    """What the check found, row by row: no word of what stands in them."""
    book = Book()
    page = book.sheet(_("What was found"), widths=(12, 12, 24, 70))
    page.head([_("Row"), _("What happens"), _("Column"), _("Reason")])
    for row in rows_of(run):
        page.row([row.span, str(row.label), row.column, row.why])
    return book.save()
