"""Firms and sites as one xlsx: every row is judged first, then the new ones are written together.

A row is known again by its unified social credit code, else by name and address within its community;
what is on the list stays as it is, so the same file brought in twice writes nothing the second time.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.models import Grid, GridAlias, User
from partybuilding import access as party
from partybuilding.sectors.forms import ReportForm
from partybuilding.sectors.models import Firm
from partybuilding.sectors.services import many
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.services.many import New
from partybuilding.sectors.terms import Kind, Trade
from partybuilding.sectors.workflow import Stage
from wangguan.exchange.sheets import Sheet, check_file
from wangguan.refusals import Refused
from wangguan.words import storable
from wangguan.workbook import Book

MOST = 5_000
"""Rows of one file: it is judged and written while somebody waits, in some seconds."""
NEEDED = ("name", "kind", "trade", "grid", "address")
NUMBERS = ("people", "party_members", "floating_members")
SURVEY = (*NUMBERS, "needs", "offers")
FIELDS = {
    name: ReportForm.base_fields[name]
    for name in (*NEEDED, "credit_code", "contact_name", "contact_phone", *SURVEY)
}
"""The columns in their order: the fields of the form that reports one firm clean their cells."""
WIDTHS = {"name": 28, "grid": 20, "address": 30, "credit_code": 22, "needs": 30, "offers": 30}
"""Of the template's columns, in characters; 14 where none is named."""


@dataclass(frozen=True)
class Fault:
    """Why one row stays out: everything that is wrong with it."""

    line: int
    name: str
    says: list[str]


@dataclass
class Report:
    """What a file does: firms to be written, how many are on the list already, rows at fault."""

    fresh: list[New] = field(default_factory=list)
    known: int = 0
    wrong: list[Fault] = field(default_factory=list)

    def take(self, new: New | None) -> None:
        if new:
            self.fresh.append(new)
        else:
            self.known += 1


def headings() -> dict[str, str]:
    """Attribute → heading, as the file has it: in the house's language, without spaces."""
    with override(settings.LANGUAGE_CODE):
        return {name: "".join(str(each.label).split()) for name, each in FIELDS.items()}


def template() -> bytes:
    """An empty file with the headings; the second sheet lists the words that two of the columns take."""
    book = Book()
    with override(settings.LANGUAGE_CODE):
        page = book.sheet(_("Firms and sites"), [WIDTHS.get(name, 14) for name in FIELDS])
        page.head(headings().values())
        words = book.sheet(_("Words to choose from"), [14, 28])
        words.head([_("Column"), _("Words to choose from")])
        for name, choices in (("kind", Kind), ("trade", Trade)):
            for label in choices.labels:
                words.row([headings()[name], str(label)])
    return book.save()


def check(content: bytes, *, by: User) -> Report:
    """What bringing the file in would do; nothing is written.

    Raises:
        Refused: it cannot be read, lacks a heading, or has more rows than `MOST`.
    """
    judge, report = _Judge(by), Report()
    for line, cells in _rows(content):
        try:
            new = judge.judge(line, cells)
        except ValidationError as error:
            report.wrong.append(Fault(line, cells["name"], error.messages))
        else:
            report.take(new)
    return report


