"""Looking over the chain: a row that was removed, changed or put in is found and named."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from tests.wangguan.auditlog.tampering import tamper
from wangguan import auditlog, clock
from wangguan.auditlog import Kind
from wangguan.auditlog.inspection import Anchor, Finding, findings_of, inspect
from wangguan.auditlog.models import Checkpoint, Entry
from wangguan.auditlog.retention import close_head
from wangguan.auditlog.tasks import inspect_nightly

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> list[Entry]:
    return [auditlog.write(Kind.EXPORT, actor=None, detail={"rows": n}) for n in range(6)]


def found(*anchors: Anchor) -> list[Finding]:
    return findings_of(inspect(anchors))


def test_untouched_chain_is_whole(rows: list[Entry]) -> None:
    look = inspect()
    assert (look.is_whole, look.rows, look.last_number, look.last_hash) == (True, 6, 6, rows[-1].hash)


def test_empty_chain_is_whole() -> None:
    assert inspect().is_whole


def test_removed_rows_are_found(rows: list[Entry]) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number IN (3, 4)")
    assert found() == [Finding("missing", 3, 4)]


def test_removed_head_is_found(rows: list[Entry]) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number <= 2")
    assert found() == [Finding("missing", 1, 2)]


def test_changed_row_is_found(rows: list[Entry]) -> None:
    tamper("UPDATE auditlog_entry SET kind = 'sign_in' WHERE number = 2")
    assert found() == [Finding("changed", 2, 2)]


def test_changed_time_is_found(rows: list[Entry]) -> None:
    tamper("UPDATE auditlog_entry SET at = at - interval '1 microsecond' WHERE number = 5")
    assert found() == [Finding("changed", 5, 5)]


def test_row_put_in_is_found(rows: list[Entry]) -> None:
    tamper(
        "INSERT INTO auditlog_entry (number, at, kind, subject, detail, prev_hash, hash)"
        " SELECT 7, at, kind, subject, detail, hash, hash FROM auditlog_entry WHERE number = 6"
    )
    assert found() == [Finding("changed", 7, 7)]


def test_rows_moved_up_over_a_removed_one_are_found(rows: list[Entry]) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number = 3")
    tamper("UPDATE auditlog_entry SET number = 3 WHERE number = 4")
    assert [each.wrong for each in found()] == ["changed", "missing"]


def test_removed_end_is_found_by_an_earlier_inspection(rows: list[Entry]) -> None:
    inspect()
    tamper("DELETE FROM auditlog_entry WHERE number >= 5")
    assert found() == [Finding("missing", 5, 6)]


def test_removed_end_is_found_after_others_were_written(rows: list[Entry]) -> None:
    inspect()
    tamper("DELETE FROM auditlog_entry WHERE number = 6")
    auditlog.write(Kind.SIGN_IN, actor=None)
    assert found() == [Finding("changed", 6, 6)]


def test_removed_end_is_found_by_a_log_line(rows: list[Entry]) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number = 6")
    assert found(Anchor(6, rows[-1].hash)) == [Finding("missing", 6, 6)]


def test_chain_made_anew_with_another_key_is_found(rows: list[Entry], settings: Settings) -> None:
    inspect()
    settings.HASH_KEY = "somebody else's"
    assert [each.first for each in found()] == [1, 2, 3, 4, 5, 6]


def test_row_cannot_be_deleted_even_behind_a_checkpoint_within_six_months(rows: list[Entry]) -> None:
    Checkpoint.objects.create(number=6, hash=rows[-1].hash, seal="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()


def test_head_is_closed_after_its_time(settings: Settings) -> None:
    with clock.at(timezone.now() - timedelta(days=settings.AUDITLOG_KEEP_DAYS + 1)):
        for _ in range(3):
            auditlog.write(Kind.SIGN_IN, actor=None)
    auditlog.write(Kind.SIGN_IN, actor=None)
    assert (close_head(), [entry.number for entry in Entry.objects.all()]) == (3, [4])
    assert inspect().is_whole


def test_closed_head_leaves_a_chain_that_is_still_held_together(settings: Settings) -> None:
    with clock.at(timezone.now() - timedelta(days=settings.AUDITLOG_KEEP_DAYS + 1)):
        auditlog.write(Kind.SIGN_IN, actor=None)
    close_head()
    assert auditlog.write(Kind.SIGN_IN, actor=None).number == 2
    tamper("DELETE FROM auditlog_entry WHERE number = 2")
    auditlog.write(Kind.SIGN_IN, actor=None)
    tamper("UPDATE auditlog_entry SET prev_hash = 'x' WHERE number = 2")
    assert found() == [Finding("changed", 2, 2)]


def test_head_closed_by_somebody_else_is_found(rows: list[Entry]) -> None:
    Checkpoint.objects.create(number=2, hash=rows[1].hash, seal="mine")
    tamper("DELETE FROM auditlog_entry WHERE number <= 2")
    assert found() == [Finding("forged", 2, 2)]


def test_nothing_is_closed_while_the_chain_is_broken(settings: Settings) -> None:
    with clock.at(timezone.now() - timedelta(days=settings.AUDITLOG_KEEP_DAYS + 1)):
        auditlog.write(Kind.SIGN_IN, actor=None)
        auditlog.write(Kind.SIGN_IN, actor=None)
    tamper("DELETE FROM auditlog_entry WHERE number = 1")
    assert (inspect_nightly(), Checkpoint.objects.count(), Entry.objects.count()) == (False, 0, 1)


def test_command_says_that_all_is_whole(rows: list[Entry]) -> None:
    said = StringIO()
    call_command("verify_auditlog", stdout=said)
    assert said.getvalue() == f"Whole: 6 rows, the last is 6:{rows[-1].hash}\n"


def test_command_names_what_is_broken(rows: list[Entry]) -> None:
    tamper("DELETE FROM auditlog_entry WHERE number = 3")
    with pytest.raises(CommandError, match="3"):
        call_command("verify_auditlog")


def test_command_takes_a_log_line(rows: list[Entry]) -> None:
    with pytest.raises(CommandError, match="9"):
        call_command("verify_auditlog", anchor=[f"9:{'a' * 64}"])


def test_command_wants_an_anchor_of_its_shape() -> None:
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_auditlog", anchor=["nine"])
