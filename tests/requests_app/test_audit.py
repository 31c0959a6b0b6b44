"""The audit finds what it says it finds: every rule is broken behind the guards' back, and named.

Triggers and check constraints are taken off inside the test's transaction, as somebody with
the database's password could; the rollback puts them back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError
from django.db import connection

from grids.models import Post, User, today
from requests_app.models import EventText, LedgerDay, Ticket
from requests_app.services import RESIDENT, audit, due, give_verdict, staff, take
from requests_app.tasks import audit_nightly
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan import clock

pytestmark = pytest.mark.django_db

TABLES = ("ticket", "ticketevent", "eventtext", "answer")


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def unguard() -> None:
    """Take off every trigger and check constraint that keeps tickets as they should be."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        execute(f"ALTER TABLE requests_app_{table} DISABLE TRIGGER USER")
        execute(
            f"""DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT conname FROM pg_constraint
                    WHERE contype = 'c' AND conrelid = 'requests_app_{table}'::regclass
                LOOP EXECUTE 'ALTER TABLE requests_app_{table} DROP CONSTRAINT ' || name; END LOOP;
            END $$"""
        )


def change(**columns: str) -> Callable[[Ticket], None]:
    """Set columns of the ticket by SQL expressions."""
    sets = ", ".join(f"{name} = {value}" for name, value in columns.items())
    return lambda ticket: execute(f"UPDATE requests_app_ticket SET {sets} WHERE id = %s", ticket.pk)


def run(sql: str) -> Callable[[Ticket], None]:
    """Any statement about the ticket with the primary key %s."""
    return lambda ticket: execute(sql, ticket.pk)


def closed(cast: Cast) -> Ticket:
    return give_verdict(answered(cast), solved=True)


def merged(cast: Cast) -> Ticket:
    child = told(cast)
    take(child, "merge", by=staff(cast.leader), parent=told(cast))
    return child


def extended(cast: Cast) -> Ticket:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=9, note="等配件")
    take(ticket, "grant_extension", by=staff(cast.community))
    return ticket


FORGET = "UPDATE requests_app_answer SET reached_at = NULL, reached_how = '' WHERE ticket_id = %s"
HOLDER = "(SELECT assignee_id FROM requests_app_ticket WHERE id = %s)"
LAST = "(SELECT max(id) FROM requests_app_ticketevent WHERE ticket_id = %s)"

BREAKS: list[tuple[str, Callable[[Cast], Ticket], Callable[[Ticket], None]]] = [
    ("1_unit", told, change(grid_id="NULL")),
    ("1_unit", accepted, change(level="'community'", community_id="NULL")),
    ("1_deadline", accepted, change(due_at="NULL")),
    ("1_deadline", accepted, change(due_kind="'accept'")),
    ("1_deadline", answered, change(due_kind="'decision'")),
    ("1_person", accepted, change(assignee_id="NULL")),
    ("1_person", resolved, run(f"UPDATE grids_user SET is_active = false WHERE id = {HOLDER}")),
    ("1_person_without_post", answered, run(f"DELETE FROM grids_post WHERE user_id = {HOLDER}")),
    ("2_closed_unanswered", closed, run(FORGET)),
    ("2_closed_unanswered", resolved, change(status="'closed'", outcome="'silent'")),
    ("2_answered_unreached", answered, run(FORGET)),
    ("2_answered_unreached", resolved, change(answered_at="now()")),
    ("2_delivery_forgotten", resolved, change(due_at="now() - interval '20 minutes'")),
    ("2_delivery_forgotten", merged, change(resolved_at="now()")),
    ("2_no_answer_written", resolved, run("UPDATE requests_app_answer SET text = '' WHERE ticket_id = %s")),
    ("2_no_answer_written", told, change(status="'declined'")),
    ("2_merged_parent_closed", merged, run(
        "UPDATE requests_app_ticket SET status = 'closed', outcome = 'withdrawn' "
        "WHERE id = (SELECT parent_id FROM requests_app_ticket WHERE id = %s)"
    )),
    ("3_entries", accepted, change(version="version + 1")),
    ("3_entries", answered, run(f"DELETE FROM requests_app_ticketevent WHERE id = {LAST}")),
    ("3_chain", accepted, change(level="'community'")),
    ("3_chain", extended, run(
        "UPDATE requests_app_ticketevent SET from_level = 'street' WHERE version = 3 AND ticket_id = %s"
    )),
    ("3_chain", extended, run(
        "UPDATE requests_app_ticketevent SET from_unit = 'elsewhere' WHERE version = 3 AND ticket_id = %s"
    )),
    ("3_words", extended, run(
        "UPDATE requests_app_eventtext SET words = '没说过' WHERE event_id IN "
        "(SELECT id FROM requests_app_ticketevent WHERE ticket_id = %s)"
    )),
    ("3_words", extended, run(
        "DELETE FROM requests_app_eventtext WHERE event_id IN "
        "(SELECT id FROM requests_app_ticketevent WHERE ticket_id = %s)"
    )),
    ("4_deadline_moved", accepted, change(resolve_due="resolve_due + interval '1 day'")),
    ("4_deadline_moved", accepted, change(resolve_due="NULL")),
    ("4_deadline_moved", accepted, change(
        limit_working="false", limit_minutes="60000", resolve_due="resolve_due", base_due="base_due"
    )),
    ("4_shifts_recorded", accepted, change(
        shifted="interval '1 hour'", resolve_due="resolve_due + interval '1 hour'"
    )),
    ("4_shifts_recorded", extended, change(shifted="interval '0'", resolve_due="base_due")),
    ("5_first_handler", accepted, change(
        first_handler_id="(SELECT id FROM grids_user WHERE username = 'leader')"
    )),
    ("5_first_handler", accepted, change(first_handler_id="NULL")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "make", "break_it"), BREAKS, ids=[rule for rule, _make, _break in BREAKS])
