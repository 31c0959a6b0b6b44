"""The rows of an export of personal data, written one after another, marked on every page."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.models import Building, Grid, User
from residents import access
from residents.access import Reach
from residents.models import Dwelling, PersonalExport, Resident, Venue
from residents.services.exchange import columns, words
from residents.terms import RegisterKind
from wangguan import clock
from wangguan.privacy import mask_id_number, mask_name, mask_phone
from wangguan.workbook import Book

CHUNK = 1_000
WIDTH = 16.0
LANGUAGE = "zh-hans"


def write(export: PersonalExport) -> tuple[bytes, int]:
    """The file and how many rows it holds."""
    with override(LANGUAGE):
        mark = watermark(export)
        register = columns.REGISTERS[export.kind]()
        book = Book()
        page = book.sheet(words.REGISTERS[export.kind], widths=[WIDTH] * len(register.headings))
        book.describe(author=str(export.asked_by), title=_("Personal data, for official use"), words=mark)
        page.mark(mark)
        page.row([mark])
        page.head(register.headings)
        count = 0
        for row in _ROWS[export.kind](export):
            page.row(row)
            count += 1
        return book.save(), count


def watermark(export: PersonalExport) -> str:
    """Who asked and as what, who allowed it, when, and the running number."""
    told = _("No. %(number)s · asked for by %(asker)s · approved by %(decider)s · %(moment)s")
    return told % {
        "number": export.pk,
        "asker": _with_post(export.asked_by),
        "decider": _with_post(export.decided_by),
        "moment": timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
    }


def _with_post(user: User | None) -> str:
    if user is None:
        return ""
    title = "、".join(post.title for post in user.current_posts)
    return f"{user} ({title})" if title else str(user)


class _Mask:
    """What the reader of an export sees: everything when allowed so, else names by their post's reach."""

    def __init__(self, export: PersonalExport) -> None:
        self.open = export.in_the_open
        self.reach: Reach = access.reach(export.asked_by)

    def name(self, name: str, grid: Grid) -> str:
        return name if self.open or self.reach.covers(grid) else mask_name(name)

    def phone(self, phone: str) -> str:
        return phone if self.open else mask_phone(phone)

    def id_number(self, number: str) -> str:
        return number if self.open else mask_id_number(number)


def _within(export: PersonalExport, rows: QuerySet[Any], grid: str) -> QuerySet[Any]:
    """The rows of the export's grid or community; `grid` is how they reach it."""
    if export.grid_id:
        return rows.filter(**{grid: export.grid_id})
    if export.community_id:
        return rows.filter(**{f"{grid}__community": export.community_id})
    return rows


def _people(export: PersonalExport) -> Iterator[list[Any]]:
    mask = _Mask(export)
    path = "household__dwelling__building"
    here = Resident.objects.here().select_related(f"{path}__grid").defer(f"{path}__grid__boundary")
    rows = _within(export, here, f"{path}__grid")
    order = (f"{path}__address", "household__dwelling__entrance", "household__dwelling__door", "household")
    for person in rows.order_by(*order, "pk").iterator(CHUNK):
        household = person.household
        yield [
            *_door(household.dwelling),
            words.written(words.KINDS, household.kind),
            mask.name(person.name, household.dwelling.grid),
            words.written(words.SEXES, person.sex),
            person.born_on if mask.open else _year(person),
            mask.id_number(person.id_number),
            mask.phone(person.phone),
            words.written(words.RELATIONS, person.relation),
            person.came_on,
        ]


def _year(person: Resident) -> str:
    """The mask of an ID number hides the day of birth; so does this column."""
    return f"{person.born_on.year}" if person.born_on else ""


def _door(dwelling: Dwelling) -> list[Any]:
    building: Building = dwelling.building
    use = words.written(words.USES, dwelling.use)
    return [building.address, dwelling.entrance, dwelling.floor, dwelling.door, use]


def _doors(export: PersonalExport) -> Iterator[list[Any]]:
    rows = _within(export, Dwelling.objects.select_related("building"), "building__grid")
    for dwelling in rows.order_by("building__address", "entrance", "floor", "door").iterator(CHUNK):
        yield _door(dwelling)


def _venues(export: PersonalExport) -> Iterator[list[Any]]:
    mask = _Mask(export)
    rows = _within(export, Venue.objects.open().select_related("grid", "building"), "grid")
    for venue in rows.order_by("grid__code", "name").iterator(CHUNK):
        yield [
            *(venue.grid.code, venue.name, words.written(words.VENUES, venue.kind), venue.address),
            venue.building.address if venue.building else "",
            *(venue.size, mask.name(venue.operator, venue.grid)),
            mask.name(venue.contact_name, venue.grid),
            mask.phone(venue.contact_phone),
            *(venue.staff, venue.licence, venue.licence_until),
            words.written(words.YES_NO, "yes" if venue.has_party_organisation else ""),
        ]


_ROWS: dict[str, Callable[[PersonalExport], Iterator[list[Any]]]] = {
    RegisterKind.RESIDENTS: _people,
    RegisterKind.DWELLINGS: _doors,
    RegisterKind.VENUES: _venues,
}
