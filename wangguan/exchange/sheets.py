"""xlsx files as what they are: somebody else's bytes. Read row by row.

Reading trusts nothing: a file is a zip that may unfold without end, XML that may name other files, and
cells that may hold formulas. Formulas are data here: read as the text they are and refused by the
columns (`columns.Cell`). On the way out (`wangguan.workbook`) every text is written as text.
"""

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from wangguan.refusals import Refused

MOST_BYTES = 20 * 1024 * 1024
"""Of an uploaded file."""
MOST_UNPACKED = 200 * 1024 * 1024
"""Of all its parts together; 30,000 residents are about 30 MB."""
MOST_PARTS = 500
MOST_ROWS = 50_000
MOST_COLUMNS = 60
BLANKS_AT_END = 1_000
"""After so many empty rows the sheet is over: some programs keep a million."""
HEADINGS_WITHIN = 5
"""Rows in which the headings are looked for; a mark or a title may stand above them."""
EXAMPLE = "示例"
"""A row whose first cell begins so is the template's example, and no data."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as the spreadsheet shows it, and its cells by heading."""

    number: int
    cells: Mapping[str, Any]


# --- reading -----------------------------------------------------------------------------
def check_size(size: int) -> None:
    """Refuse a file before it is read.

    Raises:
        Refused: it is too large.
    """
    if size > MOST_BYTES:
        raise Refused(_("This file is larger than 20 MB. Please split it."), field="file")


def check_file(file: IO[bytes], size: int) -> None:
    """Refuse what is no plain xlsx, or would unfold to more than we can take.

    Sizes are those that the zip declares: Python reads no more of a part than was declared.

    Raises:
        Refused: with what to do instead.
    """
    check_size(size)
    try:
        with zipfile.ZipFile(file) as parts:
            _check_parts(parts)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise _not_xlsx() from error
    except RuntimeError as error:  # a part with a password
        raise Refused(_("This file has a password. Please save it without one."), field="file") from error


def _not_xlsx() -> Refused:
    return Refused(_("This is no xlsx file. Please save it as “Excel workbook (.xlsx)”."), field="file")


def _check_parts(parts: zipfile.ZipFile) -> None:
    infos = parts.infolist()
    names = {info.filename for info in infos}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise _not_xlsx()
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused(_("This file holds macros. Please save it as xlsx without them."), field="file")
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise Refused(_("This file unfolds to more than we can take. Please split it."), field="file")
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            _check_xml(parts, info)


def _check_xml(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """No XML of a spreadsheet declares a document type; one that does means no good."""
    tail = b""
    with parts.open(info) as part:
        while piece := part.read(1 << 20):
            whole = tail + piece
            # Two bytes a character would hide the word from us.
            if b"<!DOCTYPE" in whole or b"<!ENTITY" in whole or b"\x00" in whole[:64]:
                raise _not_xlsx()
            tail = piece[-16:]


Row = tuple[Any, ...]


class Rows:
    """The rows of a workbook's first sheet that hold something, each with its number, read once.

    Raises:
        Refused: it cannot be read (at once, or while iterating).
    """

    def __init__(self, file: IO[bytes]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the workbook that nobody reads
            try:
                self.book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
                self.sheet = self.book.worksheets[0]
            except Exception as error:
                raise _not_xlsx() from error

    @property
    def expected(self) -> int:
        """How many rows the sheet says it has; a hint, never trusted."""
        return min(self.sheet.max_row or 0, MOST_ROWS)

    def close(self) -> None:
        self.book.close()

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Numbers as the spreadsheet shows them; over after `BLANKS_AT_END` empty ones."""
        blanks = 0
        for number, row in enumerate(self._read(), start=1):
            blanks = blanks + 1 if all(cell is None or cell == "" for cell in row) else 0
            if blanks > BLANKS_AT_END:
                return
            if not blanks:
                yield number, row

    def _read(self) -> Iterator[Row]:
        self.sheet.reset_dimensions()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield from self.sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            except (ValueError, KeyError, TypeError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
                raise _not_xlsx() from error


def too_many_rows() -> Refused:
    """The file has more rows than one run takes."""
    return Refused(_("More than %(most)d rows. Please split the file.") % {"most": MOST_ROWS})


class Sheet:
    """The first sheet of a workbook as lines below known headings, read once from top to bottom.

    Raises:
        Refused: it cannot be read, or lacks a heading (while iterating).
    """

    def __init__(self, file: IO[bytes], *, needed: Sequence[str], known: Sequence[str]) -> None:
        self.needed, self.known = needed, known
        self.rows = Rows(file)

    @property
    def expected(self) -> int:
        """How many rows the sheet says it has; a hint, never trusted."""
        return self.rows.expected

    def close(self) -> None:
        self.rows.close()

    def __iter__(self) -> Iterator[Line]:
        """Every row with something in it, below the headings; the template's example is left out."""
        headings: list[str] | None = None
        taken = 0
        for number, row in self.rows:
            if headings is None:
                headings = self._headings(row, number)
                continue
            if str(row[0] or "").startswith(EXAMPLE):
                continue
            taken += 1
            if taken > MOST_ROWS:
                raise too_many_rows()
            yield Line(number, {name: cell for name, cell in zip(headings, row, strict=False) if name})
        if headings is None:
            raise self._no_headings()

    def _headings(self, row: Row, number: int) -> list[str] | None:
        """The headings, or None when they may still come.

        Raises:
            Refused: they should have come by now, or one stands twice.
        """
        names = ["".join(str(cell or "").split()).rstrip("*＊") for cell in row]
        missing = [name for name in self.needed if name not in names]
        if missing and number >= HEADINGS_WITHIN:
            raise self._no_headings()
        if missing:
            return None
        known = [name if name in self.known else "" for name in names]
        for name in self.known:
            if known.count(name) > 1:
                raise Refused(_("The heading “%(name)s” stands twice.") % {"name": name})
        return known

    def _no_headings(self) -> Refused:
        told = _("The headings %(names)s are missing. Please use the template.")
        return Refused(told % {"names": "、".join(self.needed)})
