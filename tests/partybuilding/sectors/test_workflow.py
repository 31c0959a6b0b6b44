"""The table of steps, walked as a grid: every stage, every step, every seat."""

from itertools import product
from typing import Any

import pytest
from django.db import Error, connection, transaction

from grids.models import User
from partybuilding.organisations.models import Organisation
from partybuilding.sectors import access
from partybuilding.sectors.models import Entry, Firm
from partybuilding.sectors.services import firms
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.terms import Why
from partybuilding.sectors.workflow import TABLE, Seat, Stage, stage_arrows
from tests.cast import Cast
from tests.partybuilding.sectors.scenes import AT, guided, joint_branch
from tests.undone import undone
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

SEATS: dict[str, set[Seat]] = {
    "community": {Seat.KEEPER},
    "director": {Seat.KEEPER},
    "section": {Seat.ADVISER},
    "worker": {Seat.GRID},
    "leader": {Seat.GRID},
}
NOBODY = (
    *("instructor", "parttime", "specialist", "leader_beside", "worker2", "leader2", "community2"),
    *("dispatcher", "department", "auditor"),
)
"""Seats of the cast at a firm that the section's staff advises; all others of it have none."""


Branches = tuple[Organisation, Organisation]
"""One of the firms' own, and a joint one."""


@pytest.fixture
def branches(cast: Cast) -> Branches:
    return joint_branch(cast, "九区商户党支部"), joint_branch(cast)


def do(step: str, firm: Firm, by: User, adviser: User, branches: Branches) -> Firm:
    """Take a step with everything it needs."""
    words: dict[str, Any] = {"words": "电话问过"}
    own, joint = branches
    ways: dict[str, Any] = {
        "confirm": lambda: firms.confirm(firm, by=by),
        "guide": lambda: firms.name_adviser(firm, by=by, adviser=adviser),
        "readvise": lambda: firms.name_adviser(firm, by=by, adviser=adviser, again=True),
        "visit": lambda: firms.visit(firm, by=by, **words),
        "survey": lambda: firms.survey(firm, by=by, counted=Counted(9, 3)),
        "establish": lambda: firms.establish(firm, by=by, organisation=own),
        "join": lambda: firms.join(firm, by=by, organisation=joint),
        "lapse": lambda: firms.lapse(firm, by=by, **words),
        "leave": lambda: firms.leave(firm, by=by, why=Why.MOVED, **words),
        "return": lambda: firms.come_back(firm, by=by, **words),
    }
    return ways[step]()


def is_refused(step: str, firm: Firm, by: User, cast: Cast, branches: Branches) -> bool:
    try:
        do(step, firm, by, cast.section, branches)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("stage", list(Stage))
def test_every_step_is_the_tables(cast: Cast, branches: Branches, stage: Stage) -> None:
    """Every step and person at a firm of this stage; what is refused has changed nothing."""
    firm = AT[stage](cast)
    for row, who in product(TABLE, (*SEATS, *NOBODY)):
        user, seats = getattr(cast, who), SEATS.get(who, set())
        adviser = seats if firm.adviser_id else seats - {Seat.ADVISER}
        expected = stage in row.starts and bool(row.who & adviser)
        assert (row.name, who, access.may(user, row.name, firm)) == (row.name, who, expected)
        if not expected:
            refused = is_refused(row.name, firm, user, cast, branches)
            assert (row.name, who, refused) == (row.name, who, True)
            version = Firm.objects.values_list("version", flat=True).get(pk=firm.pk)
            assert (row.name, who, version) == (row.name, who, firm.version)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_keeper_gets_where_the_table_says(cast: Cast, branches: Branches, stage: Stage) -> None:
    scene = AT[stage](cast)
    for row in (row for row in TABLE if stage in row.starts):
        with undone():
            firm = do(row.name, scene, cast.community, cast.section, branches)
            stored = Firm.objects.get(pk=firm.pk)
            assert (row.name, stored.stage, stored.version) == (row.name, row.to or stage, firm.version)
            last = firm.entries.latest("id")
            assert (last.what, last.from_stage, last.to_stage) == (row.name, stage, stored.stage)


@pytest.mark.parametrize("stage", list(Stage))
def test_raw_sql_takes_no_other_way(cast: Cast, stage: Stage) -> None:
    firm, known = AT[stage](cast), set(stage_arrows())
    for target in set(Stage) - {stage}:
        if (stage.value, target.value) in known:
            continue
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE sectors_firm SET stage = %s WHERE id = %s", [target, firm.pk])


def test_every_step_has_a_form() -> None:
    from partybuilding.sectors.forms import FORMS

    assert set(FORMS) == {step.name for step in TABLE}


@pytest.mark.parametrize("table", ["sectors_entry", "sectors_survey", "sectors_adviservisit"])
def test_what_was_written_stays(cast: Cast, table: str) -> None:
    firms.visit(guided(cast), by=cast.section, words="看过")
    assert Entry.objects.count() == 4
    for words in (f"DELETE FROM {table}", f"UPDATE {table} SET firm_id = firm_id"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_a_firm_is_never_deleted(cast: Cast) -> None:
    firm = Firm.objects.create(name="空", grid=cast.grid, community=cast.community_unit, address="九区")
    with pytest.raises(Error), transaction.atomic():
        firm.delete()
