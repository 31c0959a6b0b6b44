"""The columns of the files: headings, what a cell may hold, and what it becomes.

`import_export` gives resources, fields and widgets; how rows are matched and written is ours
(`people`, `doors`, `venues`), since its `import_data` keeps a result for each row (decision 0019).
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from residents.identity import check_id_number, clean_id_number
from residents.models.venue import check_credit_code
from residents.services.exchange import words
from residents.services.exchange.words import Words
from residents.terms import RegisterKind
from wangguan import clock
from wangguan.exchange.sheets import Line
from wangguan.fields import MOBILE
from wangguan.words import storable

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_BARE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
EARLIEST = date(1880, 1, 1)


class Cell(Widget):
    """A cell on its way in: a formula is refused, an empty one says nothing (None).

    `help` tells on the template's second sheet what to write.
    """

    def __init__(self, help: str | Promise = "", *, needed: bool = False) -> None:
        super().__init__()
        self.help, self.needed = help, needed

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        """What the cell means.

        Raises:
            ValidationError: with a sentence that does not repeat what stands there.
        """
        text = value if isinstance(value, date) else _text(value)
        if (isinstance(text, str) and text.startswith("=")) or not _is_plain(value):
            raise ValidationError(_("This is a formula. Enter the value itself."))
        if text == "":
            if self.needed:
                raise ValidationError(_("This must not be empty."))
            return None
        return self.take(text)

    def take(self, value: str | date) -> Any:
        """What a cell with something in it means; texts come without blank ends."""
        raise NotImplementedError


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | date)


def _text(value: Any) -> str:
    """A cell as text: 501.0 is “501”, full-width signs are plain ones."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return storable(unicodedata.normalize("NFKC", str(value)))


class TextCell(Cell):
    def __init__(self, help: str | Promise = "", *, most: int, needed: bool = False) -> None:
        super().__init__(help, needed=needed)
        self.most = most

    def take(self, value: str | date) -> str:
        text = " ".join(str(value).split())
        if len(text) > self.most:
            raise ValidationError(_("At most %(most)d characters."), params={"most": self.most})
        return text


class DoorCell(TextCell):
    """501, 501室 and 501 are one door."""

    def take(self, value: str | date) -> str:
        return door(super().take(value))


def door(written: str) -> str:
    """A door as it is compared: without blanks and without 室."""
    return "".join(written.split()).removesuffix("室")


class NumberCell(Cell):
    def __init__(
        self, help: str | Promise = "", *, least: int, most: int, sign: str = "", needed: bool = False
    ) -> None:
        super().__init__(help, needed=needed)
        self.least, self.most, self.sign = least, most, sign

    def take(self, value: str | date) -> int:
        digits = str(value).removesuffix(self.sign).strip()
        if not re.fullmatch(r"-?\d{1,9}", digits) or not self.least <= int(digits) <= self.most:
            told = _("Enter a whole number from %(least)d to %(most)d.")
            raise ValidationError(told, params={"least": self.least, "most": self.most})
        return int(digits)


class SizeCell(Cell):
    def take(self, value: str | date) -> Decimal:
        try:
            size = Decimal(str(value))
        except InvalidOperation:
            size = Decimal(-1)
        if not size.is_finite() or not 0 <= size < 10_000_000:
            raise ValidationError(_("Enter a number without its unit."))
        return size.quantize(Decimal("0.1"))


class WordCell(Cell):
    """One of a few words."""

    def __init__(self, known: Words, help: str | Promise = "", *, needed: bool = False) -> None:
        super().__init__(help, needed=needed)
        self.known = known
        self._values = words.understood(known)

    @property
    def offered(self) -> list[str]:
        return [spellings[0] for spellings in self.known.values()]

    def take(self, value: str | date) -> str:
        try:
            return self._values["".join(str(value).split())]
        except KeyError:
            told = _("This word is not known here. Write one of: %(words)s.")
            raise ValidationError(told, params={"words": "、".join(self.offered)}) from None


class DayCell(Cell):
    """A day as the spreadsheet knows it, or written out."""

    def __init__(self, help: str | Promise = "", *, to_come: bool = False) -> None:
        super().__init__(help)
        self.to_come = to_come

    def take(self, value: str | date) -> date:
        day = _day(value)
        if day is None or day < EARLIEST:
            raise ValidationError(_("This is no date. Write it as 1950-01-31."))
        if not self.to_come and day > clock.now().date():
            raise ValidationError(_("This day lies in the future."))
        return day


def _day(value: str | date) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DAY.fullmatch(value) or _BARE_DAY.fullmatch(value)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


class PhoneCell(Cell):
    def take(self, value: str | date) -> str:
        digits = re.sub(r"^(\+|00)?86(?=1)", "", re.sub(r"[\s\-()]", "", str(value)))
        if not MOBILE.fullmatch(digits):
            raise ValidationError(_("A mobile number has 11 digits and starts with 1."))
        return digits


class IdCell(Cell):
    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 10**15:
            raise ValidationError(
                _("The spreadsheet kept this ID number as a number and lost its end. Format it as text.")
            )
        return super().clean(value, row, **options)

    def take(self, value: str | date) -> str:
        number = clean_id_number(str(value))
        check_id_number(number)
        return number


class CreditCodeCell(Cell):
    def take(self, value: str | date) -> str:
        code = "".join(str(value).split()).upper()
        check_credit_code(code)
        return code


