"""Venues out of a file: known by grid, name and address among those that are open."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import User, today
from residents import rhythm
from residents.models import Venue
from residents.services.exchange.columns import Venues
from residents.services.exchange.importer import Importer, RowRefused, differing
from residents.services.exchange.places import Buildings, Grids
from residents.services.record import ChangedMeanwhile
from wangguan.refusals import Refused
from wangguan.workdays import current_calendar

AT_ONCE = 500


@dataclass(slots=True)
class Shop:
    """A row that is right in itself; `values` are attributes of `Venue`, None where nothing is said."""

    line: int
    grid: int
    values: dict[str, Any] = field(repr=False)
    known: Venue | None = None
    changes: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def group(self) -> int:
        return self.grid

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.grid, self.values["name"], self.values["address"])


class VenuesImport(Importer[Shop]):
    register = Venues

    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.grids, self.buildings = Grids(self.scope), Buildings(self.scope)
        self._seen: dict[tuple[int, str, str], int] = {}

    # --- one row --------------------------------------------------------------------------
    def understand(self, number: int, values: dict[str, Any]) -> Shop:
        grid = self._grid(values.pop("grid"))
        values["building_id"] = self._building(values.pop("building"), grid)
        if (answer := values["has_party_organisation"]) is not None:
            values["has_party_organisation"] = answer == "yes"
        shop = Shop(number, grid, values)
        if (line := self._seen.setdefault(shop.key, number)) != number:
            why = _("This venue stands in row %(row)d already.") % {"row": line}
            raise RowRefused((self.columns.heading("name"), why))
        self._check_size(shop)
        return shop

    def _grid(self, code: str) -> int:
        try:
            return self.grids.find(code).pk
        except Refused as refused:
            raise RowRefused.from_refused(self.columns.heading("grid"), refused) from refused

    def _building(self, address: str | None, grid: int) -> int | None:
        if not address:
            return None
        heading = self.columns.heading("building")
        try:
            place = self.buildings.find(address)
        except Refused as refused:
            raise RowRefused.from_refused(heading, refused) from refused
        if place.grid_id != grid:
            raise RowRefused((heading, _("The building lies in another grid.")))
        return place.pk

    def _check_size(self, shop: Shop) -> None:
        """Raises: RowRefused: too large for a small venue of its kind."""
        try:
            Venue(kind=shop.values["kind"], size=shop.values["size"]).clean()
        except ValidationError as error:
            raise RowRefused((self.columns.heading("size"), error.messages[0])) from error

    # --- a batch --------------------------------------------------------------------------
    def settle(self, batch: list[Shop], *, write: bool) -> None:
        self._compare(batch)
        for shop in batch:
            if shop.known is None:
                self.outcome.create(shop.line)
            elif shop.changes:
                self.outcome.change(shop.line, self.columns.named(_shown(shop.changes)))
            else:
                self.outcome.keep()
        if write:
            self._add([shop for shop in batch if shop.known is None])
            self._change([shop for shop in batch if shop.changes])

    def _compare(self, batch: list[Shop]) -> None:
        open_ = Venue.objects.open().filter(grid__in={shop.grid for shop in batch}).order_by()
        known = {(venue.grid_id, venue.name, venue.address): venue for venue in open_}
        for shop in batch:
            if venue := known.get(shop.key):
                shop.known = venue
                pairs = ((name, getattr(venue, name), value) for name, value in shop.values.items())
                shop.changes = differing(pairs)

    def _add(self, shops: list[Shop]) -> None:
        due = rhythm.first_check(since=today(), calendar=current_calendar())
        rows = []
        for shop in shops:
            said = {name: value for name, value in shop.values.items() if value is not None}
            rows.append(Venue(grid_id=shop.grid, next_visit_on=due, **said))
        Venue.objects.bulk_create(rows, batch_size=AT_ONCE)

    def _change(self, shops: list[Shop]) -> None:
        """One statement each: venues are few.

        Raises:
            ChangedMeanwhile: somebody changed one of them while the import ran.
        """
        for shop in shops:
            assert shop.known is not None
            row = Venue.objects.filter(pk=shop.known.pk, version=shop.known.version)
            if not row.update(version=F("version") + 1, **shop.changes):
                raise ChangedMeanwhile


def _shown(changes: dict[str, Any]) -> list[str]:
    """Names of columns for names of attributes."""
    return [name.removesuffix("_id") for name in changes]
