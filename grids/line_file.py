"""Codes that other lines of work use for our grids: in from xlsx or csv, out as xlsx.

A look at a file writes nothing and names every row at fault; taking over repeats the look first.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import Grid, GridAlias, LineCode, User, today
from grids.roles import Line
from wangguan.exchange import sheets
from wangguan.refusals import Refused
from wangguan.workbook import Book

MOST = 2_000
"""Rows of one file: it is read while somebody waits."""


@dataclass
class Report:
    """What a file would do: rows to be written, how many stand already, and rows at fault with reasons."""

    fresh: list[LineCode] = field(default_factory=list)
    known: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


def headings() -> list[str]:
    """Line, their code, their name, our code, from, last day."""
    return [
        *(_("Line of work"), _("Code in that line"), _("Name in that line")),
        *(_("Grid code"), _("From day"), _("Last day")),
    ]


def check(content: bytes) -> Report:
    """What the file would do.

    Raises:
        Refused: it cannot be read, lacks a heading, or has more rows than `MOST`.
    """
    reader = _Reader()
    report = Report()
    for number, cells in _lines(content):
        if number - 1 > MOST:
            raise Refused(_("More than %(most)d rows. Please split the file.") % {"most": MOST}, field="file")
        try:
            row = reader.row(cells)
        except Refused as refused:
            report.wrong.append((number, refused.sentence))
            continue
        if row is None:
            report.known += 1
        else:
            report.fresh.append(row)
    return report


@transaction.atomic
def take_over(content: bytes, *, by: User, expected: int) -> Report:
    """Write what the look said; rows at fault are left out.

    Raises:
        Refused: the file would do something else by now.
    """
    list(LineCode.objects.select_for_update().values_list("pk", flat=True))
    report = check(content)
    if len(report.fresh) != expected:
        raise Refused(_("Something changed since the look. Please upload the file again."))
    LineCode.objects.bulk_create(report.fresh)
    return report


def export(rows: Iterable[LineCode]) -> bytes:
    """The codes in the layout that comes in."""
    book = Book()
    sheet = book.sheet(_("Codes of the lines"), [12, 20, 24, 20, 14, 14])
    sheet.head(headings())
    for row in rows:
        sheet.row([row.get_line_display(), row.code, row.name, row.grid.code, row.starts_on, row.ends_on])
    return book.save()


# --- reading -----------------------------------------------------------------------------
def _lines(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    if content[:2] == b"PK":
        file = io.BytesIO(content)
        sheets.check_file(file, len(content))
        for line in sheets.Sheet(file, needed=_needed(), known=_keys()):
            yield line.number, dict(line.cells)
        return
    rows = list(csv.reader(io.StringIO(_text(content))))
    names = ["".join(name.split()) for name in rows[0]] if rows else []
    if missing := [name for name in _needed() if name not in names]:
        said = _("The headings %(names)s are missing. Please use the template.")
        raise Refused(said % {"names": "、".join(missing)}, field="file")
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=False))


def _keys() -> list[str]:
    """The headings as they are compared: without spaces."""
    return ["".join(name.split()) for name in headings()]


def _needed() -> list[str]:
    line, code, _name, grid, *_days = _keys()
    return [line, code, grid]


def _text(content: bytes) -> str:
    """As spreadsheets here save it: UTF-8, or GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("This file is neither xlsx nor a text file of rows."), field="file")


class _Reader:
    """Rows of one file into codes; what is known already is read once."""

    def __init__(self) -> None:
        grids = Grid.objects.in_force().defer("boundary")
        by_key = {grid.pk: grid for grid in grids}
        former = GridAlias.objects.values_list("code", "grid")
        self.grids = {code: by_key[pk] for code, pk in former if pk in by_key}
        self.grids |= {grid.code: grid for grid in by_key.values()}
        self.lines = {str(line.label): line.value for line in Line} | {
            line.value: line.value for line in Line
        }
        open_ = LineCode.objects.filter(ends_on__isnull=True).values_list("line", "code", "grid")
        self.known = set(open_)

    def row(self, cells: dict[str, Any]) -> LineCode | None:
        """The code to write; None when it stands already.

        Raises:
            Refused: why the row cannot be taken.
        """
        line, code, name, grid, starts, ends = (_clean(cells.get(key)) for key in _keys())
        if line not in self.lines:
            raise Refused(_("No line of work is called “%(name)s”.") % {"name": line[:20]})
        if not code or len(code) > 30:
            raise Refused(_("The code in that line is missing or too long."))
        if grid not in self.grids:
            raise Refused(_("No grid has this code."))
        key = (self.lines[line], code, self.grids[grid].pk)
        if key in self.known:
            return None
        made = LineCode(line=key[0], code=code, name=name[:60], grid=self.grids[grid])
        made.starts_on, made.ends_on = _day(starts) or today(), _day(ends)
        try:
            made.full_clean(exclude=["grid"])
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        self.known.add(key)
        return made


def _clean(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed.replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise Refused(_("“%(day)s” is no day; write it like 2026-01-31.") % {"day": typed[:20]}) from error
