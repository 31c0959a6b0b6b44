"""Writing: each row follows the one before it, and none is changed or deleted afterwards."""

import logging
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from tests.cast import Cast
from wangguan import auditlog
from wangguan.auditlog import Kind
from wangguan.auditlog.chain import GENESIS, digest
from wangguan.auditlog.inspection import inspect
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db


def test_rows_follow_one_another(cast: Cast) -> None:
    first = auditlog.write(Kind.SIGN_IN, actor=cast.worker)
    second = auditlog.write(Kind.SIGN_OUT, actor=cast.worker)
    assert (first.number, first.prev_hash, second.number, second.prev_hash) == (1, GENESIS, 2, first.hash)


def test_row_reads_back_with_the_hash_it_was_given(cast: Cast) -> None:
    detail = {"rows": 12, "list": "grids.post", "searched": True, "字": ["一", None]}
    number = auditlog.write(Kind.EXPORT, actor=cast.director, subject="grids.post", detail=detail).number
    kept = Entry.objects.get(number=number)
    assert (kept.detail, kept.hash) == (detail, digest(kept))


def test_row_names_the_address_it_came_from(cast: Cast, rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR="2001:db8::1")
    assert auditlog.write(Kind.SIGN_IN, actor=cast.worker, request=request).address == "2001:db8::1"


def test_header_that_is_no_address_is_not_kept(cast: Cast, rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR="<script>")
    assert auditlog.write(Kind.SIGN_IN, actor=cast.worker, request=request).address is None


def test_unknown_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        auditlog.write("nonsense", actor=cast.worker)


def test_what_is_rolled_back_leaves_no_gap(cast: Cast) -> None:
    with transaction.atomic():
        auditlog.write(Kind.SIGN_IN, actor=cast.worker)
        transaction.set_rollback(True)
    assert auditlog.write(Kind.SIGN_IN, actor=cast.worker).number == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE auditlog_entry SET subject = 'x'", "DELETE FROM auditlog_entry WHERE number = 1"]
)
def test_database_refuses_to_change_a_row(cast: Cast, statement: str) -> None:
    auditlog.write(Kind.SIGN_IN, actor=cast.worker)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_number_and_hash_leave_with_the_log(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        entry = auditlog.write(Kind.SIGN_IN, actor=cast.worker)
    (line,) = [record for record in caplog.records if record.message == "audit entry"]
    assert (line.number, line.hash) == (1, entry.hash)  # type: ignore[attr-defined]


def test_writing_costs_three_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    auditlog.write(Kind.SIGN_IN, actor=cast.worker)
    with django_assert_num_queries(3):
        auditlog.write(Kind.SIGN_IN, actor=cast.worker)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    def write() -> None:
        try:
            for _ in range(20):
                auditlog.write(Kind.SIGN_IN_FAILED, actor=None)
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = inspect()
    assert (found.is_whole, found.rows, found.last_number) == (True, 80, 80)
