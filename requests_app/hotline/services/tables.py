"""A hotline's file as rows of cells: xlsx, or text (UTF-8, GBK, UTF-16; comma, semicolon or tab)."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _

from requests_app.hotline.terms import GUESSES
from wangguan.exchange import sheets
from wangguan.refusals import Refused

Row = tuple[int, Sequence[Any]]
"""Its number as a spreadsheet shows it, and its cells."""
ZIP, OLD_EXCEL = b"PK", b"\xd0\xcf\x11\xe0"
DELIMITERS = (",", ";", "\t")
KNOWN = frozenset(name for names in GUESSES.values() for name in names)


class Table:
    """The headings of a file, and the rows below them, read once.

    Raises:
        Refused: it cannot be read, has no headings or one twice (at once, or while iterating).
    """

    def __init__(self, content: BytesIO) -> None:
        self._book = sheets.Rows(content) if _begins(content, ZIP) else None
        rows = iter(self._book or _lines(content))
        self.expected = self._book.expected if self._book else content.getvalue().count(b"\n")
        self.headings, self._rest = _below_title(rows)

    def close(self) -> None:
        if self._book:
            self._book.close()

    def __iter__(self) -> Iterator[Row]:
        """Every row with something in it, as many cells as there are headings."""
        width = len(self.headings)
        for taken, (number, cells) in enumerate(self._rest, start=1):
            if taken > sheets.MOST_ROWS:
                raise sheets.too_many_rows()
            yield number, [*cells[:width], *[None] * (width - len(cells))]


def check_file(content: BytesIO, size: int) -> None:
    """Refuse what is neither a plain xlsx nor text.

    Raises:
        Refused: with what to do instead.
    """
    if _begins(content, OLD_EXCEL):
        raise _unknown()
    if _begins(content, ZIP):
        sheets.check_file(content, size)
    else:
        _decoded(content)
    content.seek(0)


def _begins(content: BytesIO, sign: bytes) -> bool:
    content.seek(0)
    start = content.read(len(sign))
    content.seek(0)
    return start == sign


def _unknown() -> Refused:
    told = _("This is neither an xlsx nor a csv file. Please save it as “Excel workbook (.xlsx)”.")
    return Refused(told, field="file")


# --- text --------------------------------------------------------------------------------
def _decoded(content: BytesIO) -> str:
    raw = content.getvalue()
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and text.strip():
            return text
    raise _unknown()


def _lines(content: BytesIO) -> Iterator[Row]:
    text = _decoded(content)
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=first.count)
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise _unknown() from error


# --- headings ----------------------------------------------------------------------------
def _below_title(rows: Iterator[Row]) -> tuple[list[str], Iterator[Row]]:
    """The headings: the first row that has two known ones, else the first row of all.

    A title may stand above them; rows between it and unknown headings stay data.
    """
    first: list[Row] = []
    for row in rows:
        first.append(row)
        names = _names(row[1])
        if len(KNOWN.intersection(names)) > 1:
            return _checked(names), rows
        if len(first) >= sheets.HEADINGS_WITHIN:
            break
    if not first:
        raise Refused(_("This file is empty."))
    return _checked(_names(first[0][1])), _chained(first[1:], rows)


def _chained(first: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rest


def _names(cells: Sequence[Any]) -> list[str]:
    names = ["".join(str(cell or "").split()).rstrip("*＊") for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names[: sheets.MOST_COLUMNS]


def _checked(names: list[str]) -> list[str]:
    for name in names:
        if name and names.count(name) > 1:
            raise Refused(_("The heading “%(name)s” stands twice.") % {"name": name[:40]})
    return names