def take_over(content: bytes, *, by: User, expected: int) -> int:
    """Write the `expected` new firms that the look showed; rows at fault stay out. Returns how many.

    Raises:
        Refused: the file would do something else by now; nothing was written.
    """
    changed = Refused(_("The numbers have changed meanwhile; please look at them again."))
    fresh = check(content, by=by).fresh
    if len(fresh) != expected:
        raise changed
    try:
        with transaction.atomic():
            many.enter(fresh, by=by)
    except IntegrityError as error:
        raise changed from error
    return len(fresh)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Number of each row, and its cells by attribute as text."""
    file, names = BytesIO(content), headings()
    check_file(file, len(content))
    sheet = Sheet(file, needed=[names[name] for name in NEEDED], known=list(names.values()))
    try:
        for count, row in enumerate(sheet, start=1):
            if count > MOST:
                raise Refused(_("More than %(most)d rows. Please split the file.") % {"most": MOST})
            yield row.number, {name: _text(row.cells.get(heading)) for name, heading in names.items()}
    finally:
        sheet.close()


def _text(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return storable(str(cell if cell is not None else ""))


class _Judge:
    """Rows of one file against the list as it stands, which is read once."""

    def __init__(self, by: User) -> None:
        self.grids = _kept_grids(by)
        with override(settings.LANGUAGE_CODE):
            kinds = {str(each.label): each.value for each in Kind}
            trades = {str(each.label): each.value for each in Trade}
        self.words = {"kind": kinds, "trade": trades}
        self.codes: dict[str, str] = {}
        self.places: dict[tuple[int, str, str], tuple[str, str]] = {}
        self.named: set[tuple[int, str]] = set()
        self.lines: dict[Any, int] = {}
        self._read()

    def _read(self) -> None:
        columns = ("credit_code", "community", "grid", "name", "address", "stage")
        listed = Firm.objects.values_list(*columns)
        # What is here comes last, and stands for what of the same name had gone before.
        for code, community, grid, name, address, stage in sorted(
            listed, key=lambda row: row[5] != Stage.GONE
        ):
            if code:
                self.codes[code] = stage
            self.places[community, name, address] = (code, stage)
            if stage != Stage.GONE:
                self.named.add((grid, name))

    def judge(self, line: int, cells: dict[str, str]) -> New | None:
        """The firm to be written; None: it is on the list already.

        Raises:
            ValidationError: with everything that is wrong with the row.
        """
        given = self._cleaned(cells)
        counted = _counted(given)
        self._stands_once(given, line)
        stage = self._stage(given)
        if stage == Stage.GONE:
            said = _("It is recorded as closed or moved away. If it is here again, say so on its own page.")
            raise ValidationError(said)
        if stage:
            return None
        grid: Grid = given["grid"]
        if (grid.pk, given["name"]) in self.named:
            raise ValidationError(_("This grid has a firm or site of this name already."))
        return New(grid, {name: given[name] for name in many.ABOUT}, counted)

    def _cleaned(self, cells: dict[str, str]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        wrong: list[str] = []
        for name, typed in cells.items():
            try:
                given[name] = self._value(name, typed)
            except ValidationError as error:
                wrong += [f"{FIELDS[name].label}：{message}" for message in error.messages]
        if wrong:
            raise ValidationError(wrong)
        return given

    def _value(self, name: str, typed: str) -> Any:
        if typed.startswith("="):
            raise ValidationError(_("This is a formula. Please paste its value."))
        if name == "grid":
            return self._grid(typed)
        if name in NUMBERS and not typed:
            return None
        known = self.words.get(name)
        if typed and known and typed not in known:
            raise ValidationError(_("Write one of these: %(offered)s") % {"offered": "、".join(known)})
        return FIELDS[name].clean(known.get(typed, "") if known else typed)

    def _grid(self, typed: str) -> Grid:
        if typed not in self.grids:
            raise ValidationError(_("None of the grids whose records you keep has this code or name."))
        return self.grids[typed]

    def _stands_once(self, given: dict[str, Any], line: int) -> None:
        marks = [(given["grid"].pk, given["name"]), given["credit_code"] or line]
        before = min((self.lines[mark] for mark in marks if mark in self.lines), default=None)
        if before:
            said = _("Row %(line)d has the same credit code, or the same name in the same grid.")
            raise ValidationError(said % {"line": before})
        self.lines |= dict.fromkeys(marks, line)

    def _stage(self, given: dict[str, Any]) -> str | None:
        """The stage of the same firm on the list; None where there is none."""
        code = given["credit_code"]
        if code in self.codes:
            return self.codes[code]
        theirs, stage = self.places.get(
            (given["grid"].community_id, given["name"], given["address"]), ("", None)
        )
        return None if code and theirs else stage


def _kept_grids(user: User) -> dict[str, Grid]:
    """Grids in force whose records this person keeps, by code, by former code, by a name only one has."""
    rows = Grid.objects.in_force().defer("boundary")
    kept = {grid.pk: grid for grid in rows if party.keeps(user, grid.community_id)}
    names = Counter(grid.name for grid in kept.values())
    found = {grid.name: grid for grid in kept.values() if names[grid.name] == 1}
    former = GridAlias.objects.filter(grid__in=kept).values_list("code", "grid")
    return found | {code: kept[pk] for code, pk in former} | {grid.code: grid for grid in kept.values()}


def _counted(given: dict[str, Any]) -> Counted | None:
    """The first survey, where the row counts or heard anything.

    Raises:
        ValidationError: it does not say how many people work there, or its numbers do not add up.
    """
    said = {name: given[name] for name in SURVEY if given[name] not in (None, "")}
    if not said:
        return None
    if "people" not in said:
        raise ValidationError(_("Say how many people work there: the survey needs that number."))
    counted = Counted(**said)
    try:
        counted.check()
    except Refused as refused:
        raise ValidationError(refused.sentence) from refused
    return counted
