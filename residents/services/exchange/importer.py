"""What every import does with its rows: clean each, then settle them batch by batch."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from grids.models import User
from residents.services.exchange.columns import Register
from residents.services.exchange.places import writes
from wangguan.exchange.outcome import Outcome
from wangguan.exchange.sheets import Line
from wangguan.refusals import Refused

BATCH = 1_000
"""Rows settled together, a building never torn apart."""


class Row(Protocol):
    """A cleaned row: where it stands, and what it lies in."""

    line: int

    @property
    def group(self) -> int: ...


R = TypeVar("R", bound=Row)


class Importer(ABC, Generic[R]):
    """Takes every row of a file once, then settles them in batches: judged alone, or also written.

    Cleaned rows are kept (about a kilobyte each), since a household's rows may stand anywhere in the
    file and its head can only be told from all of them; nothing else of a row is.
    """

    register: ClassVar[type[Register]]

    def __init__(self, by: User) -> None:
        self.by, self.scope = by, writes(by)
        self.columns = self.register()
        self.rows: list[R] = []
        self.outcome = Outcome()

    def take(self, line: Line) -> None:
        """Keep a row that is right in itself, refuse one that is not."""
        values, wrong = self.columns.clean(line)
        row = None
        if not wrong:
            try:
                row = self.understand(line.number, values)
            except RowRefused as refused:
                wrong = refused.wrong
        for column, why in wrong:
            self.outcome.refuse(line.number, column, why)
        if row is not None:
            self.rows.append(row)

    def batches(self) -> Iterator[list[R]]:
        """The kept rows, those of one building or grid together."""
        groups: defaultdict[int, list[R]] = defaultdict(list)
        for row in self.rows:
            groups[row.group].append(row)
        batch: list[R] = []
        for rows in groups.values():
            batch += rows
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    @abstractmethod
    def understand(self, number: int, values: dict[str, Any]) -> R:
        """A row out of its cleaned cells.

        Raises:
            RowRefused: it contradicts itself, an earlier row, or lies outside.
        """

    @abstractmethod
    def settle(self, batch: list[R], *, write: bool) -> None:
        """Tell the outcome of these rows; with `write`, bring them into the register."""


class RowRefused(Exception):
    """What is wrong with one row: heading, sentence."""

    def __init__(self, *wrong: tuple[str, object]) -> None:
        super().__init__()
        self.wrong = [(column, str(why)) for column, why in wrong]

    @classmethod
    def from_refused(cls, column: str, refused: Refused) -> "RowRefused":
        return cls((column, refused.sentence))


def differing(pairs: Iterable[tuple[str, Any, Any]]) -> dict[str, Any]:
    """Attribute → new value, of (attribute, old, new); a new None says nothing."""
    return {name: new for name, old, new in pairs if new is not None and new != old}
