"""The full grid: every step × status × level × person, against a table written from the handbook.

The table below was written from the handbook's table of steps (§3), not from `workflow.py`.
One letter is one person of the cast; whoever has no letter may never do anything.

    L leader · W full-time worker · P part-time worker in charge · I instructor
    C community staff · K community leader
    D dispatcher · S section of the ticket's line · O section of another line · B street leader
    R the resident · * the system
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from grids.models import Line, Role, User
from requests_app import access, tables
from requests_app.models import Ticket
from requests_app.services import RESIDENT, SYSTEM, Actor, staff
from requests_app.workflow import LADDER, STEPS, TABLE, Level
from tests.cast import Cast
from tests.factories import make_user
from wangguan import clock

pytestmark = pytest.mark.django_db

#   state of the ticket         step              at the grid community   street
GRID = """
    submitted                   accept            LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    accepted                    resolve           LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                request_extension LWPCKDSOB   PCKDSOB     PDSB
                                request_hold      LWPCKDSOB   PCKDSOB     PDSB
                                hold              CKDSOB      DSOB        B
                                ask               LWPCKDSOB   PCKDSOB     PDSB
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    accepted, just now          resolve           LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                request_extension LWPCKDSOB   PCKDSOB     PDSB
                                request_hold      LWPCKDSOB   PCKDSOB     PDSB
                                hold              CKDSOB      DSOB        B
                                ask               LWPCKDSOB   PCKDSOB     PDSB
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R
                                undo              W           W           W

    accepted, extension asked   resolve           LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                grant_extension   CKDSOB      DSOB        B
                                refuse_extension  CKDSOB      DSOB        B
                                hold              CKDSOB      DSOB        B
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    accepted, hold asked        resolve           LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                hold              CKDSOB      DSOB        B
                                refuse_hold       CKDSOB      DSOB        B
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    on_hold                     contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                resume            LWPCKDSOB*  PCKDSOB*    PDSB*
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    on_hold, question open      contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                resume            LWPCKDSOBR* PCKDSOBR*   PDSBR*
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    accepted, a table stands    resolve           LWPCKDSOB   PCKDSOB     PDSB
                                assign            LCKDSOB     CKDSOB      DSB
                                contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                escalate          LWPCKDSOB   PCKDSOB     -
                                send_back         -           CKDSOB      DSB
                                hand_over         LCKDSOB     CKDSOB      DSB
                                reclassify        LCKDSOB     CKDSOB      DSB
                                request_extension LWPCKDSOB   PCKDSOB     PDSB
                                request_hold      LWPCKDSOB   PCKDSOB     PDSB
                                hold              CKDSOB      DSOB        B
                                refer_to_steward  LWPCKDSOB   PCKDSOB     PDSB
                                ask               LWPCKDSOB   PCKDSOB     PDSB
                                decline           CKDSOB      CKDSOB      DSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    on_hold, a table stands     contact           LWPCKDSOB   PCKDSOB     PDSB
                                handle            LWPICKDSOB  PICKDSOB    PIDSB
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                resume            LWPCKDSOB*  PCKDSOB*    PDSB*
                                refer_to_steward  LWPCKDSOB   PCKDSOB     PDSB
                                merge             LCKDSOB     CKDSOB      DSB
                                withdraw          R           R           R

    resolved                    answer            LWPCKDSOBR* PCKDSOBR*   PDSBR*
                                remark            LWPICKDSOB  PICKDSOB    PIDSB

    answered                    close             BR*         BR*         BR*
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                reopen            CKDSOBR     CKDSOBR     DSBR

    closed                      reopen            CKDSOBR     CKDSOBR     DSBR

    declined, answer on its way answer            LWPCKDSOBR* PCKDSOBR*   PDSBR*
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                reopen            CKDSOBR     CKDSOBR     DSBR

    declined, answer arrived    reopen            CKDSOBR     CKDSOBR     DSBR
                                remark            LWPICKDSOB  PICKDSOB    PIDSB

    merged                      unmerge           LCKDSOB*    CKDSOB*     DSB*
                                remark            LWPICKDSOB  PICKDSOB    PIDSB

    merged, answer on its way   unmerge           LCKDSOB*    CKDSOB*     DSB*
                                remark            LWPICKDSOB  PICKDSOB    PIDSB
                                answer            LWPCKDSOBR* PCKDSOBR*   PDSBR*

    closed 31 days ago          -                 -           -           -
    closed, withdrawn           -                 -           -           -
    closed, final               -                 -           -           -
