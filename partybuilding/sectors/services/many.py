"""Many firms entered at once, as a file brings them: in few statements, each with its first entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, User, today
from partybuilding.sectors.models import Entry, Firm, Survey
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.workflow import REPORT, Stage
from wangguan import journal
from wangguan.privacy import keyed_hash
from wangguan.words import for_the_record

ABOUT = ("name", "kind", "trade", "address", "credit_code", "contact_name", "contact_phone")
"""Columns of `Firm` that describe it."""
BATCH = 500
"""Rows of one statement."""


@dataclass(frozen=True)
class New:
    """A firm to be entered: where, what describes it, and the first survey where there is one."""

    grid: Grid
    about: dict[str, Any]
    counted: Counted | None = None


@transaction.atomic
def enter(rows: Sequence[New], *, by: User) -> list[Firm]:
    """Write them all, or none; keepers confirm what was surveyed, as of any firm that is reported.

    Whoever calls has asked whether `by` keeps these grids' records and whether the rows fit.

    Raises:
        IntegrityError: one of them came onto the list meanwhile.
    """
    firms = Firm.objects.bulk_create([_firm(row, by) for row in rows], BATCH)
    title = by.recorded_title
    Entry.objects.bulk_create(
        [Entry(firm=firm, what=REPORT, to_stage=Stage.FOUND, actor=by, actor_title=title) for firm in firms],
        BATCH,
    )
    Survey.objects.bulk_create(
        [_survey(firm, row.counted, by) for firm, row in zip(firms, rows, strict=True) if row.counted], BATCH
    )
    journal.note(by, firms, journal.ADDITION, for_the_record(_("Came in with a file")))
    return firms


def _firm(row: New, by: User) -> Firm:
    """`bulk_create` calls no `save`: the key of the phone is set here."""
    firm = Firm(grid=row.grid, community_id=row.grid.community_id, **row.about)
    firm.phone_hash = keyed_hash(firm.contact_phone)
    if row.counted:
        firm.surveyed_on, firm.surveyed_by = today(), by
        for name, number in row.counted.numbers.items():
            setattr(firm, name, number)
    return firm


def _survey(firm: Firm, counted: Counted, by: User) -> Survey:
    return Survey(firm=firm, by=by, needs=counted.needs, offers=counted.offers, **counted.numbers)
