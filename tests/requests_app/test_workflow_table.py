"""The table of steps, and the database that knows it too: raw SQL takes no arrow that is not in it."""

from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from requests_app import triggers
from requests_app.models import Ticket, TicketEvent
from requests_app.services import staff, take
from requests_app.services.steps import HANDLERS
from requests_app.workflow import LADDER, STEPS, TABLE, Climb, Level, Status, arrows, diagram, status_arrows
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, told

pytestmark = pytest.mark.django_db

WAYS = {
    "submitted": "accepted declined closed merged",
    "accepted": "submitted on_hold resolved declined closed merged",
    "on_hold": "accepted closed merged",
    "resolved": "answered",
    "answered": "closed accepted",
    "closed": "accepted",
    "declined": "accepted",
    "merged": "submitted accepted on_hold",
}
"""From each status the others that a matter may come to, written from the handbook (§3)."""
CLIMBS = {
    # Passing on (escalate, send_back, hand_over and its way back) keeps the status …
    ("submitted", "submitted"): dict.fromkeys(Level.values, "grid community street"),
    ("accepted", "accepted"): dict.fromkeys(Level.values, "grid community street"),
    # … and reopening goes up.
    ("answered", "accepted"): {"grid": "community street", "community": "street", "street": "street"},
    ("closed", "accepted"): {"grid": "community street", "community": "street", "street": "street"},
    ("declined", "accepted"): {"grid": "community street", "community": "street", "street": "street"},
}  # fmt: skip
"""Moves that may change the level; every other one stays where it is."""


def may_come(from_: tuple[str, str], to: tuple[str, str]) -> bool:
    """Whether the handbook knows a step from one (status, level) to another."""
    (status, level), (new_status, new_level) = from_, to
    if climbs := CLIMBS.get((status, new_status)):
        return new_level in climbs[level].split()
    return new_level == level and (new_status == status or new_status in WAYS[status].split())


PLACES = list(product(Status.values, Level.values))


# --- the table ---------------------------------------------------------------------------
def test_status_arrows_are_the_handbooks() -> None:
    written = sorted((status, other) for status, others in WAYS.items() for other in others.split())

    assert status_arrows() == written


def test_arrows_of_status_and_level_are_the_handbooks() -> None:
    known = {((a.from_status, a.from_level), (a.to_status, a.to_level)) for a in arrows()}
    staying = {(place, place) for place in PLACES}

    assert known | staying == {(a, b) for a, b in product(PLACES, PLACES) if may_come(a, b) or a == b}


def test_every_step_has_a_handler_and_every_handler_a_step() -> None:
    assert HANDLERS.keys() == STEPS.keys()


def test_every_step_has_a_name_of_its_own() -> None:
    assert len(STEPS) == len(TABLE)
    assert len({str(step.label) for step in TABLE}) == len(TABLE)


def test_step_does_not_start_where_it_would_lead_nowhere() -> None:
    assert not STEPS["escalate"].starts_at("accepted", "street")
    assert not STEPS["send_back"].starts_at("accepted", "grid")
    assert not STEPS["accept"].starts_at("closed", "grid")


@pytest.mark.parametrize(
    ("climb", "targets"),
    [
        (Climb.STAY, ["grid", "community", "street"]),
        (Climb.UP, ["community", "street", ""]),
        (Climb.DOWN, ["", "grid", "community"]),
        (Climb.HAND_OVER, ["grid community"] * 3),
        (Climb.REOPEN, ["community street", "street", "street"]),
        (Climb.BACK, ["grid community street"] * 3),
    ],
)
def test_climbs_lead_where_they_say(climb: Climb, targets: list[str]) -> None:
    assert [" ".join(climb.targets(level)) for level in LADDER] == targets


def test_diagram_shows_every_arrow_once() -> None:
    drawn = [line.split(":")[0].split(" --> ") for line in diagram().splitlines()[1:] if ": " in line]
    pairs = sorted((a.strip(), b.strip()) for a, b in drawn)

    assert pairs == status_arrows()


def test_diagram_names_the_steps_on_an_arrow() -> None:
    assert "answered --> closed: close" in diagram()
    assert "submitted --> closed: withdraw" in diagram()