"""
LETTERS = {
    "L": "leader", "W": "worker", "P": "parttime", "I": "instructor",
    "C": "community", "K": "community_leader",
    "D": "dispatcher", "S": "section", "O": "section_other", "B": "director",
    "R": "resident", "*": "system",
}  # fmt: skip
AT_A_TABLE = "九区3号楼"
"""Where a steward's table stands, for `tables_stand`; matters elsewhere have none."""
STRANGERS = ["specialist", "leader_beside", "worker2", "leader2", "community2", "department", "auditor"]
"""Of another grid or community, without a charge of their own, or not in the line of holders."""

Expected = dict[str, set[str]]


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    """State, step and one cell per level of every line of the table."""
    state = ""
    for line in filter(str.strip, GRID.splitlines()):
        state = line[4:32].strip() or state
        step, *cells = line[32:].split()
        yield state, step, cells


def expected(state: str, level: Level) -> Expected:
    """Person → steps they may take, as the table says; everybody else none."""
    found: Expected = {person: set() for person in [*LETTERS.values(), *STRANGERS]}
    for row_state, step, cells in _rows():
        if row_state == state and step != "-":
            for letter in cells[level.rank].strip("-"):
                found[LETTERS[letter]].add(step)
    return found


STATES = list(dict.fromkeys(state for state, _step, _cells in _rows()))


def _fields(state: str) -> dict[str, Any]:
    """What besides its status a ticket in this state carries."""
    now = clock.now()
    extra: dict[str, dict[str, Any]] = {
        "accepted, extension asked": {"open_request": "extension"},
        "accepted, hold asked": {"open_request": "hold"},
        "accepted, just now": {"undo_until": now + timedelta(seconds=12)},
        "accepted, a table stands": {"address": AT_A_TABLE},
        "on_hold, a table stands": {"address": AT_A_TABLE},
        "on_hold, question open": {"question_since": now},
        "resolved": {"resolved_at": now},
        "answered": {"resolved_at": now, "answered_at": now},
        "declined, answer on its way": {"resolved_at": now},
        "declined, answer arrived": {"resolved_at": now, "answered_at": now},
        "merged, answer on its way": {"resolved_at": now},
        "closed": {"closed_at": now - timedelta(days=29), "outcome": "silent"},
        "closed 31 days ago": {"closed_at": now - timedelta(days=31), "outcome": "silent"},
        "closed, withdrawn": {"closed_at": now, "outcome": "withdrawn"},
        "closed, final": {"closed_at": now, "outcome": "final"},
    }
    return {"status": state.split(",")[0].split()[0]} | extra.get(state, {})


def _ticket(cast: Cast, state: str, level: Level, **fields: Any) -> Ticket:
    """A ticket in memory, held in the cast's grid, its community or the street's livelihood section."""
    section = Line.LIVELIHOOD if level is Level.STREET else ""
    common = {"grid": cast.grid, "community": cast.community_unit, "section": section, "level": level}
    found = Ticket(**common | {"assignee": cast.parttime} | _fields(state) | fields)
    found.undo_by = cast.worker if found.undo_until else None
    return found


