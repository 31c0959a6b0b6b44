"""Taking over a year's holidays and make-up days from a table that an administrator pastes.

Either CSV lines `date,working,name` (a heading is allowed) or a JSON list of objects with
the same keys. Only days that differ from Monday to Friday have to be listed.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import CalendarDay, CalendarYear
from wangguan import clock, journal, workdays
from wangguan.refusals import Refused

_YES = frozenset({"yes", "y", "true", "1", "是", "班", "上班"})
_NO = frozenset({"no", "n", "false", "0", "否", "休", "放假"})
_HEADING = frozenset({"date", "日期"})


@dataclass(frozen=True)
class Row:
    """One day of the table, not yet read."""

    number: int
    day: str
    working: str
    name: str


def import_year(year: int, table: str, *, source: str, by: User) -> int:
    """Replace what is known about `year` by `table`; returns the number of days listed.

    Raises:
        Refused: a row cannot be read, names another year or a day twice; nothing was changed.
    """
    days = parse_days(table, year=year)
    with transaction.atomic():
        CalendarDay.objects.filter(date__year=year).delete()
        CalendarDay.objects.bulk_create(days)
        row, is_new = CalendarYear.objects.update_or_create(
            year=year, defaults={"source": source, "imported_at": clock.now()}
        )
        said = _("Taken over from “%(source)s”: %(count)d days") % {"source": source, "count": len(days)}
        journal.note(by, [row], journal.ADDITION if is_new else journal.CHANGE, said)
        transaction.on_commit(workdays.forget)
    return len(days)


def parse_days(table: str, *, year: int) -> list[CalendarDay]:
    """The days of `table`, unsaved, by date.

    Raises:
        Refused: with the number of the row that cannot be taken.
    """
    rows = list(_json_rows(table) if table.lstrip().startswith("[") else _csv_rows(table))
    days = {day.date: day for day in (_day(row, year) for row in rows)}
    if not days:
        raise Refused(_("The table lists no day. Please paste the holidays and make-up days."), field="table")
    if len(days) < len(rows):
        raise Refused(_("The table names a day twice. Please leave one of them out."), field="table")
    return [days[day] for day in sorted(days)]


def _csv_rows(table: str) -> Iterator[Row]:
    lines = table.lstrip("\ufeff").replace("，", ",").splitlines()
    for number, cells in enumerate(csv.reader(lines), start=1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or cells[0].lower() in _HEADING:
            continue
        day, working, name, *_more = [*cells, "", ""]
        yield Row(number, day, working, name)


def _json_rows(table: str) -> Iterator[Row]:
    try:
        entries: list[Any] = json.loads(table)
    except json.JSONDecodeError as error:
        sentence = _("The JSON cannot be read: line %(line)s, column %(column)s.")
        raise Refused(sentence % {"line": error.lineno, "column": error.colno}, field="table") from error
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise _broken(number, _("It must be an object with date, working and name."))
        values: Iterable[Any] = (entry.get(key, "") for key in ("date", "working", "name"))
        yield Row(number, *(str(value) for value in values))


def _day(row: Row, year: int) -> CalendarDay:
    try:
        day = date.fromisoformat(row.day.replace("/", "-"))
    except ValueError:
        raise _broken(row.number, _("The date must look like 2027-10-01.")) from None
    if day.year != year:
        raise _broken(row.number, _("The date is not in %(year)s.") % {"year": year})
    working = row.working.lower()
    if working not in _YES | _NO:
        raise _broken(row.number, _("Write yes or no for whether the day is worked."))
    return CalendarDay(date=day, is_working=working in _YES, name=row.name[:60])


def _broken(number: int, why: str) -> Refused:
    return Refused(_("Row %(number)s: %(why)s") % {"number": number, "why": why}, field="table")