def test_broken_rule_is_found(
    cast: Cast, rule: str, make: Callable[[Cast], Ticket], break_it: Callable[[Ticket], None]
) -> None:
    ticket, neighbour = make(cast), told(cast)
    assert audit.violations() == {}
    unguard()

    break_it(ticket)

    found = audit.violations()
    assert ticket.number in found[rule]
    assert neighbour.number not in str(found)


def test_every_rule_was_broken() -> None:
    assert {rule for rule, _make, _break in BREAKS} == {*audit.RULES, "1_person_without_post"}


def test_forgotten_delivery_has_a_grace_for_the_sweep(cast: Cast) -> None:
    ticket = resolved(cast)
    due_at = ticket.due_at
    assert due_at

    assert audit.violations(at=due_at + timedelta(minutes=10)) == {}
    assert set(audit.violations(at=due_at + timedelta(minutes=16))) == {"2_delivery_forgotten"}


def test_matter_declined_and_never_delivered_is_found(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")

    with clock.at(clock.now() + timedelta(days=20)):
        assert audit.violations() == {"2_delivery_forgotten": [ticket.number]}


def test_withdrawn_matter_needs_no_answer(cast: Cast) -> None:
    take(accepted(cast), "withdraw", by=RESIDENT)

    assert audit.violations() == {}


def test_words_erased_by_law_are_no_violation(cast: Cast) -> None:
    ticket = extended(cast)

    EventText.objects.filter(event__ticket=ticket).update(words="", salt="", erased_at=clock.now())

    assert audit.violations() == {}


def test_rule_names_no_more_than_it_can_list(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_NAMED", 2)
    for _ in range(3):
        accepted(cast)
    Post.objects.filter(user=cast.worker).update(ends_on=today() - timedelta(days=1))

    assert len(audit.violations()["1_person_without_post"]) == 2


# --- the ledger --------------------------------------------------------------------------
def test_ledger_counts_the_day(cast: Cast) -> None:
    monday = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.at(monday - timedelta(days=1)):
        told(cast)
    with clock.at(monday):
        answered(cast)
        resolved(cast, contact_phone="")
        told(cast)
    with clock.at(monday + timedelta(days=7)):
        due.sweep()
        row = audit.write_ledger()

    assert (row.day, row.told, row.open, row.unreachable) == (monday.date() + timedelta(days=7), 0, 3, 1)
    assert (row.overdue, row.is_clean) == (2, True)
    assert audit.write_ledger(at=monday).told == 3


def test_second_audit_of_a_day_replaces_its_row(cast: Cast) -> None:
    audit.write_ledger()
    told(cast)
    audit.write_ledger()

    assert LedgerDay.objects.get().told == 1


def test_ledger_says_which_years_nobody_has_published(cast: Cast) -> None:
    with clock.at(datetime(2026, 12, 29, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
        told(cast)
        assert audit.write_ledger().unpublished_years == [2027]


def test_ledger_keeps_the_violations(cast: Cast) -> None:
    ticket = accepted(cast)
    Post.objects.filter(user=cast.worker).update(ends_on=today() - timedelta(days=1))

    assert audit_nightly() is False
    assert LedgerDay.objects.get().violations == {"1_person_without_post": [ticket.number]}


# --- the command -------------------------------------------------------------------------
def test_command_says_that_all_is_well(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    told(cast)

    call_command("audit_loop")

    assert LedgerDay.objects.get().is_clean
    assert capsys.readouterr().err == ""


def test_command_names_the_tickets_and_exits_with_1(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = accepted(cast)
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)

    with pytest.raises(CommandError) as error:
        call_command("audit_loop")
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "audit_loop"])

    assert (error.value.returncode, ended.value.code) == (1, 1)
    assert f"1_person: {ticket.number}" in capsys.readouterr().err