class Register(Resource):
    """One kind of file: its columns, in their order, are the fields of the class."""

    example: tuple[str, ...] = ()

    @property
    def headings(self) -> list[str]:
        return [field.column_name for field in self.fields.values()]

    @property
    def needed(self) -> list[str]:
        """Headings without which nothing can be done."""
        return [field.column_name for field in self.fields.values() if field.widget.needed]

    def clean(self, line: Line) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """What a row means by attribute (None: nothing is said), and what is wrong: heading, sentence."""
        cleaned: dict[str, Any] = {}
        wrong = []
        for field in self.fields.values():
            try:
                cleaned[field.attribute] = field.widget.clean(line.cells.get(field.column_name))
            except ValidationError as error:
                wrong.append((field.column_name, error.messages[0]))
        return cleaned, wrong

    def heading(self, attribute: str) -> str:
        return str(self.fields[attribute].column_name)

    def named(self, attributes: Iterator[str] | list[str]) -> list[str]:
        """Headings of these attributes, in the file's order."""
        wanted = set(attributes)
        return [field.column_name for name, field in self.fields.items() if name in wanted]


def _field(name: str, heading: str, cell: Cell) -> Field:
    return Field(attribute=name, column_name=heading, widget=cell)


_BUILDING = _field(
    "building",
    "楼栋地址",
    TextCell(_("As it stands in the portal's list of buildings."), most=100, needed=True),
)
_ENTRANCE = _field(
    "entrance", "单元", NumberCell(_("A number; empty means 1."), least=1, most=99, sign="单元")
)
_FLOOR = _field(
    "floor",
    "楼层",
    NumberCell(_("A number, basements below zero; empty means 1."), least=-9, most=99, sign="层"),
)
_DOOR = _field("door", "门牌", DoorCell(_("The door, e.g. 501."), most=20, needed=True))
_USE = _field("use", "房屋用途", WordCell(words.USES, _("Only taken for doors that are new.")))


class People(Register):
    """A row is a person behind a door."""

    building, entrance, floor, door, use = _BUILDING, _ENTRANCE, _FLOOR, _DOOR, _USE
    kind = _field(
        "kind", "户类型", WordCell(words.KINDS, _("Finds the household where several share a door."))
    )
    name = _field("name", "姓名", TextCell(_("The full name."), most=50, needed=True))
    sex = _field("sex", "性别", WordCell(words.SEXES, _("May be empty: the ID number says it.")))
    born_on = _field("born_on", "出生日期", DayCell(_("1950-01-31; may be empty: the ID number says it.")))
    id_number = _field("id_number", "身份证号", IdCell(_("18 characters, the column formatted as text.")))
    phone = _field("phone", "手机号", PhoneCell(_("A mobile number of 11 digits.")))
    relation = _field(
        "relation", "与户主关系", WordCell(words.RELATIONS, _("A household has one head; empty means other."))
    )
    came_on = _field("came_on", "来此日期", DayCell(_("2019-05-01; may be empty.")))

    example = (
        "示例：九区3号楼",
        *("2", "5", "501", "自住", "户籍", "张三", "女", "1949-12-31", "11010519491231002X"),
        *("13800138000", "户主", "2019-05-01"),
    )


class Doors(Register):
    """A row is a dwelling."""

    building, entrance, floor, door = _BUILDING, _ENTRANCE, _FLOOR, _DOOR
    use = _field("use", "房屋用途", WordCell(words.USES, _("Empty: lived in by its owner.")))

    example = ("示例：九区3号楼", "2", "5", "501", "自住")


class Venues(Register):
    """A row is a venue of a grid, found again by grid, name and address."""

    grid = _field("grid", "网格编码", TextCell(_("15 digits, formatted as text."), most=15, needed=True))
    name = _field("name", "场所名称", TextCell(_("As on its licence."), most=100, needed=True))
    kind = _field("kind", "场所类型", WordCell(words.VENUES, needed=True))
    address = _field("address", "地址", TextCell(_("Street and number."), most=200, needed=True))
    building = _field("building", "楼栋地址", TextCell(_("Where it lies in one of the buildings."), most=100))
    size = _field("size", "规模", SizeCell(_("m², seats, beds or staff, as its kind is measured.")))
    operator = _field("operator", "经营者", TextCell(most=100))
    contact_name = _field("contact_name", "联系人", TextCell(most=50))
    contact_phone = _field("contact_phone", "联系电话", PhoneCell(_("A mobile number of 11 digits.")))
    staff = _field("staff", "从业人数", NumberCell(least=0, most=100_000, sign="人"))
    licence = _field("licence", "统一社会信用代码", CreditCodeCell(_("18 characters.")))
    licence_until = _field("licence_until", "证照有效期", DayCell(_("2027-12-31."), to_come=True))
    has_party_organisation = _field("has_party_organisation", "有无党组织", WordCell(words.YES_NO))

    example = (
        "示例：370103015005901",
        *("便民超市", "小商店", "九区沿街1号", "", "80", "李四", "李四", "13800138000", "2", "", "", "无"),
    )


REGISTERS: dict[str, type[Register]] = {
    RegisterKind.RESIDENTS: People,
    RegisterKind.DWELLINGS: Doors,
    RegisterKind.VENUES: Venues,
}