@pytest.fixture(autouse=True)
def tables_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of an estate as the room above says them, without its rows."""
    stands = tables.Tables(lambda ticket: ticket.address == AT_A_TABLE, lambda ticket, by, words: {})
    monkeypatch.setattr(tables, "_kept", [stands])


@pytest.fixture
def everybody(cast: Cast) -> dict[str, Actor]:
    """The whole cast by name, with a section of another line, the resident and the system."""
    other = make_user("section_other", post=Role.SECTION_STAFF, at=cast.street, sections=[Line.CITY])
    people = {name: staff(person) for name, person in vars(cast).items() if isinstance(person, User)}
    return people | {"section_other": staff(other), "resident": RESIDENT, "system": SYSTEM}


def _open_to(actor: Actor, ticket: Ticket) -> set[str]:
    """Names of the steps this actor may take, as the product says."""
    if actor.user:
        return {step.name for step in access.allowed_steps(actor.user, ticket)}
    if actor is RESIDENT:
        return set(access.resident_steps(ticket))
    starting = [s for s in TABLE if s.starts_at(ticket.status, ticket.level) and access.fits(s, ticket)]
    return {step.name for step in starting if step.open_to(SYSTEM.seats(ticket), ticket.level)}


def test_table_names_every_step_and_status() -> None:
    steps = {step for _state, step, _cells in _rows()} - {"-"}
    assert steps == set(STEPS)
    assert {_fields(state)["status"] for state in STATES} == {
        "submitted", "accepted", "on_hold", "resolved", "answered", "closed", "declined", "merged"
    }  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_everybody_may_take_exactly_the_steps_of_the_table(
    cast: Cast, everybody: dict[str, Actor], state: str
) -> None:
    for level in LADDER:
        ticket = _ticket(cast, state, level)
        found = {name: _open_to(actor, ticket) for name, actor in everybody.items()}
        assert found == expected(state, level), level


def test_may_agrees_with_the_table_step_by_step(cast: Cast, everybody: dict[str, Actor]) -> None:
    people = {name: actor.user for name, actor in everybody.items() if actor.user}
    for state, level in product(STATES, LADDER):
        ticket, table = _ticket(cast, state, level), expected(state, level)
        for name, user in people.items():
            assert {n for n, step in STEPS.items() if access.may(user, step, ticket)} == table[name]


def test_parttime_worker_without_charge_may_do_nothing(cast: Cast) -> None:
    tickets = [_ticket(cast, state, level, assignee=cast.worker) for state, level in product(STATES, LADDER)]

    assert [access.allowed_steps(cast.parttime, ticket) for ticket in tickets] == [[]] * len(tickets)


def test_worker_in_charge_keeps_the_steps_wherever_the_ticket_is(cast: Cast) -> None:
    ticket = _ticket(cast, "accepted", Level.STREET, assignee=cast.worker)

    names = {step.name for step in access.allowed_steps(cast.worker, ticket)}

    assert names == {"resolve", "contact", "handle", "remark", "request_extension", "request_hold", "ask"}


# --- complaints about staff --------------------------------------------------------------
STREET = ("dispatcher", "director", "section")
ABOUT_STAFF = {
    "submitted": "accept assign contact handle remark reclassify decline",
    "accepted": "resolve assign contact handle remark reclassify request_extension request_hold ask decline",
    "on_hold": "contact handle remark resume",
    "resolved": "answer remark",
    "answered": "remark reopen",
    "closed": "reopen",
}


@pytest.mark.parametrize("state", ABOUT_STAFF)
def test_complaint_about_staff_is_the_streets_alone(
    cast: Cast, everybody: dict[str, Actor], state: str
) -> None:
    ticket = _ticket(cast, state, Level.STREET, about_staff=True, assignee=cast.worker)
    for_leader = {"accepted": {"hold"}, "answered": {"close"}}.get(state, set())
    steps = set(ABOUT_STAFF[state].split())

    found = {name: _open_to(actor, ticket) for name, actor in everybody.items() if actor.user}

    assert {name for name, names in found.items() if names} == {"dispatcher", "section", "director"}
    assert found["dispatcher"] == found["section"] == steps
    assert found["director"] == steps | for_leader


def test_complaint_never_comes_before_a_table(cast: Cast) -> None:
    found = {"about_staff": True, "address": AT_A_TABLE}
    ticket = _ticket(cast, "accepted", Level.STREET, **found)

    assert not access.may(cast.director, STEPS["refer_to_steward"], ticket)


def test_complaint_gives_those_it_names_nothing(cast: Cast) -> None:
    named = {"named_staff": [cast.dispatcher.pk, cast.director.pk], "assignee": cast.dispatcher}
    for state in ABOUT_STAFF:
        ticket = _ticket(cast, state, Level.STREET, about_staff=True, **named)
        may = {name: access.allowed_steps(getattr(cast, name), ticket) != [] for name in STREET}
        assert may == {"dispatcher": False, "director": False, "section": True}


# --- where a step has no place to go -----------------------------------------------------
def test_community_desk_without_a_grid_cannot_send_back(cast: Cast) -> None:
    ticket = _ticket(cast, "accepted", Level.COMMUNITY, grid=None)

    assert not access.may(cast.community, STEPS["send_back"], ticket)


def test_street_desk_without_a_community_cannot_send_back(cast: Cast) -> None:
    ticket = _ticket(cast, "accepted", Level.STREET, grid=None, community=None)

    assert not access.may(cast.dispatcher, STEPS["send_back"], ticket)


def test_street_sends_a_ticket_without_grid_back_to_its_community(cast: Cast) -> None:
    ticket = _ticket(cast, "accepted", Level.STREET, grid=None)

    assert access.may(cast.dispatcher, STEPS["send_back"], ticket)
