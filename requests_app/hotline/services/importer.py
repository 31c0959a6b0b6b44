"""What a file's rows become: judged alone, or also written."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from grids import locate
from grids.locate import Place
from grids.models import User
from grids.queries import duty_people
from requests_app.category_words import suggest
from requests_app.hotline import messages
from requests_app.hotline.models import HotlineRow, HotlineRun, Layout
from requests_app.hotline.services import layouts
from requests_app.hotline.services.cells import Read, Wrong, read
from requests_app.hotline.services.tables import Row
from requests_app.hotline.terms import Column
from requests_app.models import Category, Ticket
from requests_app.roster import Roster
from requests_app.services import Import, Matter, Settled, keep_settled, submit
from requests_app.workflow import URGENT, Source, Urgency
from wangguan import clock
from wangguan.exchange.outcome import Outcome
from wangguan.notify import outbox
from wangguan.workdays import current_calendar

PLACE_WITHIN = 400
"""Characters of a letter in which its place is looked for, when no column names it."""


class Importer:
    """Takes rows batch by batch; nothing of a row is kept but its number and a digest of its words."""

    def __init__(self, run: HotlineRun, layout: Layout) -> None:
        self.run, self.layout = run, layout
        self.meaning = layouts.meaning(layout)
        self.outcome = Outcome()
        self.history = 0
        self._seen: dict[str, bytes] = {}
        self._categories = {row.code: row for row in Category.objects.offered()}
        self._names = {row.name: row for row in self._categories.values()}
        self._open: list[Ticket] = []

    # --- judging --------------------------------------------------------------------------
    def settle(self, batch: Sequence[Row], *, write: bool) -> None:
        """Tell the outcome of these rows; with `write`, make their tickets."""
        right = [row for line, cells in batch if (row := self._read(line, list(cells)))]
        known = self._known([row.number for row in right])
        fresh = [row for row in right if self._is_new(row, known.get(row.number))]
        if write and fresh:
            self._write(fresh)

    def _read(self, line: int, cells: list[object]) -> Read | None:
        try:
            return read(line, cells, self.meaning)
        except Wrong as wrong:
            for column, why in wrong.wrong:
                self.outcome.refuse(line, layouts.heading_of(self.layout, column), why)
            return None

    def _known(self, numbers: list[str]) -> dict[str, HotlineRow]:
        """Rows of the same hotline that came earlier, in whichever layout, by number."""
        rows = HotlineRow.objects.filter(hotline=self.layout.hotline, undone=False, number__in=numbers)
        return {row.number: row for row in rows.select_related("layout")}

    def _is_new(self, row: Read, before: HotlineRow | None) -> bool:
        digest = _digest(row.cells, self.meaning)
        first = self._seen.get(row.number) or (_digest_of(before) if before else None)
        if first is None:
            self._seen[row.number] = digest
            self.history += row.is_history
            self.outcome.create(row.line)
            return True
        if first != digest:
            self._differs(row, Column.TEXT, _("This number came before with other words, which stay."))
        elif before and row.is_history and not _has_reply(before):
            told = _("It came before without a reply. The matter stays open here; settle it on its own page.")
            self._differs(row, Column.REPLY, told)
        else:
            self.outcome.keep()
        return False

    def _differs(self, row: Read, column: Column, why: str) -> None:
        self.outcome.change(row.line, [layouts.heading_of(self.layout, column)], why)

    # --- writing --------------------------------------------------------------------------
    def _write(self, rows: list[Read]) -> None:
        past = [row for row in rows if row.is_history]
        settled = [Settled(self._matter(row), row.reply, row.replied_at) for row in past if row.replied_at]
        made = list(zip(past, keep_settled(settled), strict=True))
        for row in rows:
            if not row.is_history:
                ticket, _new = submit(self._matter(row))
                self._open.append(ticket)
                made.append((row, ticket))
        HotlineRow.objects.bulk_create(
            HotlineRow(
                layout=self.layout,
                run=self.run,
                hotline=self.layout.hotline,
                number=row.number,
                line=row.line,
                ticket=ticket,
                cells=json.dumps(row.cells, ensure_ascii=False),
            )
            for row, ticket in made
        )

    def _matter(self, row: Read) -> Matter:
        return Matter(
            description=row.text,
            place=_place(row),
            source=Source.HOTLINE,
            category=self._category(row),
            address=row.address,
            contact_name=row.person,
            contact_phone=row.phone,
            reporter=self.run.by,
            came=Import(row.told_at, row.due, {"run": self.run.pk}),
        )

    def _category(self, row: Read) -> Category | None:
        """The one that the file names, by the last part of it that we know; else by its words."""
        parts = row.category.replace("/", "-").replace("－", "-").replace(">", "-").split("-")
        named = (self._names.get(part.strip()) for part in reversed(parts))
        return next((found for found in named if found), None) or self._categories.get(
            suggest(f"{row.category}\n{row.text}")
        )

    def tell(self) -> None:
        """Tell each who has to accept some of it how many; out of hours whoever is on duty, too."""
        roster, now = Roster.whole(), clock.now()
        counts: Counter[User] = Counter()
        urgent = False
        for ticket in self._open:
            hurries = ticket.urgency in URGENT and not current_calendar().is_open(now)
            urgent = urgent or ticket.urgency == Urgency.A
            people = {*roster.team(ticket)}
            if hurries:
                people |= {*duty_people(now, community=ticket.community)}
            counts.update(people)
        outbox.add(messages.arrived(self.run.pk, counts, urgent=urgent))


def _place(row: Read) -> Place:
    """From the column that names it, else from the letter's first words; else the street's desk."""
    told = locate.locate(address=row.address)
    if told.grid or told.community:
        return told
    return locate.locate(address=row.text[:PLACE_WITHIN])


def _digest(cells: Sequence[str], meaning: Mapping[Column, int]) -> bytes:
    """Of its words, without what a layout does between them; the title is part of them where it has one."""
    words = (cells[meaning[column]] for column in (Column.TITLE, Column.TEXT) if column in meaning)
    return hashlib.sha256("".join("".join(words).split()).encode()).digest()


def _digest_of(row: HotlineRow) -> bytes:
    return _digest(json.loads(row.cells), layouts.meaning(row.layout))


def _has_reply(row: HotlineRow) -> bool:
    place = layouts.meaning(row.layout).get(Column.REPLY)
    return place is not None and bool(json.loads(row.cells)[place])
