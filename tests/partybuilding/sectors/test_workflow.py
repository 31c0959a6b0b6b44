"""The table of steps, walked as a grid: every stage, every step, every seat."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

from grids.models import User
from partybuilding.sectors import access
from partybuilding.sectors.models import Entry, Firm
from partybuilding.sectors.services import firms
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.terms import Why
from partybuilding.sectors.workflow import STEPS, TABLE, Seat, Stage, stage_arrows
from tests.cast import Cast
from tests.partybuilding.sectors.scenes import AT, guided, joint_branch
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


def do(step: str, firm: Firm, by: User, cast: Cast) -> Firm:
    """Take a step with everything it needs."""
    words: dict[str, Any] = {"words": "电话问过"}
    own = joint_branch(cast, "九区商户党支部")
    ways: dict[str, Any] = {
        "confirm": lambda: firms.confirm(firm, by=by),
        "guide": lambda: firms.name_adviser(firm, by=by, adviser=cast.section),
        "readvise": lambda: firms.name_adviser(firm, by=by, adviser=cast.section, again=True),
        "visit": lambda: firms.visit(firm, by=by, **words),
        "survey": lambda: firms.survey(firm, by=by, counted=Counted(9, 3)),
        "establish": lambda: firms.establish(firm, by=by, organisation=own),
        "join": lambda: firms.join(firm, by=by, organisation=joint_branch(cast)),
        "lapse": lambda: firms.lapse(firm, by=by, **words),
        "leave": lambda: firms.leave(firm, by=by, why=Why.MOVED, **words),
        "return": lambda: firms.come_back(firm, by=by, **words),
    }
    return ways[step]()


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_is_the_tables(cast: Cast, stage: Stage, step: str) -> None:
    firm, row = AT[stage](cast), STEPS[step]
    for who in (*SEATS, *NOBODY):
        user, seats = getattr(cast, who), SEATS.get(who, set())
        adviser = seats if firm.adviser_id else seats - {Seat.ADVISER}
        expected = stage in row.starts and bool(row.who & adviser)
        assert access.may(user, step, firm) is expected, who
        if not expected:
            with pytest.raises(Refused):
                do(step, firm, user, cast)
    assert Firm.objects.get(pk=firm.pk).version == firm.version


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", list(STEPS))
def test_a_keeper_gets_where_the_table_says(cast: Cast, stage: Stage, step: str) -> None:
    row = STEPS[step]
    if stage not in row.starts:
        return
    firm = do(step, AT[stage](cast), cast.community, cast)
    stored = Firm.objects.get(pk=firm.pk)
    assert (stored.stage, stored.version) == (row.to or stage, firm.version)
    last = firm.entries.latest("id")
    assert (last.what, last.from_stage, last.to_stage) == (step, stage, stored.stage)


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
