"""Cells of a hotline's row as what they mean. A refusal names column and reason, never the cell's words."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.hotline.terms import CELL_MAX, NAME_MAX, NUMBER_MAX, TITLE_MAX, Column
from requests_app.services.submit import LONGEST
from wangguan import clock
from wangguan.words import UNSTORABLE
from wangguan.workdays import current_calendar, day_length

_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})\s*[:时]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})?(?:\.\d+)?)?\s*[秒分]?)?"
)
_SPAN = re.compile(r"(\d{1,3})\s*个?\s*(工作日|天|日|小时)(?:内)?")
_PHONE = re.compile(r"1[3-9]\d{9}|\d{7,12}")
FIRST_YEAR = 1990
NOON, DAY_END = time(12), time(23, 59)


class Wrong(Exception):
    """What is wrong with one row: columns and sentences."""

    def __init__(self, *wrong: tuple[Column, str]) -> None:
        super().__init__()
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Read:
    """A row that is right in itself; `replied_at` is None for a matter to settle."""

    line: int
    number: str
    text: str
    told_at: datetime
    person: str
    phone: str
    address: str
    category: str
    due: datetime | None
    reply: str
    replied_at: datetime | None
    cells: list[str]

    @property
    def is_history(self) -> bool:
        return self.replied_at is not None


def as_it_came(value: Any) -> str:
    """A cell as it would stand in a text file."""
    if isinstance(value, datetime):
        return f"{value.year}/{value.month}/{value.day} {value:%H:%M:%S}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else UNSTORABLE.sub("", str(value))[:CELL_MAX]


def as_text(value: Any) -> str:
    """The same without blank ends."""
    return as_it_came(value).strip()


def read(line: int, cells: list[Any], meaning: Mapping[Column, int]) -> Read:
    """The row; `meaning` says at which place each column stands.

    Raises:
        Wrong: with everything that is wrong, not only the first thing.
    """
    row = _Reader({column: cells[place] for column, place in meaning.items()})
    number = row.words(Column.NUMBER, NUMBER_MAX, needed=True)
    title = row.words(Column.TITLE, TITLE_MAX)
    text = row.words(Column.TEXT, LONGEST - TITLE_MAX - 1, needed=True)
    person, phone = row.words(Column.PERSON, NAME_MAX), _phone(row.words(Column.PHONE, 40))
    address, category = row.words(Column.ADDRESS, 200), row.words(Column.CATEGORY, 200)
    told_at = row.moment(Column.TOLD_AT, NOON, needed=True)
    reply, replied_at = row.words(Column.REPLY, LONGEST), row.replied(told_at)
    due = row.limit(told_at)
    if reply and not replied_at and not row.is_wrong(Column.REPLIED_AT):
        row.refuse(Column.REPLIED_AT, _("A reply needs the time when it was given."))
    if replied_at and not reply and not row.is_wrong(Column.REPLY):
        row.refuse(Column.REPLY, _("There is a time of a reply, and no reply."))
    if row.wrong or told_at is None:
        raise Wrong(*row.wrong)
    if title and not text.startswith(title):
        text = f"{title}\n{text}"
    kept = [as_it_came(cell) for cell in cells]
    return Read(line, number, text, told_at, person, phone, address, category, due, reply, replied_at, kept)


def _phone(typed: str) -> str:
    """The first number in the cell, mobile or landline; empty when there is none."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", typed))
    found = _PHONE.search(re.sub(r"^(\+|00)86", "", digits))
    return found[0] if found else ""


class _Reader:
    def __init__(self, cells: Mapping[Column, Any]) -> None:
        self.cells = cells
        self.wrong: list[tuple[Column, str]] = []

    def refuse(self, column: Column, why: str) -> None:
        self.wrong.append((column, why))

    def is_wrong(self, column: Column) -> bool:
        return any(column == wrong for wrong, _why in self.wrong)

    def words(self, column: Column, most: int, *, needed: bool = False) -> str:
        text = as_text(self.cells.get(column))
        if text.startswith("="):
            self.refuse(column, _("This is a formula. Please paste its value."))
            return ""
        if len(text) > most:
            self.refuse(column, _("Longer than %(most)d characters.") % {"most": most})
            return ""
        if needed and not text:
            self.refuse(column, _("This cell is empty."))
        return text

    def moment(self, column: Column, clockless: time, *, needed: bool = False) -> datetime | None:
        """A moment that has been; `clockless` is the time of a day that has none."""
        moment = self._moment(column, clockless, needed=needed)
        if moment and moment > clock.now() + timedelta(minutes=5):
            self.refuse(column, _("This moment lies ahead."))
            return None
        return moment

    def replied(self, told_at: datetime | None) -> datetime | None:
        """A day without a time never lies before the telling on that day."""
        moment = self.moment(Column.REPLIED_AT, NOON)
        if not moment or not told_at or moment >= told_at:
            return moment
        if timezone.localdate(moment) == timezone.localdate(told_at):
            return told_at
        self.refuse(Column.REPLIED_AT, _("The reply is older than the matter."))
        return None

    def limit(self, told_at: datetime | None) -> datetime | None:
        """A moment, or a span since it was told: 5个工作日, 3天, 24小时."""
        typed = self.cells.get(Column.LIMIT)
        if not isinstance(typed, datetime) and told_at and (span := _SPAN.fullmatch(as_text(typed))):
            return _after(told_at, int(span[1]), span[2])
        due = self._moment(Column.LIMIT, DAY_END)
        if due and told_at and due <= told_at:
            self.refuse(Column.LIMIT, _("The limit ends before the matter was told."))
            return None
        return due

    def _moment(self, column: Column, clockless: time, *, needed: bool = False) -> datetime | None:
        value = self.cells.get(column)
        if not isinstance(value, datetime):
            words = self.words(column, 60, needed=needed)
            if not words:
                return None
            value = _parsed(words, clockless)
        elif value.time() == time():  # a day of a spreadsheet
            value = datetime.combine(value, clockless)
        if value is None or value.year < FIRST_YEAR:
            self.refuse(column, _("This is no date. Write it like 2026-11-26 14:30."))
            return None
        return timezone.make_aware(value.replace(tzinfo=None))


def _parsed(words: str, clockless: time) -> datetime | None:
    match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", words))
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        at = clockless if hour is None else time(hour, minute or 0, second or 0)
        return datetime.combine(date(year or 0, month or 0, day or 0), at)
    except ValueError:
        return None


def _after(told_at: datetime, count: int, unit: str) -> datetime:
    if unit == "工作日":
        return current_calendar().add(told_at, count * day_length())
    return told_at + (timedelta(hours=count) if unit == "小时" else timedelta(days=count))