# --- the database ------------------------------------------------------------------------
def raw(ticket: Ticket, **columns: Any) -> None:
    """An UPDATE as somebody at a database prompt would write it."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE requests_app_ticket SET {sets} WHERE id = %s", [*columns.values(), ticket.pk])


def is_let_through(ticket: Ticket, **columns: Any) -> bool:
    """Whether the triggers let an UPDATE pass; the row is left as it was."""
    savepoint = transaction.savepoint()
    try:
        raw(ticket, **columns)
    except DatabaseError:
        return False
    finally:
        transaction.savepoint_rollback(savepoint)
    return True


@pytest.fixture
def loose(cast: Cast) -> Ticket:
    """A ticket without the check constraints, so that the triggers alone decide."""
    ticket = accepted(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = 'requests_app_ticket'::regclass"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE requests_app_ticket DROP CONSTRAINT "{name}"')
    return ticket


def put(ticket: Ticket, status: str, level: str) -> None:
    """Bring the row to a state by force, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE requests_app_ticket DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE requests_app_ticket SET status = %s, level = %s WHERE id = %s", [status, level, ticket.pk]
        )
        cursor.execute("ALTER TABLE requests_app_ticket ENABLE TRIGGER USER")


@pytest.mark.parametrize("status", Status.values)
def test_raw_sql_moves_status_and_level_as_the_handbook_allows(loose: Ticket, status: str) -> None:
    for level in Level.values:
        put(loose, status, level)
        passed = {place for place in PLACES if is_let_through(loose, status=place[0], level=place[1])}
        allowed = {place for place in PLACES if may_come((status, level), place)}
        assert passed == allowed | {(status, level)}, level


def test_triggers_are_made_from_the_table() -> None:
    assert triggers.transitions() == status_arrows()
    assert "('submitted','grid','accepted','grid')" in str(triggers.pairs().func)


def test_entries_are_neither_changed_nor_deleted(cast: Cast) -> None:
    told(cast)
    for change in (
        lambda: TicketEvent.objects.update(actor_title="别人"),
        lambda: TicketEvent.objects.get().delete(),
        lambda: TicketEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            change()
    assert TicketEvent.objects.get().actor_title == ""


def test_first_handler_never_changes(cast: Cast) -> None:
    ticket = accepted(cast)

    assert not is_let_through(ticket, first_handler_id=cast.leader.pk)
    assert not is_let_through(ticket, first_handler_id=None)
    assert not is_let_through(ticket, first_handler_id=None, status="resolved")
    assert not is_let_through(ticket, first_handler_id=cast.leader.pk, status="submitted")
    assert is_let_through(ticket, first_handler_id=cast.worker.pk)


def test_first_handler_is_forgotten_only_on_the_way_back_of_an_acceptance(cast: Cast) -> None:
    ticket = accepted(cast)

    assert is_let_through(ticket, first_handler_id=None, status="submitted", due_kind="accept")


def test_ticket_is_never_deleted(cast: Cast) -> None:
    ticket = told(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM requests_app_ticket WHERE id = %s", [ticket.pk])
    assert Ticket.objects.filter(pk=ticket.pk).exists()


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("no deadline", {"due_at": None}),
    ("no kind of deadline", {"due_kind": ""}),
    ("nobody in charge", {"assignee_id": None}),
    ("no grid", {"grid_id": None}),
    ("no community", {"community_id": None}),
    ("unknown urgency", {"urgency": "E"}),
    ("unknown source", {"source": "pigeon"}),
    ("unknown deadline", {"due_kind": "never"}),
    ("outcome while open", {"outcome": "silent"}),
    ("closed without outcome", {"status": "closed"}),
    ("closed for no known reason", {"status": "closed", "outcome": "lost"}),
    ("merged into nothing", {"status": "merged"}),
    ("held without a review date", {"status": "on_hold"}),
    ("complaint in a grid", {"about_staff": True}),
    ("question while in progress", {"question_since": "2026-03-02T09:00Z"}),
    ("a way back that never ends", {"undo_until": None}),
]


@pytest.mark.parametrize("columns", [columns for _name, columns in BROKEN], ids=[name for name, _ in BROKEN])
def test_database_refuses_a_ticket_that_breaks_a_rule(cast: Cast, columns: dict[str, Any]) -> None:
    assert not is_let_through(accepted(cast), **columns)


def test_parent_of_an_open_ticket_is_refused(cast: Cast) -> None:
    assert not is_let_through(accepted(cast), parent_id=told(cast).pk)


ANSWERS = ["reached_at = NULL", "reached_how = ''", "reached_how = 'pigeon'", "kind = 'guess'"]


@pytest.mark.parametrize("change", ANSWERS)
def test_database_refuses_an_answer_that_arrived_nohow(cast: Cast, change: str) -> None:
    answered(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE requests_app_answer SET {change}")


def test_second_open_request_is_refused(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=9, note="等")
    asked = ticket.asked.get()

    asked.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save(force_insert=True)


def test_entry_by_staff_names_them(cast: Cast) -> None:
    ticket = told(cast)
    fields = {"ticket": ticket, "step": "handle", "to_status": "submitted", "to_level": "grid"}

    for wrong in (
        {"actor_kind": "staff"},
        {"actor_kind": "system", "actor": cast.worker},
        {"actor_kind": "ghost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketEvent.objects.create(**fields, **wrong)
